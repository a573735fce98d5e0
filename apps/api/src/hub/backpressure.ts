import { SOCKET_HARD_LIMIT_BYTES, SOCKET_SOFT_LIMIT_BYTES, type ServerMessage } from '@signalbox/contract'

/** The sending side of one WebSocket. */
export interface SocketLink {
  /** Bytes handed over and not yet with the kernel. */
  readonly bufferedAmount: number
  /** One text message; `flushed` when it left this process. */
  send(bytes: Uint8Array, flushed: () => void): void
  /** Ends the connection at once, unsent bytes included. */
  terminate(): void
}

/** What an outbox needs to know of the topic whose messages it drops. */
export interface MissableTopic {
  readonly topic: string
  /** Message that makes up for missed ones, null if the topic goes on without. */
  catchUp(): Uint8Array | null
}

/** Counted over all sockets, for /metrics. */
export interface DeliveryTotals {
  sent: number
  skipped: number
  overflowed: number
}

const encoder = new TextEncoder()

export function encodeMessage(message: ServerMessage): Uint8Array {
  return encoder.encode(JSON.stringify(message))
}

/**
 * Bounds one socket (console spec 5.2): over the soft limit topic messages are dropped and counted, and the browser is told
 * once there is room; over the hard limit the socket is cut, because even what must be sent does not leave.
 */
export class Outbox {
  readonly #link: SocketLink
  readonly #totals: DeliveryTotals
  readonly #missed = new Map<MissableTopic, number>()
  #closed = false

  constructor(link: SocketLink, totals: DeliveryTotals) {
    this.#link = link
    this.#totals = totals
  }

  /** A message of a topic, encoded once for all sockets. */
  deliver(topic: MissableTopic, bytes: Uint8Array): void {
    if (this.#closed) return
    if (this.#link.bufferedAmount > SOCKET_SOFT_LIMIT_BYTES) {
      this.#missed.set(topic, (this.#missed.get(topic) ?? 0) + 1)
      this.#totals.skipped++
      return
    }
    // The catch-up of a cumulative topic has this message in it already.
    if (this.#missed.has(topic) && this.#makeUp(topic)) return
    this.#send(bytes)
  }

  /** An answer or a notice: never dropped. */
  notify(message: ServerMessage): void {
    this.relay(encodeMessage(message))
  }

  /** A notice that was encoded for several sockets. */
  relay(bytes: Uint8Array): void {
    this.#send(bytes)
  }

  /** The socket no longer listens to the topic. */
  forget(topic: MissableTopic): void {
    this.#missed.delete(topic)
  }

  close(): void {
    this.#closed = true
    this.#missed.clear()
  }

  #send(bytes: Uint8Array): void {
    if (this.#closed) return
    this.#link.send(bytes, this.#flushed)
    this.#totals.sent++
    if (this.#link.bufferedAmount <= SOCKET_HARD_LIMIT_BYTES) return
    this.#totals.overflowed++
    this.close()
    this.#link.terminate()
  }

  readonly #flushed = (): void => {
    for (const topic of this.#missed.keys()) {
      if (this.#closed || this.#link.bufferedAmount > SOCKET_SOFT_LIMIT_BYTES) return
      this.#makeUp(topic)
    }
  }

  /** Tells what was missed; true if a snapshot made up for it. */
  #makeUp(topic: MissableTopic): boolean {
    const count = this.#missed.get(topic) ?? 0
    this.#missed.delete(topic)
    this.notify({ op: 'skipped', topic: topic.topic, count })
    const snapshot = topic.catchUp()
    if (snapshot !== null) this.#send(snapshot)
    return snapshot !== null
  }
}
