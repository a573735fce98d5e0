import { createHash } from 'node:crypto'
import type { Clock } from '../../src/clock/clock.ts'

/** Numbers in [0, 1) that depend on nothing but the seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Happening {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** What the network does to datagrams; shares in [0, 1], times in ms. */
export interface NetworkFaults {
  readonly latency: number
  readonly jitter: number
  readonly loss: number
  readonly duplication: number
}

const PERFECT: NetworkFaults = { latency: 1, jitter: 0, loss: 0, duplication: 0 }

/** A place on a reliable link, as streams are: `tcp/ip:port`. */
export function isStream(address: string): boolean {
  return address.startsWith(STREAM)
}

export const STREAM = 'tcp/'

/** One message as it was put on the wire. */
export interface Sent {
  readonly at: number
  readonly from: string
  readonly to: string
  readonly text: string
}

/** Simulated time and a network between addresses `ip:port` (datagrams) or `tcp/ip:port` (streams): deterministic for a seed. */
export class World implements Clock {
  readonly random: () => number
  readonly wire: Sent[] = []
  readonly #receivers = new Map<string, (text: string, from: string) => void>()
  readonly #faults: NetworkFaults
  readonly #queue: Happening[] = []
  #now = 1000
  #order = 0

  constructor(seed = 1, faults: Partial<NetworkFaults> = {}) {
    this.random = seededRandom(seed)
    this.#faults = { ...PERFECT, ...faults }
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return 1_700_000_000_000 + this.#now
  }

  attach(address: string, receive: (text: string, from: string) => void): void {
    this.#receivers.set(address, receive)
  }

  detach(address: string): void {
    this.#receivers.delete(address)
  }

  /** Does anybody listen there? */
  reaches(address: string): boolean {
    return this.#receivers.has(address)
  }

  after(ms: number, run: () => void): void {
    this.at(this.#now + ms, run)
  }

  at(time: number, run: () => void): void {
    const happening = { at: time, order: this.#order++, run }
    // Binary insertion: the queue stays sorted by time, then by order of scheduling.
    let low = 0
    let high = this.#queue.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#queue[middle].at <= time) low = middle + 1
      else high = middle
    }
    this.#queue.splice(low, 0, happening)
  }

  /** Puts a message on the wire. A datagram arrives, or not, as the faults decide; streams lose nothing and keep the order. */
  send(from: string, to: string, text: string): void {
    this.wire.push({ at: this.#now, from, to, text })
    const { latency, jitter, loss, duplication } = this.#faults
    if (isStream(to)) return this.after(latency, () => this.#receivers.get(to)?.(text, from))
    const copies = this.random() < duplication ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.random() < loss) continue
      this.after(latency + this.random() * jitter, () => this.#receivers.get(to)?.(text, from))
    }
  }

  /** Runs everything that happens in the next `ms`. */
  run(ms: number): void {
    const until = this.#now + ms
    while (this.#queue.length > 0 && this.#queue[0].at <= until) {
      const next = this.#queue.shift()
      if (next === undefined) break
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    this.#now = until
  }

  /** Datagrams from one address to another, in order; `to` omitted: to anybody. */
  sent(from: string, to?: string): readonly Sent[] {
    return this.wire.filter((sent) => sent.from === from && (to === undefined || sent.to === to))
  }

  /** First lines that went from one address to another. */
  lines(from: string, to?: string): readonly string[] {
    return this.sent(from, to).map((sent) => sent.text.slice(0, sent.text.indexOf('\r\n')))
  }

  /** A digest of every byte on the wire and its time. */
  fingerprint(): string {
    const hash = createHash('sha256')
    for (const { at, from, to, text } of this.wire) hash.update(`${at} ${from} ${to}\n${text}\n`)
    return hash.digest('hex')
  }
}
