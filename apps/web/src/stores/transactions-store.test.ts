import type { DataMessage, EngineEvent, TransactionRow } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { FakeScheduler } from './fake-scheduler.ts'
import { TransactionStore } from './transaction-store.ts'
import { TransactionsStore } from './transactions-store.ts'

const row = (key: string, status: number | null = null): TransactionRow => ({
  key,
  index: Number(key.split(':')[0]),
  label: Number(key.split(':')[1]),
  kind: 'ist',
  method: 'INVITE',
  ruri: 'sip:b@example.net',
  from: '<sip:a@example.net>',
  to: '<sip:b@example.net>',
  callId: key,
  cseq: '1 INVITE',
  source: 'udp:10.0.0.1:5060',
  local: false,
  state: 'proceeding',
  status,
  branches: [],
  retransmissions: 0,
  createdAt: 1,
  updatedAt: 1,
  endedAt: null,
})

const patch = (upsert: TransactionRow[], remove: string[], reset = false): DataMessage => ({
  op: 'data',
  topic: 'transactions',
  seq: 1,
  ...(reset ? { reset } : {}),
  data: { upsert, remove, total: 40, truncated: true },
})

const event = (seq: number): EngineEvent => ({
  seq,
  tMono: seq,
  tWall: seq,
  node: 'a',
  tx: { index: 1, label: 2 },
  branch: null,
  kind: 'destroyed',
  data: {},
})

describe('TransactionsStore', () => {
  it('updates rows in place, removes, and replaces everything on reset', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionsStore(scheduler)
    store.data(patch([row('1:1'), row('2:2')], [], true))
    store.data(patch([row('1:1', 200)], ['2:2']))
    scheduler.advance(200)
    expect(store.getSnapshot().rows.map((r) => [r.key, r.status])).toEqual([['1:1', 200]])
    expect(store.getSnapshot()).toMatchObject({ total: 40, truncated: true, appeared: 2 })
    store.data(patch([row('3:3')], [], true))
    scheduler.advance(200)
    expect(store.getSnapshot().rows.map((r) => r.key)).toEqual(['3:3'])
  })

  it('MUST NOT count rows as new that a snapshot only tells again', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionsStore(scheduler)
    store.data(patch([row('1:1'), row('2:2')], [], true))
    store.data(patch([row('2:2'), row('3:3')], [], true))
    scheduler.advance(200)
    expect(store.getSnapshot()).toMatchObject({ appeared: 3 })
  })

  it('MUST keep what a reader holds until it is let go, whoever looks at it meanwhile', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionsStore(scheduler)
    const seen: (number | undefined)[] = []
    store.data(patch([row('1:1')], [], true))
    store.subscribe(() => seen.push(store.getHeld()?.rows.length))
    store.hold()
    store.data(patch([row('2:2')], []))
    scheduler.advance(200)
    store.hold()
    expect(store.getHeld()?.rows.map((r) => r.key)).toEqual(['1:1'])
    expect(store.getSnapshot().rows).toHaveLength(2)
    store.release()
    expect(store.getHeld()).toBeNull()
    expect(seen).toEqual([1, 1, 1, undefined])
  })

  it('gives readers at most one snapshot in 200 ms', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionsStore(scheduler)
    let calls = 0
    store.subscribe(() => (calls += 1))
    for (let i = 0; i < 50; i += 1) {
      store.data(patch([row(`${i}:1`)], []))
      scheduler.advance(20)
    }
    expect(calls).toBeLessThanOrEqual(6)
    scheduler.advance(200)
    expect(store.getSnapshot().rows).toHaveLength(50)
  })
})

describe('TransactionStore', () => {
  const frame = (events: EngineEvent[], reset = false): DataMessage => ({
    op: 'data',
    topic: 'tx:1:2',
    seq: 1,
    ...(reset ? { reset } : {}),
    data: { row: null, events },
  })

  it('appends events once and keeps them when the engine has forgotten the transaction', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionStore('tx:1:2', scheduler)
    store.data(frame([event(5), event(9)], true))
    store.data(frame([event(9), event(12)]))
    store.data(frame([], true))
    scheduler.advance(200)
    expect(store.getSnapshot().events.map((e) => e.seq)).toEqual([5, 9, 12])
  })

  it('tells that the engine has forgotten the transaction until it tells of it again', () => {
    const scheduler = new FakeScheduler()
    const store = new TransactionStore('tx:1:2', scheduler)
    const forgotten = (message: DataMessage): boolean => {
      store.data(message)
      scheduler.advance(200)
      return store.getSnapshot().forgotten
    }
    expect(forgotten(frame([event(5)], true))).toBe(false)
    expect(forgotten(frame([], true))).toBe(true)
    expect(forgotten(frame([]))).toBe(true)
    expect(forgotten(frame([event(6)]))).toBe(false)
    expect(forgotten(frame([]))).toBe(false)
  })
})
