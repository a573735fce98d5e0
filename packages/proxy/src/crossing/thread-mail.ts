import { Counter } from '../metrics/counter-layout.ts'
import type { EndpointTable } from '../transport/endpoint.ts'
import type { Destination, Listener } from '../transport/transport.ts'
import type { Flushable, Turn } from '../transport/turn.ts'
import type { CrossingMemory } from './crossing-memory.ts'
import { EnvelopeReader } from './envelope.ts'
import { MessageRingReader } from './message-ring.ts'
import { Outbox } from './outbox.ts'
import type { ThreadNews } from './thread-news.ts'

/** What one SIP thread hands to another. */
export const Mail = {
  /** A message that came in there and belongs here. */
  RECEIVED: 1,
  /** A message to be sent over a stream that is here. */
  SEND: 2,
  /** A request of a transaction here that could not be delivered there. */
  FAILED: 3,
  /** Work on what is here, as text. */
  ORDER: 4,
} as const

/** The part of a Doorbell that is needed here. */
export interface Bell {
  wake(): void
  sleep(): void
  ring(worker: number): void
}

/** Does what other threads hand over. */
export interface MailUser {
  /** `bytes[0, length)` is valid during the call only. `kind` is any but ORDER. */
  message(kind: number, over: Destination, bytes: Uint8Array, length: number): void
  order(text: string): void
}

export interface MailSetup {
  readonly memory: CrossingMemory
  readonly worker: number
  readonly news: ThreadNews
  readonly bell: Bell
  readonly turn: Turn
  readonly endpoints: EndpointTable
  readonly listeners: () => readonly Listener[]
  readonly counters: Float64Array
  readonly user: MailUser
  /** Asks for a turn: at once, because something is left to do, or in some ms. */
  readonly again: (soon: boolean) => void
}

/** What is taken in one turn before the sockets get theirs. */
const BATCH = 256

const decoder = new TextDecoder()

/** A SIP thread's rings to and from all others. A datagram that finds a full ring is dropped and counted, as in a socket's buffer. */
export class ThreadMail implements Flushable {
  readonly #setup: MailSetup
  /** By thread; null for this one. */
  readonly #to: readonly (Outbox | null)[]
  readonly #from: readonly MessageRingReader[]
  readonly #reader: EnvelopeReader
  /** Threads to be rung at the end of the turn. */
  readonly #ringing: number[] = []
  #first = 0

  constructor(setup: MailSetup) {
    const { memory, worker, endpoints, listeners } = setup
    this.#setup = setup
    this.#to = memory.mail[worker].map((ring, to) => (to === worker ? null : new Outbox(ring)))
    this.#from = memory.mail.flatMap((to, from) => (from === worker ? [] : [new MessageRingReader(to[worker])]))
    this.#reader = new EnvelopeReader(endpoints, listeners)
  }

  /** A message came in: the other threads need not ring, and what they have told is known when it is handled. */
  attend(): void {
    this.#setup.bell.wake()
    this.#setup.news.hear()
  }

  /** Hands a message over. False: it was dropped. */
  pass(worker: number, kind: number, over: Destination, message: Uint8Array): boolean {
    const outbox = this.#to[worker]
    const remote = this.#setup.endpoints.packed(over.remote)
    return this.#passed(worker, outbox !== null && remote !== null && outbox.pass(kind, { to: over, remote }, message))
  }

  /** Hands work over. False: it was dropped. */
  order(worker: number, text: string): boolean {
    return this.#passed(worker, this.#to[worker]?.order(Mail.ORDER, text) ?? false)
  }

  #passed(worker: number, passed: boolean): boolean {
    const { counters, turn } = this.#setup
    counters[passed ? Counter.messagesPassed : Counter.messagesNotPassed]++
    if (!this.#ringing.includes(worker) && this.#ringing.push(worker) === 1) turn.add(this)
    return passed
  }

  /** One ring for everything that a turn has handed to a thread. */
  flush(): void {
    for (const worker of this.#ringing) this.#setup.bell.ring(worker)
    this.#ringing.length = 0
  }

  /** Does what has been handed over. To be called within a turn, as its last work. */
  take(): void {
    this.attend()
    let left = BATCH
    // Nobody is always the last.
    this.#first = (this.#first + 1) % this.#from.length
    for (let i = 0; i < this.#from.length; i++) {
      const ring = this.#from[(this.#first + i) % this.#from.length]
      while (left > 0 && ring.next()) {
        this.#open(ring)
        left--
      }
    }
  }

  #open(ring: MessageRingReader): void {
    const { user, news } = this.#setup
    const { kind } = ring
    if (kind === Mail.ORDER) {
      const text = decoder.decode(ring.bytes.slice(ring.start, ring.end))
      ring.release()
      user.order(text)
      return
    }
    const reader = this.#reader
    reader.open(ring)
    ring.release()
    news.hear()
    if (reader.over !== null) user.message(kind, reader.over, reader.bytes, reader.length)
  }

  /** The turn has ended; nothing is left to do until the bell rings. */
  rest(): void {
    const { bell, news, again } = this.#setup
    if (news.untold) news.tellRest()
    const waiting = this.#retry()
    bell.sleep()
    if (this.#hasMail()) {
      bell.wake()
      again(true)
    } else if (news.untold || waiting) again(false)
  }

  /** Does anything wait on? */
  #retry(): boolean {
    let waiting = false
    for (let worker = 0; worker < this.#to.length; worker++) {
      const outbox = this.#to[worker]
      if (outbox === null || !outbox.waiting) continue
      outbox.retry()
      this.#setup.bell.ring(worker)
      if (outbox.waiting) waiting = true
    }
    return waiting
  }

  #hasMail(): boolean {
    for (let i = 0; i < this.#from.length; i++) if (!this.#from[i].empty) return true
    return false
  }
}
