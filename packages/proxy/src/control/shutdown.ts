import type { Clock } from '../clock/clock.ts'
import type { StartTimer } from './worker-port.ts'

export interface ShutdownSteps {
  /** No new transactions; resolves when the running ones have ended or the limit is over. */
  readonly drain: (limitMs: number) => Promise<unknown>
  /** Closes everything that was opened. */
  readonly close: () => Promise<void>
  readonly exit: (code: number) => void
  /** What the operator is told. */
  readonly say: (sentence: string) => void
}

export interface ShutdownTime {
  /** How long running transactions may take. */
  readonly limitMs: number
  readonly startTimer: StartTimer
  readonly clock: Clock
}

/** Ctrl-C reaches every process of a terminal, and whoever started the engine passes it on: that is one wish, not two. */
const SAME_WISH_MS = 500
/** Beyond the limit, for the threads' last words. */
const GRACE_MS = 2000
const FORCED_EXIT = 1

/** A graceful end: on the first signal everything is finished in order, on the second the process is gone at once. */
export class Shutdown {
  readonly #steps: ShutdownSteps
  readonly #time: ShutdownTime
  #begunAt: number | null = null

  constructor(steps: ShutdownSteps, time: ShutdownTime) {
    this.#steps = steps
    this.#time = time
  }

  /** Never rejects. */
  async signal(name: string): Promise<void> {
    const { drain, close, exit, say } = this.#steps
    const { limitMs, startTimer, clock } = this.#time
    if (this.#begunAt !== null) {
      if (clock.now() - this.#begunAt < SAME_WISH_MS) return
      say(`${name} again: ends at once`)
      return exit(FORCED_EXIT)
    }
    this.#begunAt = clock.now()
    say(
      `${name}: takes no new transactions and ends when the running ones have, after ${limitMs / 1000} s at the latest; a second signal ends it at once`,
    )
    const cancel = startTimer(() => exit(FORCED_EXIT), limitMs + 2 * GRACE_MS)
    try {
      await drain(limitMs)
      await close()
      exit(0)
    } catch (error) {
      say(`Could not end in order: ${String(error)}`)
      exit(FORCED_EXIT)
    } finally {
      cancel()
    }
  }
}
