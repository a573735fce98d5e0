import type { CrossingMemory } from './crossing-memory.ts'
import { MessageRingReader, MessageRingWriter } from './message-ring.ts'

/** What every SIP thread tells all others, as texts. */
export const News = {
  /** Changes of bindings that are durable: JSON of ContactChange[]. */
  CONTACTS: 1,
  /** Streams that there are from now on, or no longer: `transport address:port`. */
  OPENED: 2,
  CLOSED: 3,
  /** A $shv of the script: JSON of its name and value. */
  SHARED_VARIABLE: 4,
} as const

/** Hears the news of kind `kind` that thread `from` told. */
export type NewsListener = (text: string, from: number) => void

interface Untold {
  readonly kind: number
  readonly text: Uint8Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * State that every SIP thread holds a copy of. News are never lost. They are heard before each message, so whatever follows from
 * them finds them known: a call that the 200 to a REGISTER has made possible finds the binding in every thread.
 */
export class ThreadNews {
  readonly #worker: number
  readonly #to: readonly MessageRingWriter[]
  readonly #from: readonly MessageRingReader[]
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
    this.#from = others.map((from) => new MessageRingReader(memory.news[from][worker]))
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
    const bytes = encoder.encode(text)
    for (const waiting of this.#untold) waiting.push({ kind, text: bytes })
    this.tellRest()
  }

  /** Tells what found no room before. */
  tellRest(): void {
    this.#untold.forEach((waiting, i) => {
      const told = waiting.findIndex(({ kind, text }) => !this.#tellOne(i, kind, text))
      waiting.splice(0, told < 0 ? waiting.length : told)
    })
  }

  #tellOne(i: number, kind: number, text: Uint8Array): boolean {
    const ring = this.#to[i]
    const at = ring.reserve(kind, text.length)
    if (at < 0) {
      this.#ring(this.#others[i])
      return false
    }
    ring.bytes.set(text, at)
    ring.publish()
    Atomics.add(this.#counts, this.#others[i], 1)
    return true
  }

  /** Takes in what the others have told by now. */
  hear(): void {
    const count = Atomics.load(this.#counts, this.#worker)
    if (count === this.#heard) return
    this.#heard = count
    for (let i = 0; i < this.#from.length; i++) this.#hearFrom(this.#from[i], this.#others[i])
  }

  #hearFrom(ring: MessageRingReader, from: number): void {
    while (ring.next()) {
      const text = decoder.decode(ring.bytes.slice(ring.start, ring.end))
      const { kind } = ring
      ring.release()
      this.#listeners.get(kind)?.(text, from)
    }
  }
}
