/** One call in 65,536 is recorded at least. */
const SPARSEST = 0xffff

/**
 * Chooses the calls whose events are recorded. While the load is low that is every call; under load it is one in 2, 4, 8 ...,
 * so that no more than about `budget` transactions a second are recorded. The hash of the Call-ID decides: all requests of a
 * chosen call are chosen, and a call that one in 8 takes is also taken by one in 4.
 */
export class CallSampler {
  /** Bits of the hash that must be 0. */
  #mask = 0
  #spent = 0

  /** One call in so many is recorded. */
  get oneIn(): number {
    return this.#mask + 1
  }

  takes(hash: number): boolean {
    return (hash & this.#mask) === 0
  }

  /** A transaction is recorded. True: that was more than the budget of a second, so every other call is left out from now on. */
  spend(budget: number): boolean {
    if (++this.#spent <= budget || this.#mask === SPARSEST) return false
    this.#mask = (this.#mask << 1) | 1
    // What the calls that are still taken would have cost.
    this.#spent >>>= 1
    return true
  }

  /** Once a second: takes twice as many calls where they fit with room to spare, or the share would swing to and fro. */
  tick(budget: number): void {
    if (this.#spent * 2 <= budget * 0.75) this.#mask >>>= 1
    this.#spent = 0
  }
}

/** The high bits of an octetHash mixed into the low ones, of which the sampler takes the lowest. */
export function callHash(callIdHash: number): number {
  const hash = Math.imul(callIdHash ^ (callIdHash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}
