import type { DataMessage, TmStatsData } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { FakeScheduler } from './fake-scheduler.ts'
import { movingMean, StatsStore } from './stats-store.ts'

const ZERO: TmStatsData['stats'] = {
  current: 0,
  waiting: 0,
  total: 0,
  total_local: 0,
  rpl_received: 0,
  rpl_generated: 0,
  rpl_sent: 0,
  '6xx': 0,
  '5xx': 0,
  '4xx': 0,
  '3xx': 0,
  '2xx': 0,
  created: 0,
  freed: 0,
  delayed_free: 0,
}

function message(t: number, created: number): DataMessage {
  return {
    op: 'data',
    topic: 'tm.stats',
    seq: t,
    data: {
      t,
      stats: { ...ZERO, created, current: 7 },
      messagesIn: created * 2,
      messagesOut: 0,
      retransmissions: 0,
      loopDelayP50Ms: 0.4,
      loopDelayP99Ms: 1.5,
      heapUsed: 1000,
      rss: 2000,
      eventsLost: 0,
      recordedOneIn: 1,
      uptimeS: 1,
    },
  }
}

function setUp() {
  const scheduler = new FakeScheduler()
  let wall = 100_000
  const store = new StatsStore(scheduler, () => wall)
  const feed = (t: number, created: number): void => {
    wall = t
    store.data(message(t, created))
    scheduler.advance(200)
  }
  return { store, feed }
}

describe('movingMean', () => {
  it('averages up to its width and never across a gap', () => {
    expect(movingMean([2, 4, null, 6, 8, 10], 2)).toEqual([2, 3, null, 6, 7, 9])
  })
})

describe('StatsStore', () => {
  it('forgets what is older than the window of the rates', () => {
    const { store, feed } = setUp()
    feed(100_000, 0)
    for (let i = 0; i <= 25; i += 1) feed(101_000 + i * 200, 1000)
    expect(store.getSnapshot().rates?.created).toBe(0)
  })

  it('gives rates a second over the last five seconds, as the charts do', () => {
    const { store, feed } = setUp()
    for (let i = 0; i <= 20; i += 1) feed(100_000 + i * 200, i * 2)
    expect(store.getSnapshot().rates?.created).toBeCloseTo(10)
    expect(store.getSnapshot().rates?.messagesIn).toBeCloseTo(20)
    expect(store.getSnapshot().latest?.stats.created).toBe(40)
    expect(store.history('created').at(-1)).toBeCloseTo(10)
  })

  it('has no rate before the second sample', () => {
    const { store, feed } = setUp()
    feed(100_000, 5)
    expect(store.getSnapshot().rates).toBeNull()
  })

  it('charts levels as values and counters as rates', () => {
    const { store, feed } = setUp()
    for (let i = 0; i <= 15; i += 1) feed(100_000 + i * 200, i * 2)
    expect(store.history('current').slice(-4)).toEqual([7, 7, 7, 7])
    expect(store.history('created').slice(-3)).toEqual([10, 10, 10])
  })

  it('shows a gap after a lost connection and does not spread the backlog over it', () => {
    const { store, feed } = setUp()
    feed(100_000, 0)
    feed(101_000, 10)
    feed(105_000, 400)
    expect(store.history('current').slice(-6)).toEqual([7, 7, null, null, null, 7])
    expect(store.history('created').slice(-5)).toEqual([10, null, null, null, null])
  })

  it('shows a minute at first and grows to ten', () => {
    const { store, feed } = setUp()
    expect(store.span()).toBe(60)
    feed(100_000, 0)
    expect(store.span()).toBe(60)
    feed(300_000, 10)
    expect(store.span()).toBe(201)
    feed(2_000_000, 20)
    expect(store.span()).toBe(600)
  })

  it('starts rates over when the engine restarted', () => {
    const { store, feed } = setUp()
    feed(100_000, 1000)
    feed(101_000, 1010)
    feed(101_200, 2)
    expect(store.getSnapshot().rates).toBeNull()
  })
})
