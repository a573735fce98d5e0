import { describe, expect, it } from 'vitest'
import type { RawEvent } from '../bus/event-ring.ts'
import { EventLog } from './event-log.ts'

const small = { bytes: 4096, events: 1000, chunkBytes: 1024 }

function raw(seq: number, label = 1, text = '', payload = ''): RawEvent {
  const bytes = new TextEncoder().encode(`xx${payload}`)
  return { kind: 3, branch: -1, seq, ms: seq * 10, index: 7, label, a: -5, b: 6, c: 7, text, bytes, start: 2, end: bytes.length }
}

function seqs(log: EventLog, from = 0): number[] {
  const found: number[] = []
  log.visit(from, (event) => void found.push(event.seq))
  return found
}

describe('EventLog', () => {
  it('gives back what was appended', () => {
    const log = new EventLog(small)
    log.append(raw(1, 9, 'alice', 'INVITE'), 3)
    log.visit(0, (event) => {
      expect(event).toMatchObject({ kind: 3, branch: -1, worker: 3, seq: 1, ms: 10, index: 7, label: 9, a: -5, b: 6, c: 7, text: 'alice' })
      expect(new TextDecoder().decode(event.bytes.subarray(event.start, event.end))).toBe('INVITE')
    })
    expect([log.oldest, log.newest, log.events, log.lost]).toEqual([1, 1, 1, 0])
  })

  it('starts where it is told and stops when the visitor says so', () => {
    const log = new EventLog(small)
    for (let i = 1; i <= 50; i++) log.append(raw(i), 0)
    expect(seqs(log, 48)).toEqual([48, 49, 50])
    let visited = 0
    log.visit(0, () => ++visited < 3)
    expect(visited).toBe(3)
  })

  it('keeps within its memory by dropping the oldest', () => {
    const log = new EventLog(small)
    for (let i = 1; i <= 1000; i++) log.append(raw(i, i, '', 'x'.repeat(40)), 0)
    expect(log.newest).toBe(1000)
    expect(log.events).toBeLessThanOrEqual(4096 / 96)
    expect(seqs(log)[0]).toBe(log.oldest)
    expect(seqs(log)).toHaveLength(log.events)
  })

  it('keeps within its number of events', () => {
    const log = new EventLog({ bytes: 1 << 20, events: 30, chunkBytes: 1024 })
    for (let i = 1; i <= 1000; i++) log.append(raw(i), 0)
    expect(log.events).toBeLessThanOrEqual(30 + 18)
    expect(seqs(log).at(-1)).toBe(1000)
  })

  it('finds the history of one transaction among all', () => {
    const log = new EventLog(small)
    for (let i = 1; i <= 30; i++) log.append(raw(i, i % 3), 0)
    const found: number[] = []
    log.visitTransaction(7, 2, (event) => void found.push(event.seq), 15)
    expect(found).toEqual([17, 20, 23, 26, 29])
  })

  it('counts what the ring had no room for, each SIP thread by its own numbers', () => {
    const log = new EventLog(small)
    log.append(raw(1), 0)
    log.append(raw(1), 1)
    log.append(raw(5), 0)
    log.append(raw(2), 1)
    expect(log.lost).toBe(3)
    expect(seqs(log)).toEqual([1, 2, 6, 7])
    expect(log.lostBetween(1, 7)).toBe(true)
    expect(log.lostBetween(1, 2)).toBe(false)
    expect(log.lostBetween(6, 7)).toBe(false)
  })

  it('finds the event that has so many newer ones', () => {
    const log = new EventLog(small)
    expect(log.seqFromEnd(10)).toBe(1)
    for (let i = 1; i <= 50; i++) log.append(raw(i), 0)
    for (const count of [1, 2, 17, 40]) expect(seqs(log, log.seqFromEnd(count))).toHaveLength(count)
    expect(log.seqFromEnd(0)).toBe(51)
    expect(log.seqFromEnd(9999)).toBe(log.oldest)
  })
})
