/** Lowest and highest value, both possible. */
export type Span = readonly [from: number, to: number]

/** Mulberry32: the same seed gives the same numbers. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Between 0 and 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  within([from, to]: Span): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]
  }

  /** Picks by weight. */
  weighted<T extends { readonly weight: number }>(list: readonly T[]): T {
    let left = this.next() * list.reduce((sum, { weight }) => sum + weight, 0)
    return list.find(({ weight }) => (left -= weight) < 0) ?? list[list.length - 1]
  }

  /** Gaps between events that come independently of each other, `mean` apart; never longer than four means. */
  gap(mean: number): number {
    return Math.min(4 * mean, -mean * Math.log(1 - this.next()))
  }

  /** Letters and digits, for tags, branches and Call-IDs. */
  token(): string {
    return Math.floor(this.next() * 2 ** 40).toString(36)
  }
}
