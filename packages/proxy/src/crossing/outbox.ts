import { TransportCode } from '@signalbox/sip'
import { writeEnvelope, type Wire } from './envelope.ts'
import { MessageRingWriter } from './message-ring.ts'

interface Waiting {
  readonly kind: number
  readonly over: Wire
  readonly message: Uint8Array
}

/** Octets that may wait: as much again as all rings to a thread hold. */
const MOST_WAITING = 1 << 22
const encoder = new TextEncoder()

/**
 * The way to one other thread. What finds no room in its ring is lost if it came as a datagram: somebody sends it again. Of what
 * came or goes over a stream nobody does (RFC 3261 17.1), so that waits here, in order.
 */
export class Outbox {
  readonly #ring: MessageRingWriter
  readonly #waiting: Waiting[] = []
  #octets = 0

  constructor(memory: SharedArrayBuffer) {
    this.#ring = new MessageRingWriter(memory)
  }

  get waiting(): boolean {
    return this.#waiting.length > 0
  }

  /** False: it was dropped. */
  pass(kind: number, over: Wire, message: Uint8Array): boolean {
    if (over.to.transport === TransportCode.UDP) return writeEnvelope(this.#ring, kind, over, message)
    if (!this.waiting && writeEnvelope(this.#ring, kind, over, message)) return true
    if (this.#octets + message.length > MOST_WAITING) return false
    this.#waiting.push({ kind, over, message: message.slice() })
    this.#octets += message.length
    return true
  }

  /** False: it was dropped. */
  order(kind: number, text: string): boolean {
    const octets = encoder.encode(text)
    const at = this.#ring.reserve(kind, octets.length)
    if (at < 0) return false
    this.#ring.bytes.set(octets, at)
    this.#ring.publish()
    return true
  }

  /** Moves into the ring what finds room there by now. */
  retry(): void {
    let moved = 0
    for (const { kind, over, message } of this.#waiting) {
      if (!writeEnvelope(this.#ring, kind, over, message)) break
      this.#octets -= message.length
      moved++
    }
    this.#waiting.splice(0, moved)
  }
}
