import type { PartExit } from './part.ts'

const FIRST_DELAY = 250
const LONGEST_DELAY = 8000
/** Who ran this long has recovered: its next failure counts as the first one. */
const STEADY = 30_000

/** When a part that ended is started again. */
export interface RestartPolicy {
  /** Whether this end is one to recover from. */
  readonly recoversFrom: (exit: PartExit) => boolean
  /** Failures in a row after which it is given up. */
  readonly limit: number
}

/** Counts failures in a row and doubles the pause before every further start. */
export class Backoff {
  readonly #policy: RestartPolicy
  #failures = 0

  constructor(policy: RestartPolicy) {
    this.#policy = policy
  }

  /** Milliseconds to wait before the next start; null: give up. */
  after(exit: PartExit): number | null {
    if (!this.#policy.recoversFrom(exit)) return null
    this.#failures = exit.lived >= STEADY ? 1 : this.#failures + 1
    if (this.#failures > this.#policy.limit) return null
    return Math.min(FIRST_DELAY * 2 ** (this.#failures - 1), LONGEST_DELAY)
  }
}
