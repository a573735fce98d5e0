import type { ClientMessage, DataMessage, ServerMessage } from '@signalbox/contract'
import { LiveStore, browserScheduler, type Scheduler } from '../stores/live-store.ts'
import type { ApiError } from './errors.ts'

/** The part of WebSocket the live client uses. */
export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: (() => void) | null
  send(text: string): void
  close(): void
}

export interface LiveOptions {
  readonly open: (protocols: readonly string[]) => SocketLike
  /** Asks over HTTP why a socket was refused: the browser does not tell. */
  readonly probe: () => Promise<ApiError>
  readonly token: () => string | null
  readonly scheduler?: Scheduler
  readonly random?: () => number
  readonly wall?: () => number
}

export interface TopicConsumer {
  readonly topic: string
  /** Dropped while the tab is hidden. */
  readonly detail: boolean
  /** A hole in the sequence makes the data wrong, not just older: ask for a snapshot. */
  readonly strict: boolean
  /** First `since`; null asks for a snapshot. */
  readonly firstSince: number | null
  data(frame: DataMessage): void
  skipped?(count: number): void
  failed?(code: string, message: string): void
}

export interface Connection {
  readonly phase: 'connecting' | 'open' | 'waiting' | 'unauthorized'
  readonly engine: 'up' | 'down' | 'unknown'
  readonly server: { readonly version: string; readonly node: string } | null
  /** Unix ms of the last frame that carried data. */
  readonly lastDataAt: number | null
  /** Unix ms of the next attempt while waiting. */
  readonly retryAt: number | null
  /** Why the last attempts failed, once that is known. */
  readonly reason: ApiError | null
}

interface Topic {
  readonly consumer: TopicConsumer
  users: number
  lastSeq: number | null
}

const FIRST_RETRY_MS = 400
const MAX_RETRY_MS = 8000
const WATCH_MS = 4000
const DEAD_MS = 12_000
const HIDDEN_GRACE_MS = 10_000

/** One socket for the whole console: reconnects, resumes by sequence number, hands frames to consumers. */
export class Live extends LiveStore<Connection> {
  readonly #options: LiveOptions
  readonly #clock: Scheduler
  readonly #wall: () => number
  readonly #topics = new Map<string, Topic>()
  #socket: SocketLike | null = null
  #state: Connection
  #attempts = 0
  #lastFrame = 0
  #ready = false
  #hidden = false
  #cancelHide: (() => void) | null = null
  #cancelRetry: (() => void) | null = null

  constructor(options: LiveOptions) {
    const scheduler = options.scheduler ?? browserScheduler
    const initial: Connection = {
      phase: 'connecting',
      engine: 'unknown',
      server: null,
      lastDataAt: null,
      retryAt: null,
      reason: null,
    }
    super(initial, scheduler)
    this.#options = options
    this.#clock = scheduler
    this.#wall = options.wall ?? Date.now
    this.#state = initial
  }

  protected override build(): Connection {
    return this.#state
  }

  start(): void {
    this.#connect()
    this.#watch()
  }

  /** Skips the rest of the back-off: the person pressed a button or typed a token. */
  retryNow(): void {
    if (this.#state.phase === 'open') return
    this.#cancelRetry?.()
    this.#attempts = 0
    this.#connect()
  }

  attach(consumer: TopicConsumer): () => void {
    const topic = this.#topics.get(consumer.topic) ?? { consumer, users: 0, lastSeq: consumer.firstSince }
    this.#topics.set(consumer.topic, topic)
    topic.users += 1
    if (topic.users === 1) this.#subscribe(topic)
    return () => {
      topic.users -= 1
      if (topic.users > 0) return
      this.#send({ op: 'unsubscribe', topic: consumer.topic })
      // Per-transaction topics end with their page; the fixed ones keep their place for the next visit.
      if (consumer.topic.startsWith('tx:')) this.#topics.delete(consumer.topic)
    }
  }

  setHidden(hidden: boolean): void {
    this.#cancelHide?.()
    this.#cancelHide = null
    if (hidden) {
      this.#cancelHide = this.#clock.after(HIDDEN_GRACE_MS, () => this.#setDetail(true))
    } else if (this.#hidden) {
      this.#setDetail(false)
    }
  }

  #setDetail(hidden: boolean): void {
    this.#hidden = hidden
    for (const topic of this.#topics.values()) {
      if (!topic.consumer.detail || topic.users === 0) continue
      if (hidden) this.#send({ op: 'unsubscribe', topic: topic.consumer.topic })
      else this.#subscribe(topic)
    }
  }

  #connect(): void {
    this.#cancelRetry = null
    this.#publish({ phase: 'connecting', retryAt: null })
    const socket = this.#open()
    if (socket === null) {
      this.#closed()
      return
    }
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = (event) => this.#received(event.data)
    socket.onclose = () => {
      if (this.#socket === socket) this.#closed()
    }
  }

  /** Null where the browser refuses even to try, as it may by a policy or for a token it does not take. */
  #open(): SocketLike | null {
    const token = this.#options.token()
    try {
      return this.#options.open(token === null ? ['signalbox'] : ['signalbox', `bearer.${token}`])
    } catch {
      return null
    }
  }

  #opened(): void {
    this.#ready = true
    this.#lastFrame = this.#clock.now()
    for (const topic of this.#topics.values()) {
      if (topic.users > 0 && !(this.#hidden && topic.consumer.detail)) this.#subscribe(topic)
    }
  }

  #closed(): void {
    this.#socket = null
    this.#ready = false
    const wasOpen = this.#state.phase === 'open'
    const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts)
    const wait = ceiling * (0.5 + (this.#options.random ?? Math.random)() / 2)
    this.#attempts += 1
    this.#publish({ phase: 'waiting', engine: 'unknown', retryAt: this.#wall() + wait })
    this.#cancelRetry = this.#clock.after(wait, () => this.#connect())
    if (!wasOpen) void this.#askWhy()
  }

  async #askWhy(): Promise<void> {
    // A probe that fails itself tells nothing; the next attempt asks again.
    const reason = await this.#options.probe().catch(() => null)
    if (reason === null || this.#state.phase === 'open') return
    if (reason.code !== 'TOKEN_REQUIRED') {
      this.#publish({ reason })
      return
    }
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#publish({ phase: 'unauthorized', retryAt: null, reason })
  }

  #watch(): void {
    this.#clock.after(WATCH_MS, () => {
      const silence = this.#clock.now() - this.#lastFrame
      if (this.#socket !== null && this.#state.phase === 'open') {
        if (silence > DEAD_MS) this.#abandon()
        else if (silence > WATCH_MS) this.#send({ op: 'ping' })
      }
      this.#watch()
    })
  }

  /** A half-open connection may report its end minutes later, so do not wait for onclose. */
  #abandon(): void {
    const socket = this.#socket
    if (socket === null) return
    socket.onclose = null
    socket.onmessage = null
    socket.close()
    this.#closed()
  }

  #received(raw: unknown): void {
    this.#lastFrame = this.#clock.now()
    const frame = decode(raw)
    if (frame === null) return
    if (frame.op === 'data') this.#deliver(frame)
    else if (frame.op === 'hello') {
      this.#attempts = 0
      this.#publish({ phase: 'open', engine: frame.engine, server: frame.server, retryAt: null, reason: null })
    } else if (frame.op === 'engine') this.#publish({ engine: frame.state })
    else if (frame.op === 'skipped') this.#skipped(frame.topic, frame.count)
    else if (frame.op === 'error' && frame.topic !== undefined) {
      this.#topics.get(frame.topic)?.consumer.failed?.(frame.code, frame.message)
    }
  }

  #deliver(frame: DataMessage): void {
    const topic = this.#topics.get(frame.topic)
    if (topic === undefined || topic.users === 0) return
    const last = topic.lastSeq
    if (frame.reset !== true && last !== null) {
      if (frame.seq <= last) return
      if (frame.seq !== last + 1 && topic.consumer.strict) {
        this.#resync(topic)
        return
      }
    }
    topic.lastSeq = frame.seq
    this.#state = { ...this.#state, lastDataAt: this.#wall() }
    topic.consumer.data(frame)
  }

  #skipped(name: string, count: number): void {
    const topic = this.#topics.get(name)
    if (topic === undefined) return
    topic.consumer.skipped?.(count)
    // The snapshot comes by itself; a connection lost before it must not resume from the hole.
    if (topic.consumer.strict) topic.lastSeq = null
  }

  #resync(topic: Topic): void {
    topic.lastSeq = null
    this.#send({ op: 'unsubscribe', topic: topic.consumer.topic })
    this.#subscribe(topic)
  }

  #subscribe(topic: Topic): void {
    const name = topic.consumer.topic
    this.#send(topic.lastSeq === null ? { op: 'subscribe', topic: name } : { op: 'subscribe', topic: name, since: topic.lastSeq })
  }

  #send(frame: ClientMessage): void {
    // While the socket is still connecting nothing is lost: #opened sends every subscription.
    if (this.#ready) this.#socket?.send(JSON.stringify(frame))
  }

  #publish(change: Partial<Connection>): void {
    this.#state = { ...this.#state, ...change }
    this.flush()
  }
}

function decode(raw: unknown): ServerMessage | null {
  if (typeof raw !== 'string') return null
  try {
    return JSON.parse(raw) as ServerMessage
  } catch {
    return null
  }
}
