import { describe, expect, it, vi } from 'vitest'
import type { ClientMessage, DataMessage, ServerMessage } from '@signalbox/contract'
import { FakeScheduler } from '../stores/fake-scheduler.ts'
import { errorFrom, socketRefused, unreachable, type ApiError } from './errors.ts'
import { Live, type SocketLike, type TopicConsumer } from './live.ts'

class TestSocket implements SocketLike {
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  readonly sent: ClientMessage[] = []
  readonly protocols: readonly string[]
  closed = false

  constructor(protocols: readonly string[]) {
    this.protocols = protocols
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientMessage)
  }

  close(): void {
    this.closed = true
  }

  serve(frame: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  accept(): void {
    this.onopen?.()
    this.serve({ op: 'hello', server: { version: '0.1.0', node: 'a' }, engine: 'up' })
  }
}

function setUp(probe: () => Promise<ApiError> = () => Promise.resolve(unreachable())) {
  const scheduler = new FakeScheduler()
  scheduler.advance(1)
  const sockets: TestSocket[] = []
  let token: string | null = null
  const live = new Live({
    open: (protocols) => {
      const socket = new TestSocket(protocols)
      sockets.push(socket)
      return socket
    },
    probe,
    token: () => token,
    scheduler,
    random: () => 1,
    wall: () => scheduler.now(),
  })
  live.start()
  const last = (): TestSocket => sockets[sockets.length - 1]
  return { live, scheduler, sockets, last, setToken: (text: string) => (token = text) }
}

function consumer(topic: string, options: Partial<TopicConsumer> = {}) {
  const frames: DataMessage[] = []
  const made: TopicConsumer = {
    topic,
    detail: true,
    strict: true,
    firstSince: null,
    data: (frame) => frames.push(frame),
    ...options,
  }
  return { ...made, frames }
}

/** The client hands data on unread, so any text stands for it here. */
const data = (topic: string, seq: number, reset = false): DataMessage =>
  ({ op: 'data', topic, seq, ...(reset ? { reset } : {}), data: {} }) as DataMessage

describe('Live', () => {
  it('resumes every topic with the last sequence number it saw', () => {
    const { live, scheduler, last } = setUp()
    const rows = consumer('transactions')
    live.attach(rows)
    last().accept()
    expect(last().sent).toEqual([{ op: 'subscribe', topic: 'transactions' }])
    last().serve(data('transactions', 40, true))
    last().serve(data('transactions', 41))
    last().onclose?.()
    expect(live.getSnapshot().phase).toBe('waiting')
    scheduler.advance(400)
    last().accept()
    expect(last().sent).toEqual([{ op: 'subscribe', topic: 'transactions', since: 41 }])
    expect(live.getSnapshot()).toMatchObject({ phase: 'open', engine: 'up' })
  })

  it('asks for a snapshot when a strict topic has a hole, and drops repeats', () => {
    const { live, last } = setUp()
    const rows = consumer('transactions')
    live.attach(rows)
    last().accept()
    last().serve(data('transactions', 1, true))
    last().serve(data('transactions', 1))
    last().serve(data('transactions', 5))
    expect(rows.frames.map((frame) => frame.seq)).toEqual([1])
    expect(last().sent.slice(1)).toEqual([
      { op: 'unsubscribe', topic: 'transactions' },
      { op: 'subscribe', topic: 'transactions' },
    ])
    last().serve(data('transactions', 6, true))
    expect(rows.frames.map((frame) => frame.seq)).toEqual([1, 6])
  })

  it('waits for the snapshot that follows skipped messages instead of asking for another', () => {
    const { live, scheduler, last } = setUp()
    const rows = consumer('transactions')
    live.attach(rows)
    last().accept()
    last().serve(data('transactions', 1, true))
    last().serve({ op: 'skipped', topic: 'transactions', count: 3 })
    last().serve(data('transactions', 5, true))
    last().serve(data('transactions', 6))
    expect(rows.frames.map((frame) => frame.seq)).toEqual([1, 5, 6])
    expect(last().sent).toEqual([{ op: 'subscribe', topic: 'transactions' }])
    last().serve({ op: 'skipped', topic: 'transactions', count: 1 })
    last().onclose?.()
    scheduler.advance(400)
    last().accept()
    expect(last().sent).toEqual([{ op: 'subscribe', topic: 'transactions' }])
  })

  it('accepts a hole in a topic whose data stands alone', () => {
    const { live, last } = setUp()
    const stats = consumer('tm.stats', { strict: false })
    live.attach(stats)
    last().accept()
    last().serve(data('tm.stats', 1))
    last().serve(data('tm.stats', 9))
    expect(stats.frames).toHaveLength(2)
  })

  it('backs off exponentially up to a limit, and starts again after a hello', () => {
    const { live, scheduler, sockets, last } = setUp()
    const waits: number[] = []
    for (let i = 0; i < 7; i += 1) {
      last().onclose?.()
      const retryAt = live.getSnapshot().retryAt ?? 0
      waits.push(retryAt - scheduler.now())
      scheduler.advance(waits[i])
    }
    expect(waits).toEqual([400, 800, 1600, 3200, 6400, 8000, 8000])
    expect(sockets).toHaveLength(8)
    last().accept()
    last().onclose?.()
    expect((live.getSnapshot().retryAt ?? 0) - scheduler.now()).toBe(400)
  })

  it('stops retrying and asks for a token when the server answers 401', async () => {
    const { live, last, sockets, scheduler, setToken } = setUp(() => Promise.resolve(errorFrom(401, null)))
    last().onclose?.()
    await vi.waitFor(() => expect(live.getSnapshot().phase).toBe('unauthorized'))
    scheduler.advance(60_000)
    expect(sockets).toHaveLength(1)
    setToken('secret')
    live.retryNow()
    expect(last().protocols).toEqual(['signalbox', 'bearer.secret'])
  })

  it('says why it cannot connect, until it can', async () => {
    const { live, scheduler, last } = setUp(() => Promise.resolve(errorFrom(403, { error: { code: 'ORIGIN_REFUSED', message: 'x' } })))
    last().onclose?.()
    await vi.waitFor(() => expect(live.getSnapshot().reason?.code).toBe('ORIGIN_REFUSED'))
    expect(live.getSnapshot().phase).toBe('waiting')
    scheduler.advance(400)
    expect(live.getSnapshot()).toMatchObject({ phase: 'connecting', reason: { code: 'ORIGIN_REFUSED' } })
    last().accept()
    expect(live.getSnapshot()).toMatchObject({ phase: 'open', reason: null })
  })

  it('goes on trying when the browser refuses to open a socket, RFC 6455 4.1', async () => {
    const scheduler = new FakeScheduler()
    let attempts = 0
    const open = (): never => {
      attempts += 1
      throw new SyntaxError('The subprotocol is invalid')
    }
    const live = new Live({
      open,
      probe: () => Promise.resolve(socketRefused()),
      token: () => 'a b',
      scheduler,
      random: () => 1,
      wall: () => 0,
    })
    live.start()
    expect(live.getSnapshot().phase).toBe('waiting')
    await vi.waitFor(() => expect(live.getSnapshot().reason?.code).toBe('SOCKET_REFUSED'))
    scheduler.advance(400)
    expect(attempts).toBe(2)
  })

  it('goes on trying when the probe itself fails', async () => {
    const probe = vi.fn<() => Promise<ApiError>>(() => Promise.reject(new TypeError('a header the browser refuses')))
    const { live, scheduler, sockets, last } = setUp(probe)
    last().onclose?.()
    await vi.waitFor(() => expect(probe).toHaveBeenCalledOnce())
    scheduler.advance(400)
    expect(sockets).toHaveLength(2)
    expect(live.getSnapshot().reason).toBeNull()
  })

  it('gives up a silent connection after an unanswered ping', () => {
    const { live, scheduler, last } = setUp()
    last().accept()
    const first = last()
    scheduler.advance(9000)
    expect(first.sent).toContainEqual({ op: 'ping' })
    scheduler.advance(9000)
    expect(first.closed).toBe(true)
    expect(live.getSnapshot().phase).not.toBe('open')
  })

  it('drops detail topics while the tab is hidden and resumes them', () => {
    const { live, scheduler, last } = setUp()
    live.attach(consumer('events', { strict: false }))
    live.attach(consumer('tm.stats', { detail: false, strict: false }))
    last().accept()
    last().serve(data('events', 7))
    live.setHidden(true)
    scheduler.advance(10_000)
    expect(last().sent).toContainEqual({ op: 'unsubscribe', topic: 'events' })
    expect(last().sent).not.toContainEqual({ op: 'unsubscribe', topic: 'tm.stats' })
    live.setHidden(false)
    expect(last().sent.at(-1)).toEqual({ op: 'subscribe', topic: 'events', since: 7 })
  })

  it('tells engine down apart from a lost connection', () => {
    const { live, last } = setUp()
    last().accept()
    last().serve({ op: 'engine', state: 'down' })
    expect(live.getSnapshot()).toMatchObject({ phase: 'open', engine: 'down' })
  })

  it('ignores frames that are not JSON', () => {
    const { live, last } = setUp()
    last().accept()
    last().onmessage?.({ data: '{' })
    last().onmessage?.({ data: new ArrayBuffer(1) })
    expect(live.getSnapshot().phase).toBe('open')
  })
})
