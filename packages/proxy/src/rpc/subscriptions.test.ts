import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock.ts'
import { ControlFault } from '../control/control-fault.ts'
import { FakeTimers } from './fake-timers.ts'
import { Subscriptions, type Subscriber } from './subscriptions.ts'
import type { TopicFeed } from './topic-feed.ts'

interface Notification {
  readonly method: string
  readonly params: { readonly topic: string; readonly seq: number; readonly reset?: boolean; readonly data: unknown }
}

class FakeSubscriber implements Subscriber {
  readonly got: Notification['params'][] = []
  unsent = 0

  send(text: string): void {
    const { method, params } = JSON.parse(text) as Notification
    if (method === 'signalbox.topic') this.got.push(params)
  }

  backlog(): number {
    return this.unsent
  }

  take(): Notification['params'][] {
    return this.got.splice(0)
  }
}

const FIRST = 1_700_000_000_000

function setup() {
  const timers = new FakeTimers()
  const due: object[] = []
  const state = { snapshot: { all: 0 } as object, opened: 0, closed: 0, crowded: false }
  const feed: TopicFeed = {
    periodMs: 200,
    snapshot: () => state.snapshot,
    next: () => due.shift() ?? null,
    get crowded() {
      return state.crowded
    },
    close: () => void state.closed++,
  }
  const open = (topic: string) => {
    if (topic === 'nonsense') return null
    state.opened++
    return feed
  }
  return {
    timers,
    due,
    state,
    subscriptions: new Subscriptions(open, timers, new FakeClock()),
    a: new FakeSubscriber(),
    b: new FakeSubscriber(),
  }
}

describe('Subscriptions', () => {
  it('lets every other period pass while a topic has more to say than anybody can follow', () => {
    const { subscriptions, timers, due, state, a } = setup()
    subscriptions.subscribe(a, 'events')
    timers.runSoon()
    a.take()
    state.crowded = true
    const heard = Array.from({ length: 5 }, () => {
      due.push({})
      timers.tick()
      return a.take().length
    })
    expect(heard).toEqual([1, 0, 1, 0, 1])
    state.crowded = false
    timers.tick()
    timers.tick()
    expect(a.take()).toHaveLength(1)
  })

  it('sends a snapshot after the answer, then what is new, numbered without gaps', () => {
    const { subscriptions, timers, due, a } = setup()
    expect(subscriptions.subscribe(a, 'events')).toEqual({ topic: 'events', seq: FIRST })
    expect(a.take()).toEqual([])
    timers.runSoon()
    expect(a.take()).toEqual([{ topic: 'events', seq: FIRST, reset: true, data: { all: 0 } }])
    due.push({ n: 1 }, { n: 2 })
    timers.tick()
    timers.tick()
    timers.tick()
    expect(a.take()).toEqual([
      { topic: 'events', seq: FIRST + 1, data: { n: 1 } },
      { topic: 'events', seq: FIRST + 2, data: { n: 2 } },
    ])
  })

  it('refuses an unknown topic with 404 and opens nothing', () => {
    const { subscriptions, timers, a } = setup()
    expect(() => subscriptions.subscribe(a, 'nonsense')).toThrow(ControlFault)
    expect(timers.periodic.size).toBe(0)
  })

  it('makes each message once for all, and only while somebody listens', () => {
    const { subscriptions, timers, due, state, a, b } = setup()
    subscriptions.subscribe(a, 'events')
    subscriptions.subscribe(b, 'events')
    timers.runSoon()
    due.push({ n: 1 })
    timers.tick()
    expect([a.take().at(-1)?.data, b.take().at(-1)?.data]).toEqual([{ n: 1 }, { n: 1 }])
    subscriptions.unsubscribe(a, 'events')
    expect(state).toMatchObject({ opened: 1, closed: 0 })
    subscriptions.drop(b)
    expect(state.closed).toBe(1)
    expect(timers.periodic.size).toBe(0)
  })

  it('gives those who listen what is due before a newcomer gets its snapshot', () => {
    const { subscriptions, timers, due, a, b } = setup()
    subscriptions.subscribe(a, 'events')
    timers.runSoon()
    a.take()
    due.push({ n: 1 })
    subscriptions.subscribe(b, 'events')
    expect(a.take()).toMatchObject([{ seq: FIRST + 1, data: { n: 1 } }])
    timers.tick()
    expect(b.take()).toMatchObject([{ seq: FIRST + 1, reset: true }])
  })

  it('resumes after the last number seen', () => {
    const { subscriptions, timers, due, a, b } = setup()
    subscriptions.subscribe(a, 'events')
    due.push({ n: 1 }, { n: 2 }, { n: 3 })
    for (let i = 0; i < 3; i++) timers.tick()
    subscriptions.subscribe(b, 'events', FIRST + 1)
    timers.runSoon()
    expect(b.take().map((message) => [message.seq, message.reset])).toEqual([
      [FIRST + 2, undefined],
      [FIRST + 3, undefined],
    ])
  })

  it('starts over when the number is too old, of another life, or not there yet', () => {
    const { subscriptions, timers, due, a, b } = setup()
    subscriptions.subscribe(a, 'events')
    for (let n = 0; n < 70; n++) {
      due.push({ n })
      timers.tick()
    }
    for (const since of [0, 57, FIRST + 2, FIRST + 71]) {
      subscriptions.subscribe(b, 'events', since)
      timers.runSoon()
      expect(b.take().map((message) => message.reset)).toEqual([true])
    }
  })

  it('lets a slow subscriber miss messages and tells it by a reset when it has caught up', () => {
    const { subscriptions, timers, due, state, a, b } = setup()
    subscriptions.subscribe(a, 'events')
    subscriptions.subscribe(b, 'events')
    timers.runSoon()
    a.take()
    a.unsent = 2 << 20
    due.push({ n: 1 }, { n: 2 })
    timers.tick()
    timers.tick()
    expect(a.take()).toEqual([])
    expect(b.take()).toHaveLength(3)
    a.unsent = 0
    state.snapshot = { all: 2 }
    timers.tick()
    expect(a.take()).toEqual([{ topic: 'events', seq: FIRST + 2, reset: true, data: { all: 2 } }])
  })

  it('subscribing twice starts the topic over', () => {
    const { subscriptions, timers, state, a } = setup()
    subscriptions.subscribe(a, 'events')
    subscriptions.subscribe(a, 'events')
    timers.runSoon()
    expect(a.take()).toHaveLength(1)
    subscriptions.unsubscribe(a, 'events')
    expect(state.closed).toBe(1)
  })

  it('limits the topics of one connection', () => {
    const { subscriptions, a } = setup()
    for (let i = 0; i < 1024; i++) subscriptions.subscribe(a, `tx:1:${i}`)
    expect(() => subscriptions.subscribe(a, 'events')).toThrow(/unsubscribe/)
    expect(() => subscriptions.subscribe(a, 'tx:1:0')).not.toThrow()
    subscriptions.close()
  })
})
