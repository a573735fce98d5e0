import { describe, expect, it } from 'vitest'
import { EventKind } from '../bus/event-kind.ts'
import { EventRingReader, EventRingWriter, ringBytes } from '../bus/event-ring.ts'
import { emptyFact } from '../bus/event-bus.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { EventLog } from './event-log.ts'
import { FakeEventSource } from './fake-event-source.ts'

const small = { bytes: 4096, events: 1000, chunkBytes: 1024 }

function setup(limits = small) {
  const log = new EventLog(limits)
  const source = new FakeEventSource(log)
  const seqs = (from = 0): number[] => {
    const found: number[] = []
    log.visit(from, (event) => void found.push(event.seq))
    return found
  }
  return { log, source, seqs }
}

describe('EventLog', () => {
  it('gives back what was written', () => {
    const { log } = setup()
    const bytes = new TextEncoder().encode('xxINVITE')
    new FakeEventSource(log, 3).emit('msg-in', {
      subject: { index: 7, label: 9 },
      a: -5,
      b: 6,
      c: 7,
      text: 'alice',
      bytes,
      start: 2,
      end: 8,
    })
    log.visit(0, (event) => {
      expect(event).toMatchObject({
        kind: EventKind['msg-in'],
        branch: -1,
        worker: 3,
        seq: 1,
        ms: 1,
        index: 7,
        label: 9,
        a: -5,
        b: 6,
        c: 7,
      })
      expect(event.text).toBe('alice')
      expect(new TextDecoder().decode(event.bytes.subarray(event.start, event.end))).toBe('INVITE')
    })
    expect([log.oldest, log.newest, log.events, log.lost]).toEqual([1, 1, 1, 0])
  })

  it('starts where it is told and stops when the visitor says so', () => {
    const { log, source, seqs } = setup()
    for (let i = 1; i <= 50; i++) source.emit('state')
    expect(seqs(48)).toEqual([48, 49, 50])
    expect(seqs(51)).toEqual([])
    let visited = 0
    log.visit(0, () => ++visited < 3)
    expect(visited).toBe(3)
  })

  it('keeps within its memory by dropping the oldest', () => {
    const { log, source, seqs } = setup()
    for (let i = 1; i <= 1000; i++) source.emit('state', { text: 'x'.repeat(40) })
    expect(log.newest).toBe(1000)
    expect(log.events).toBeLessThanOrEqual(4096 / 88)
    expect(seqs()[0]).toBe(log.oldest)
    expect(seqs()).toHaveLength(log.events)
  })

  it('keeps within its number of events', () => {
    const { log, source, seqs } = setup({ bytes: 1 << 20, events: 30, chunkBytes: 1024 })
    for (let i = 1; i <= 1000; i++) source.emit('state')
    expect(log.events).toBeLessThanOrEqual(30 + 1024 / 48)
    expect(seqs().at(-1)).toBe(1000)
  })

  it('takes in a full ring at once, over its end and over the end of chunks', () => {
    const { log, seqs } = setup({ bytes: 1 << 16, events: 1000, chunkBytes: 1024 })
    const shared = new ArrayBuffer(ringBytes(4096))
    const writer = new EventRingWriter(shared, new FakeClock())
    const reader = new EventRingReader(shared)
    let written = 0
    for (let round = 0; round < 7; round++) {
      for (let i = 0; i < 40; i++) {
        writer.emit(EventKind.state, { index: 1, label: 1 }, -1, { ...emptyFact(), text: 'x'.repeat((round * 7 + i) % 40) })
        written++
      }
      reader.take((view, bytes, start, end) => log.append(0, view, bytes, [start, end]))
    }
    expect([writer.lost, log.lost, log.newest]).toEqual([0, 0, written])
    expect(seqs()).toEqual(Array.from({ length: written }, (_, i) => i + 1))
  })

  it('finds the history of one transaction among all', () => {
    const { log, source } = setup()
    for (let i = 1; i <= 30; i++) source.emit('state', { subject: { index: 7, label: i % 3 } })
    const found: number[] = []
    log.visitTransaction(7, 2, (event) => void found.push(event.seq), 15)
    expect(found).toEqual([17, 20, 23, 26, 29])
  })

  it('counts what the ring had no room for, each SIP thread by its own numbers', () => {
    const { log, source, seqs } = setup()
    const other = new FakeEventSource(log, 1)
    source.emit('state')
    other.emit('state')
    source.lose(3)
    source.emit('state')
    other.emit('state')
    expect(log.lost).toBe(3)
    expect(seqs()).toEqual([1, 2, 6, 7])
    expect(seqs(3)).toEqual([6, 7])
    expect(log.lostBetween(1, 7)).toBe(true)
    expect(log.lostBetween(1, 2)).toBe(false)
    expect(log.lostBetween(6, 7)).toBe(false)
  })

  it('goes on where the last visit ended, and back when asked to', () => {
    const { source, seqs } = setup()
    for (let i = 1; i <= 20; i++) source.emit('state')
    expect(seqs(15)).toEqual([15, 16, 17, 18, 19, 20])
    for (let i = 1; i <= 5; i++) source.emit('state')
    expect(seqs(21)).toEqual([21, 22, 23, 24, 25])
    expect(seqs(24)).toEqual([24, 25])
    expect(seqs(26)).toEqual([])
    expect(seqs(20)).toEqual([20, 21, 22, 23, 24, 25])
    expect(seqs()).toHaveLength(25)
  })

  it('finds the event that has so many newer ones', () => {
    const { log, source, seqs } = setup()
    expect(log.seqFromEnd(10)).toBe(1)
    for (let i = 1; i <= 50; i++) source.emit('state')
    for (const count of [1, 2, 17, 40]) expect(seqs(log.seqFromEnd(count))).toHaveLength(count)
    expect(log.seqFromEnd(0)).toBe(51)
    expect(log.seqFromEnd(9999)).toBe(log.oldest)
  })
})
