import {
  exampleEvent,
  exampleRow,
  SOCKET_HARD_LIMIT_BYTES,
  SOCKET_SOFT_LIMIT_BYTES,
  type TopicMessage,
  type TransactionRow,
} from '@signalbox/contract'
import { beforeEach, describe, expect, it } from 'vitest'
import { Hub } from './hub.ts'
import { FakeSocket } from '../../test/fake-socket.ts'
import { ManualTimers } from '../../test/manual-timers.ts'

const BASE = 1_000_000
let hub: Hub
let timers: ManualTimers
let asked: string[]
let now: number

beforeEach(() => {
  timers = new ManualTimers()
  asked = []
  now = BASE
  hub = new Hub({ timers, now: () => now, lingerMs: 10_000 })
  hub.attach({
    want: (topic) => asked.push(`want ${topic}`),
    restart: (topic) => asked.push(`restart ${topic}`),
    drop: (topic) => asked.push(`drop ${topic}`),
  })
})

function open() {
  const socket = new FakeSocket()
  return { socket, outbox: hub.open(socket) }
}

function row(key: string, values: Partial<TransactionRow> = {}): TransactionRow {
  return { ...exampleRow, key, ...values }
}

function patch(seq: number, upsert: readonly TransactionRow[], remove: readonly string[] = [], reset = false): TopicMessage {
  return {
    topic: 'transactions',
    seq,
    ...(reset && { reset }),
    data: { upsert: [...upsert], remove: [...remove], total: upsert.length, truncated: false },
  }
}

function events(seq: number, reset = false, size = 1): TopicMessage {
  return {
    topic: 'events',
    seq,
    ...(reset && { reset }),
    data: { events: Array.from({ length: size }, () => ({ ...exampleEvent, seq })), skipped: 0 },
  }
}

describe('subscriptions', () => {
  it('MUST hold one engine subscription per topic for any number of sockets', () => {
    const [first, second] = [open(), open()]
    hub.subscribe(first.outbox, 'events')
    hub.subscribe(second.outbox, 'events')
    hub.subscribe(second.outbox, 'tx:1:2')
    expect(asked).toEqual(['want events', 'want tx:1:2'])
  })

  it('MUST give a topic back when nobody listened for the linger time', () => {
    const { outbox } = open()
    hub.subscribe(outbox, 'events')
    hub.close(outbox)
    timers.advance(9999)
    expect(asked).toEqual(['want events'])
    timers.advance(1)
    expect(asked).toEqual(['want events', 'drop events'])
    expect(timers.pending).toBe(0)
  })

  it('keeps a topic when somebody listens again in time', () => {
    const first = open()
    hub.subscribe(first.outbox, 'events')
    hub.unsubscribe(first.outbox, 'events')
    timers.advance(5000)
    hub.subscribe(open().outbox, 'events')
    timers.advance(60_000)
    expect(asked).toEqual(['want events'])
  })

  it('MUST encode a message once and hand the same bytes to all sockets', () => {
    const [first, second] = [open(), open()]
    hub.subscribe(first.outbox, 'events')
    hub.subscribe(second.outbox, 'events')
    hub.publish(events(1, true))
    hub.publish(events(2))
    expect(first.socket.frames).toHaveLength(2)
    expect(second.socket.frames[1]).toBe(first.socket.frames[1])
  })

  it('gives late subscribers a snapshot, encoded once as well', () => {
    hub.subscribe(open().outbox, 'transactions')
    hub.publish(patch(1, [row('1:1'), row('1:2')], [], true))
    hub.publish(patch(2, [row('1:3'), row('1:1', { status: 200 })], ['1:2']))
    const [late, later] = [open(), open()]
    hub.subscribe(late.outbox, 'transactions')
    hub.subscribe(later.outbox, 'transactions')
    expect(later.socket.frames[0]).toBe(late.socket.frames[0])
    expect(late.socket.messages).toEqual([
      {
        op: 'data',
        topic: 'transactions',
        seq: BASE + 2,
        reset: true,
        data: { upsert: [row('1:1', { status: 200 }), row('1:3')], remove: [], total: 2, truncated: false },
      },
    ])
  })

  it('bounds the snapshot to the newest 1000 rows and says so', () => {
    hub.subscribe(open().outbox, 'transactions')
    hub.publish(patch(1, [], [], true))
    hub.publish({
      ...patch(2, []),
      data: { upsert: Array.from({ length: 1200 }, (_, i) => row(`1:${i}`)), remove: [], total: 1200, truncated: false },
    } as TopicMessage)
    const late = open()
    hub.subscribe(late.outbox, 'transactions')
    const data = late.socket.messages[0].data as { upsert: TransactionRow[]; truncated: boolean }
    expect([data.upsert.length, data.upsert[0].key, data.truncated]).toEqual([1000, '1:200', true])
  })

  it('collects the events of a transaction for its snapshot', () => {
    hub.subscribe(open().outbox, 'tx:1:2')
    hub.publish({ topic: 'tx:1:2', seq: 1, reset: true, data: { row: null, events: [exampleEvent] } })
    hub.publish({ topic: 'tx:1:2', seq: 2, data: { row: exampleRow, events: [exampleEvent] } })
    const late = open()
    hub.subscribe(late.outbox, 'tx:1:2')
    expect(late.socket.messages[0].data).toEqual({ row: exampleRow, events: [exampleEvent, exampleEvent] })
  })

  it('sends the latest numbers to a new listener of tm.stats, without reset from the engine', () => {
    hub.subscribe(open().outbox, 'tm.stats')
    hub.publish({ topic: 'tm.stats', seq: 77, data: { t: 5 } } as TopicMessage)
    const late = open()
    hub.subscribe(late.outbox, 'tm.stats')
    expect(late.socket.messages).toMatchObject([{ topic: 'tm.stats', data: { t: 5 } }])
  })

  it.each([
    [{ code: 404, message: 'Unknown topic' }, 'UNKNOWN_TOPIC'],
    [{ code: 429, message: 'This connection has 1024 topics' }, 'RPC_FAULT'],
    [{ code: 500, message: 'Internal error' }, 'RPC_FAULT'],
  ])('tells all listeners of a topic that the engine refuses with %j', (fault, code) => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'tx:1:2')
    hub.refused('tx:1:2', fault)
    expect(socket.messages).toMatchObject([{ op: 'error', code, topic: 'tx:1:2', fault }])
  })
})

describe('sequence numbers', () => {
  it('MUST resume after since with exactly the messages that are missing', () => {
    const [first, second] = [open(), open()]
    hub.subscribe(first.outbox, 'events')
    hub.subscribe(second.outbox, 'events')
    hub.publish(events(1, true))
    hub.publish(events(2))
    const since = second.socket.messages.at(-1)?.seq
    hub.close(second.outbox)
    hub.publish(events(3))
    hub.publish(events(4))
    const again = open()
    hub.subscribe(again.outbox, 'events', since)
    expect(again.socket.messages.map(({ seq, reset }) => [seq, reset])).toEqual([
      [BASE + 3, undefined],
      [BASE + 4, undefined],
    ])
  })

  it('sends nothing to who has seen everything', () => {
    const first = open()
    hub.subscribe(first.outbox, 'events')
    hub.publish(events(1, true))
    const again = open()
    hub.subscribe(again.outbox, 'events', BASE + 1)
    expect(again.socket.messages).toEqual([])
  })

  it('MUST start over where since is too old, too new or of another life', () => {
    const first = open()
    hub.subscribe(first.outbox, 'events')
    hub.publish(events(1, true))
    for (let seq = 2; seq < 400; seq++) hub.publish(events(seq))
    for (const since of [0, BASE + 5, BASE + 5000]) {
      const again = open()
      hub.subscribe(again.outbox, 'events', since)
      expect(again.socket.messages.map(({ reset }) => reset)).toEqual([true])
    }
  })

  it('MUST rise over an engine restart, when the engine counts from 1 again', () => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'events')
    hub.publish(events(41, true))
    hub.engineState(false)
    hub.publish(events(42))
    hub.engineState(true)
    hub.publish(events(1, true))
    expect(socket.messages.map(({ op, seq, reset }) => [op, seq, reset])).toEqual([
      ['data', BASE + 1, true],
      ['engine', undefined, undefined],
      ['engine', undefined, undefined],
      ['data', BASE + 2, true],
    ])
  })

  it('MUST rise when a topic is given back and taken again, even if the clock steps back', () => {
    const first = open()
    hub.subscribe(first.outbox, 'events')
    hub.publish(events(1, true))
    hub.unsubscribe(first.outbox, 'events')
    timers.advance(10_000)
    now = BASE - 5000
    const second = open()
    hub.subscribe(second.outbox, 'events')
    hub.publish(events(1, true))
    expect(second.socket.messages[0].seq).toBeGreaterThan(BASE + 1)
  })

  it('asks for a snapshot when the engine skipped a number, and waits for it', () => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'transactions')
    hub.publish(patch(1, [], [], true))
    hub.publish(patch(3, [row('1:3')]))
    hub.publish(patch(4, [row('1:4')]))
    hub.publish(patch(4, [row('1:3'), row('1:4')], [], true))
    expect(asked).toEqual(['want transactions', 'restart transactions'])
    expect(socket.messages.map(({ reset }) => reset)).toEqual([true, true])
  })
})

describe('slow sockets', () => {
  it('MUST skip over the soft limit, count, and tell when there is room, console spec 5.2', () => {
    const slow = open()
    const fast = open()
    hub.subscribe(slow.outbox, 'events')
    hub.subscribe(fast.outbox, 'events')
    hub.publish(events(1, true))
    slow.socket.take()
    slow.socket.bufferedAmount = SOCKET_SOFT_LIMIT_BYTES + 1
    for (let seq = 2; seq <= 6; seq++) hub.publish(events(seq))
    expect([slow.socket.take(), fast.socket.messages.length, hub.totals.skipped]).toEqual([[], 6, 5])
    slow.socket.bufferedAmount = 0
    hub.publish(events(7))
    expect(slow.socket.take().map(({ op, count, seq }) => [op, count ?? seq])).toEqual([
      ['skipped', 5],
      ['data', BASE + 7],
    ])
  })

  it('MUST make up for missed patches with a snapshot as soon as the socket drains', () => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'transactions')
    hub.publish(patch(1, [], [], true))
    socket.stuck = true
    hub.publish(patch(2, [row('1:1', { ruri: 'x'.repeat(SOCKET_SOFT_LIMIT_BYTES) })]))
    hub.publish(patch(3, [row('1:2')], ['1:1']))
    hub.publish(patch(4, [row('1:3')]))
    socket.take()
    socket.stuck = false
    socket.drain()
    expect(socket.take()).toEqual([
      { op: 'skipped', topic: 'transactions', count: 2 },
      {
        op: 'data',
        topic: 'transactions',
        seq: BASE + 4,
        reset: true,
        data: { upsert: [row('1:2'), row('1:3')], remove: [], total: 1, truncated: false },
      },
    ])
    hub.publish(patch(5, []))
    expect(socket.take().map(({ seq }) => seq)).toEqual([BASE + 5])
  })

  it('sends the newest tm.stats after older ones were skipped', () => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'tm.stats')
    socket.bufferedAmount = SOCKET_SOFT_LIMIT_BYTES + 1
    hub.publish({ topic: 'tm.stats', seq: 1, data: { t: 1 } } as TopicMessage)
    hub.publish({ topic: 'tm.stats', seq: 2, data: { t: 2 } } as TopicMessage)
    socket.bufferedAmount = 0
    hub.publish({ topic: 'tm.stats', seq: 3, data: { t: 3 } } as TopicMessage)
    expect(socket.take()).toMatchObject([{ op: 'skipped', count: 2 }, { data: { t: 3 } }])
  })

  it('MUST cut a socket over the hard limit, console spec 5.2', () => {
    const { socket, outbox } = open()
    socket.stuck = true
    for (let sent = 0; sent <= SOCKET_HARD_LIMIT_BYTES && !socket.terminated; sent += 1 << 20) {
      outbox.notify({ op: 'error', code: 'INTERNAL', message: 'x'.repeat(1 << 20) })
    }
    expect([socket.terminated, hub.totals.overflowed]).toEqual([true, 1])
    const frames = socket.frames.length
    outbox.notify({ op: 'pong' })
    hub.engineState(false)
    expect(socket.frames).toHaveLength(frames)
  })

  it('forgets what was missed of a topic that is unsubscribed', () => {
    const { socket, outbox } = open()
    hub.subscribe(outbox, 'events')
    socket.bufferedAmount = SOCKET_SOFT_LIMIT_BYTES + 1
    hub.publish(events(1, true))
    hub.unsubscribe(outbox, 'events')
    socket.drain()
    outbox.notify({ op: 'pong' })
    expect(socket.take()).toEqual([{ op: 'pong' }])
  })
})
