import { errorCatalogue, faults, type Fault, type Topic, type TopicMessage } from '@signalbox/contract'
import { Channel } from './channel.ts'
import { encodeMessage, Outbox, type DeliveryTotals, type SocketLink } from './backpressure.ts'
import type { CancelTimer, Timers } from '../timers.ts'

/** The engine's side of the hub. */
export interface TopicSource {
  want(topic: Topic): void
  restart(topic: Topic): void
  drop(topic: Topic): void
}

export interface HubOptions {
  readonly timers: Timers
  /** Unix time, ms. */
  readonly now: () => number
  /** How long a topic without listeners is kept, so that a browser that reconnects can resume. */
  readonly lingerMs: number
}

/**
 * One engine subscription a topic to any number of sockets. Topics that nobody listens to are given back.
 *
 * A channel's numbers start at the wall clock in ms. Messages come far slower than one a millisecond, so numbers rise over
 * restarts of engine and API, and an old `since` is never mistaken for a new one.
 */
export class Hub {
  readonly #options: HubOptions
  readonly #channels = new Map<Topic, Channel>()
  readonly #lingering = new Map<Topic, CancelTimer>()
  readonly #outboxes = new Set<Outbox>()
  readonly totals: DeliveryTotals = { sent: 0, skipped: 0, overflowed: 0 }
  #source: TopicSource = { want: () => undefined, restart: () => undefined, drop: () => undefined }
  #lastSeq = 0

  constructor(options: HubOptions) {
    this.#options = options
  }

  attach(source: TopicSource): void {
    this.#source = source
  }

  get sockets(): number {
    return this.#outboxes.size
  }

  open(link: SocketLink): Outbox {
    const outbox = new Outbox(link, this.totals)
    this.#outboxes.add(outbox)
    return outbox
  }

  close(outbox: Outbox): void {
    if (!this.#outboxes.delete(outbox)) return
    for (const topic of this.#channels.keys()) this.unsubscribe(outbox, topic)
    outbox.close()
  }

  /** Subscribing again starts over. */
  subscribe(outbox: Outbox, topic: Topic, since?: number): void {
    this.#keepAlive(topic)
    let channel = this.#channels.get(topic)
    if (channel === undefined) {
      channel = new Channel(topic, Math.max(this.#options.now(), this.#lastSeq + 1))
      this.#channels.set(topic, channel)
      this.#source.want(topic)
    }
    channel.join(outbox, since)
  }

  unsubscribe(outbox: Outbox, topic: Topic): void {
    const channel = this.#channels.get(topic)
    if (channel === undefined || !channel.listeners.has(outbox)) return
    channel.leave(outbox)
    if (channel.listeners.size > 0) return
    this.#lingering.set(
      topic,
      this.#options.timers.after(this.#options.lingerMs, () => this.#drop(topic)),
    )
  }

  /** A message of the engine. */
  publish(message: TopicMessage): void {
    if (this.#channels.get(message.topic)?.publish(message) === false) this.#source.restart(message.topic)
  }

  /** The engine came or went. */
  engineState(up: boolean): void {
    if (!up) for (const channel of this.#channels.values()) channel.await()
    const bytes = encodeMessage({ op: 'engine', state: up ? 'up' : 'down' })
    for (const outbox of this.#outboxes) outbox.relay(bytes)
  }

  /** The engine does not serve the topic: there is none of that name, or it has a reason not to. */
  refused(topic: Topic, fault: Fault): void {
    const channel = this.#channels.get(topic)
    if (channel === undefined) return
    this.#forget(topic, channel)
    const code = fault.code === faults.unknownTopic.code ? 'UNKNOWN_TOPIC' : 'RPC_FAULT'
    const bytes = encodeMessage({ op: 'error', code, message: errorCatalogue[code].message, topic, fault })
    for (const outbox of channel.listeners) outbox.relay(bytes)
  }

  stop(): void {
    for (const cancel of this.#lingering.values()) cancel()
    this.#lingering.clear()
  }

  #drop(topic: Topic): void {
    this.#lingering.delete(topic)
    const channel = this.#channels.get(topic)
    if (channel === undefined || channel.listeners.size > 0) return
    this.#forget(topic, channel)
    this.#source.drop(topic)
  }

  #forget(topic: Topic, channel: Channel): void {
    this.#keepAlive(topic)
    this.#lastSeq = Math.max(this.#lastSeq, channel.seq)
    this.#channels.delete(topic)
  }

  #keepAlive(topic: Topic): void {
    this.#lingering.get(topic)?.()
    this.#lingering.delete(topic)
  }
}
