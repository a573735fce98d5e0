import { EVENTS_PER_MESSAGE, parseTransactionTopic, type ClientMessage, type EngineEvent, type ServerMessage } from '@signalbox/contract'
import type { SocketLike } from '../api/live.ts'
import { snapshotRow, type FakeEngine } from './fake-engine.ts'
import type { FakeTransaction } from './fake-transaction.ts'

const TICK_MS = 200

/** Server side of the fake WebSocket: topics, patches and snapshots for every open socket. */
export class FakeHub {
  readonly #engine: FakeEngine
  readonly #sockets = new Set<FakeSocket>()
  readonly #changed = new Map<string, FakeTransaction>()
  readonly #removed = new Set<string>()
  #events: EngineEvent[] = []
  #seq = 0
  #refuseUntil = 0

  constructor(engine: FakeEngine) {
    this.#engine = engine
    engine.onEvent = (tx, event) => {
      this.#changed.set(tx.row.key, tx)
      this.#events.push(event)
    }
    engine.onDestroyed = (tx) => {
      this.#changed.delete(tx.row.key)
      this.#removed.add(tx.row.key)
    }
    setInterval(() => this.#tick(), TICK_MS)
  }

  /** Whether connections are refused now. */
  get cut(): boolean {
    return Date.now() < this.#refuseUntil
  }

  open(): SocketLike {
    const socket = new FakeSocket((message) => this.#receive(socket, message))
    setTimeout(() => {
      if (this.cut) socket.drop()
      else this.#accept(socket)
    }, 20)
    return socket
  }

  /** Cuts every connection and refuses new ones for a while. */
  outage(ms: number): void {
    this.#refuseUntil = Date.now() + ms
    for (const socket of this.#sockets) socket.drop()
    this.#sockets.clear()
  }

  engineDown(ms: number): void {
    for (const socket of this.#sockets) socket.deliver({ op: 'engine', state: 'down' })
    setTimeout(() => {
      for (const socket of this.#sockets) socket.deliver({ op: 'engine', state: 'up' })
    }, ms)
  }

  #accept(socket: FakeSocket): void {
    this.#sockets.add(socket)
    socket.onopen?.()
    socket.deliver({ op: 'hello', server: { version: '0.1.0', node: 'demo' }, engine: 'up' })
  }

  #receive(socket: FakeSocket, message: ClientMessage): void {
    if (message.op === 'ping') socket.deliver({ op: 'pong' })
    else if (message.op === 'unsubscribe') socket.topics.delete(message.topic)
    else if (message.op === 'subscribe') {
      socket.topics.add(message.topic)
      this.#snapshot(socket, message.topic, message.since)
    }
  }

  #snapshot(socket: FakeSocket, topic: string, since: number | undefined): void {
    const seq = ++this.#seq
    const engine = this.#engine
    if (topic === 'tm.stats') {
      if (since !== undefined) return
      for (const data of engine.statsHistory) socket.deliver({ op: 'data', topic, seq, data })
    } else if (topic === 'transactions') {
      const data = { upsert: engine.newestRows(), remove: [], total: engine.live.size, truncated: false }
      socket.deliver({ op: 'data', topic, seq, reset: true, data })
    } else if (topic === 'events') {
      const data = { events: engine.recent.slice(-EVENTS_PER_MESSAGE), skipped: 0 }
      socket.deliver({ op: 'data', topic, seq, reset: true, data })
    } else this.#detail(socket, topic, seq)
  }

  #detail(socket: FakeSocket, topic: string, seq: number): void {
    const id = parseTransactionTopic(topic)
    const tx = id === null ? undefined : this.#engine.known.get(`${id.index}:${id.label}`)
    if (id === null || tx === undefined) {
      const message = 'The transaction is gone or never was: events of ended ones are kept only for a while'
      socket.deliver({ op: 'error', code: 'TRANSACTION_NOT_FOUND', message, topic })
      return
    }
    const data = { row: snapshotRow(tx), events: tx.events.slice() }
    socket.deliver({ op: 'data', topic: `tx:${id.index}:${id.label}`, seq, reset: true, data })
  }

  #tick(): void {
    this.#engine.runTo(Date.now())
    const seq = ++this.#seq
    const events = this.#events
    const stats = this.#engine.statsData()
    const rows = [...this.#changed.values()].map((tx) => snapshotRow(tx))
    const patch = { upsert: rows, remove: [...this.#removed], total: this.#engine.live.size, truncated: false }
    const skipped = Math.max(0, events.length - EVENTS_PER_MESSAGE)
    const batch = { events: events.slice(-EVENTS_PER_MESSAGE), skipped }
    for (const socket of this.#sockets) {
      // One counter for all topics: the strict ones are numbered by the socket.
      if (socket.topics.has('tm.stats')) socket.deliver({ op: 'data', topic: 'tm.stats', seq, data: stats })
      if (socket.topics.has('events')) socket.deliver({ op: 'data', topic: 'events', seq, data: batch })
      if (socket.topics.has('transactions')) socket.deliver({ op: 'data', topic: 'transactions', seq, data: patch })
      this.#details(socket, events)
    }
    this.#changed.clear()
    this.#removed.clear()
    this.#events = []
  }

  #details(socket: FakeSocket, events: readonly EngineEvent[]): void {
    for (const topic of socket.topics) {
      const id = parseTransactionTopic(topic)
      if (id === null) continue
      const own = events.filter((event) => event.tx?.index === id.index && event.tx.label === id.label)
      const tx = this.#engine.known.get(`${id.index}:${id.label}`)
      if (own.length === 0 || tx === undefined) continue
      const data = { row: snapshotRow(tx), events: own }
      socket.deliver({ op: 'data', topic: `tx:${id.index}:${id.label}`, seq: 0, data })
    }
  }
}

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null
  onmessage: ((event: { readonly data: unknown }) => void) | null = null
  onclose: (() => void) | null = null
  readonly topics = new Set<string>()
  readonly #receive: (message: ClientMessage) => void
  readonly #seqs = new Map<string, number>()
  #open = true

  constructor(receive: (message: ClientMessage) => void) {
    this.#receive = receive
  }

  send(text: string): void {
    this.#receive(JSON.parse(text) as ClientMessage)
  }

  close(): void {
    this.drop()
  }

  drop(): void {
    if (!this.#open) return
    this.#open = false
    this.topics.clear()
    setTimeout(() => this.onclose?.(), 0)
  }

  /** Numbers data frames by topic, as the API does. */
  deliver(message: ServerMessage): void {
    if (!this.#open) return
    if (message.op !== 'data') {
      this.onmessage?.({ data: JSON.stringify(message) })
      return
    }
    const seq = (this.#seqs.get(message.topic) ?? Date.now()) + 1
    this.#seqs.set(message.topic, seq)
    this.onmessage?.({ data: JSON.stringify({ ...message, seq }) })
  }
}
