import type { DataMessage, EngineEvent } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { EventsStore } from './events-store.ts'
import { FakeScheduler } from './fake-scheduler.ts'

/** `life` tells one start of the engine from the next: both count from 1. */
const event = (seq: number, life = 0): EngineEvent => ({
  seq,
  tMono: seq + life,
  tWall: seq,
  node: 'a',
  tx: { index: 1, label: 2 },
  branch: null,
  kind: 'destroyed',
  data: {},
})
const range = (from: number, to: number, life = 0): EngineEvent[] => Array.from({ length: to - from + 1 }, (_, i) => event(from + i, life))

function setUp() {
  const scheduler = new FakeScheduler()
  const store = new EventsStore(scheduler)
  const feed = (events: EngineEvent[], { skipped = 0, reset = false } = {}): void => {
    const frame: DataMessage = { op: 'data', topic: 'events', seq: 1, ...(reset ? { reset } : {}), data: { events, skipped } }
    store.data(frame)
    scheduler.advance(200)
  }
  const numbers = (): number[] => store.getSnapshot().events.map(({ seq }) => seq)
  return { scheduler, store, feed, numbers }
}

describe('EventsStore', () => {
  it('MUST keep its events over a snapshot, and add what is new in it', () => {
    const { store, feed, numbers } = setUp()
    feed(range(1, 3), { reset: true })
    feed([event(4)])
    feed(range(2, 6), { reset: true })
    expect(numbers()).toEqual([1, 2, 3, 4, 5, 6])
    expect(store.getSnapshot().received).toBe(6)
  })

  it('shows a time without the topic as numbers that are missing, and blames nobody for it', () => {
    const { store, feed, numbers } = setUp()
    feed(range(1, 3), { reset: true })
    feed(range(40, 42), { reset: true })
    expect(numbers()).toEqual([1, 2, 3, 40, 41, 42])
    expect(store.getSnapshot().missing).toEqual({ crowded: 0, lost: 0, slow: 0 })
  })

  it.each([
    ['fewer events than before', range(1, 4, 900), [1, 2, 3, 4]],
    ['more events than before', range(1, 12, 900), range(1, 12).map(({ seq }) => seq)],
  ])('MUST start over when the engine did, with %s', (_what, events, expected) => {
    const { feed, numbers } = setUp()
    feed(range(1, 9), { reset: true })
    feed(events, { reset: true })
    expect(numbers()).toEqual(expected)
  })

  it('starts over with the first event after an empty snapshot of a new engine', () => {
    const { feed, numbers } = setUp()
    feed(range(1, 9), { reset: true })
    feed([], { reset: true })
    expect(numbers()).toHaveLength(9)
    feed([event(1, 900)])
    expect(numbers()).toEqual([1])
  })

  it('MUST count what is missing by its cause', () => {
    const { store, feed } = setUp()
    feed([event(1)], { reset: true })
    feed(range(102, 301), { skipped: 100 })
    expect(store.getSnapshot().missing).toEqual({ crowded: 100, lost: 0, slow: 0 })
    feed([event(302), event(305)], { skipped: 2 })
    expect(store.getSnapshot().missing).toEqual({ crowded: 100, lost: 2, slow: 0 })
    feed([event(400)])
    expect(store.getSnapshot().missing).toEqual({ crowded: 100, lost: 2, slow: 94 })
    feed(range(901, 1100), { skipped: 300 })
    expect(store.getSnapshot().missing).toEqual({ crowded: 400, lost: 2, slow: 294 })
  })

  it('MUST be silent about what was dismissed until it begins anew', () => {
    const { scheduler, store, feed } = setUp()
    feed([event(1)], { reset: true })
    feed([event(3)], { skipped: 1 })
    store.dismissMissing()
    expect(store.getSnapshot().missing.lost).toBe(0)
    for (let seq = 5; seq < 15; seq += 2) {
      scheduler.advance(50_000)
      feed([event(seq)], { skipped: 1 })
    }
    expect(store.getSnapshot().missing.lost).toBe(0)
    scheduler.advance(61_000)
    feed([event(15)], { skipped: 1 })
    expect(store.getSnapshot().missing.lost).toBe(1)
  })
})
