/** Numbers that look random and are the same in every run (xorshift32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 1
  }

  /** An integer in [0, below). */
  next(below: number): number {
    this.#state ^= this.#state << 13
    this.#state ^= this.#state >>> 17
    this.#state ^= this.#state << 5
    return (this.#state >>> 0) % below
  }

  pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)]
  }
}
