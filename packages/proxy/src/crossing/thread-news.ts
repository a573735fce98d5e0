import type { CrossingMemory } from './crossing-memory.ts'
import { MessageRingReader, MessageRingWriter } from './message-ring.ts'

/** What every SIP thread tells all others, as texts. */
export const News = {
  /** A change of a binding that is durable: JSON of ContactChange. */
  CONTACT: 1,
  /** Streams that there are from now on, or no longer: `transport address:port`. */
  OPENED: 2,
  CLOSED: 3,
  /** A $shv of the script: JSON of its name and value. */
  SHARED_VARIABLE: 4,
} as const

/** Hears the news of kind `kind` that thread `from` told. */
export type NewsListener = (text: string, from: number) => void

/** A piece that found no room. */
interface Untold {
  readonly kind: number
  readonly octets: Uint8Array
}

/** Another thread, as this one hears it. */
interface Teller {
  readonly worker: number
  readonly ring: MessageRingReader
  readonly decoder: TextDecoder
  /** The pieces of a text that is not complete. */
  begun: string
}

/** Octets of a text that are told at once: even next to the end of a ring, one piece always finds room in time. */
const PIECE = 1 << 14
/** Kind of a piece that is not the last of its text; that one has the kind of the news. */
const UNFINISHED = 0xffff

const encoder = new TextEncoder()

/**
 * State that every SIP thread holds a copy of. News are never lost. They are heard before each message, so whatever follows from
 * them finds them known: a call that the 200 to a REGISTER has made possible finds the binding in every thread.
 */
export class ThreadNews {
  readonly #worker: number
  readonly #to: readonly MessageRingWriter[]
  readonly #from: readonly Teller[]
  /** Number of the thread behind each ring. */
  readonly #others: readonly number[]
  readonly #counts: Int32Array
  readonly #listeners = new Map<number, NewsListener>()
  /** What found no room, by ring, the oldest first. */
  readonly #untold: readonly Untold[][]
  readonly #ring: (worker: number) => void
  #heard = 0

  /** `ring` wakes a thread that has not listened for so long that its ring is full. */
  constructor(memory: CrossingMemory, worker: number, ring: (worker: number) => void) {
    const others = memory.news.map((_, i) => i).filter((i) => i !== worker)
    this.#worker = worker
    this.#others = others
    this.#to = others.map((to) => new MessageRingWriter(memory.news[worker][to]))
    this.#from = others.map((from) => ({
      worker: from,
      ring: new MessageRingReader(memory.news[from][worker]),
      decoder: new TextDecoder(),
      begun: '',
    }))
    this.#untold = others.map(() => [])
    this.#counts = new Int32Array(memory.newsCounts)
    this.#ring = ring
  }

  /** Something is still to be told. */
  get untold(): boolean {
    return this.#untold.some((waiting) => waiting.length > 0)
  }

  on(kind: number, listener: NewsListener): void {
    this.#listeners.set(kind, listener)
  }

  tell(kind: number, text: string): void {
    const octets = encoder.encode(text)
    let at = 0
    for (; octets.length - at > PIECE; at += PIECE) this.#queue(UNFINISHED, octets.subarray(at, at + PIECE))
    this.#queue(kind, octets.subarray(at))
    this.tellRest()
  }

  #queue(kind: number, octets: Uint8Array): void {
    for (const waiting of this.#untold) waiting.push({ kind, octets })
  }

  /** Tells what found no room before. */
  tellRest(): void {
    this.#untold.forEach((waiting, i) => {
      const told = waiting.findIndex((piece) => !this.#tellOne(i, piece))
      waiting.splice(0, told < 0 ? waiting.length : told)
    })
  }

  #tellOne(i: number, { kind, octets }: Untold): boolean {
    const ring = this.#to[i]
    const at = ring.reserve(kind, octets.length)
    if (at < 0) {
      this.#ring(this.#others[i])
      return false
    }
    ring.bytes.set(octets, at)
    ring.publish()
    Atomics.add(this.#counts, this.#others[i], 1)
    return true
  }

  /** Takes in what the others have told by now. */
  hear(): void {
    const count = Atomics.load(this.#counts, this.#worker)
    if (count === this.#heard) return
    this.#heard = count
    for (const teller of this.#from) this.#hearFrom(teller)
  }

  #hearFrom(teller: Teller): void {
    const { ring, decoder } = teller
    while (ring.next()) {
      const { kind } = ring
      const stream = kind === UNFINISHED
      const text = teller.begun + decoder.decode(ring.bytes.slice(ring.start, ring.end), { stream })
      ring.release()
      teller.begun = stream ? text : ''
      if (!stream) this.#listeners.get(kind)?.(text, teller.worker)
    }
  }
}
