import type { EngineEvent, EventsData, TransactionDetailData } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { EventKind } from '../bus/event-kind.ts'
import { EventLog, type LoggedEvent } from '../control/event-log.ts'
import { FakeEventSource } from '../control/fake-event-source.ts'
import { LiveTransactions } from '../control/live-transactions.ts'
import { openTopic, type TopicSources } from './topics.ts'

const created = {
  kind: 'nist',
  method: 'OPTIONS',
  ruri: 'sip:b@x',
  from: 'a',
  to: 'b',
  callId: 'c',
  cseq: '1 OPTIONS',
  source: '',
  local: false,
}

function decode(event: LoggedEvent): EngineEvent {
  const kind = event.kind === EventKind.created ? 'created' : 'destroyed'
  return {
    seq: event.seq,
    tMono: event.ms,
    tWall: event.ms,
    node: '',
    tx: { index: event.index, label: event.label },
    branch: null,
    kind,
    data: kind === 'created' ? created : {},
  } as EngineEvent
}

function setup() {
  const log = new EventLog()
  const source = new FakeEventSource(log)
  const emit = (kind: 'created' | 'destroyed', label: number) => source.emit(kind, { subject: { index: 5, label } })
  const live = new LiveTransactions(log, decode, () => 1, { rows: 10, rowsPerMessage: 10 })
  const waiting: (() => void)[] = []
  const drain = () => {
    for (const emitIt of waiting.splice(0)) emitIt()
  }
  const sources: TopicSources = { log, drain, decode, live, sample: () => ({ t: 1 }) as ReturnType<TopicSources['sample']> }
  const open = (topic: string) => {
    const feed = openTopic(topic, sources)
    if (feed === null) throw new Error('no such topic')
    return feed
  }
  return {
    emit,
    emitInRing: (label: number) => void waiting.push(() => emit('created', label)),
    open,
    lose: (count: number) => source.lose(count),
  }
}

describe('topics', () => {
  it('MUST be those of the contract', () => {
    const { open } = setup()
    for (const topic of ['tm.stats', 'transactions', 'events', 'tx:1:2']) expect(open(topic).periodMs).toBeLessThanOrEqual(200)
    for (const topic of ['', 'tm', 'tx:1', 'tx:1:2:3', 'tx:-1:2', 'toString']) expect(() => open(topic)).toThrow('no such topic')
  })

  it('tells what was still in the rings of the threads', () => {
    const { open, emitInRing } = setup()
    const feed = open('events')
    emitInRing(1)
    expect((feed.next() as EventsData).events).toHaveLength(1)
    emitInRing(2)
    expect((feed.snapshot() as EventsData).events).toHaveLength(2)
  })

  it('tm.stats has a sample each period', () => {
    const feed = setup().open('tm.stats')
    expect([feed.snapshot(), feed.next(), feed.next()]).toEqual([{ t: 1 }, { t: 1 }, { t: 1 }])
  })

  it('transactions lists what lives', () => {
    const { open, emit } = setup()
    emit('created', 1)
    const feed = open('transactions')
    expect(feed.snapshot()).toMatchObject({ upsert: [{ key: '5:1' }] })
    emit('destroyed', 1)
    expect(feed.next()).toMatchObject({ remove: ['5:1'] })
    expect(feed.next()).toBeNull()
    feed.close()
  })

  it('events has at most 200 a message, the newest, and says how many it left out', () => {
    const { open, emit, lose } = setup()
    emit('created', 1)
    const feed = open('events')
    expect((feed.snapshot() as EventsData).events).toHaveLength(1)
    expect(feed.next()).toBeNull()
    lose(3)
    for (let i = 0; i < 250; i++) emit('created', i)
    const { events, skipped } = feed.next() as EventsData
    expect([events.length, events.at(-1)?.seq, skipped, feed.crowded]).toEqual([200, 254, 53, true])
    emit('destroyed', 1)
    expect(feed.next()).toMatchObject({ events: [{ seq: 255 }], skipped: 0 })
    expect(feed.crowded).toBe(false)
  })

  it('tx: has the whole history, then each event with the row after it', () => {
    const { open, emit } = setup()
    emit('created', 1)
    emit('created', 2)
    const feed = open('tx:5:1')
    expect(feed.snapshot()).toMatchObject({ row: { key: '5:1', endedAt: null }, events: [{ kind: 'created' }] })
    expect(feed.next()).toBeNull()
    emit('destroyed', 2)
    expect(feed.next()).toBeNull()
    emit('destroyed', 1)
    const { row, events } = feed.next() as TransactionDetailData
    expect([row?.endedAt, events.length]).toEqual([4, 1])
  })

  it('tx: of a transaction that is not there yet begins with nothing', () => {
    const { open, emit } = setup()
    const feed = open('tx:5:1')
    expect(feed.snapshot()).toEqual({ row: null, events: [] })
    emit('created', 1)
    expect(feed.next()).toMatchObject({ row: { method: 'OPTIONS' } })
  })
})
