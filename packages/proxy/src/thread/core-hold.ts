import type { ThreadHealth } from '../control/worker-messages.ts'

/** What a thread can ask of the system's scheduler, and what the threads of the process tell each other about it. */
export interface CoreScheduler {
  /** The core that the caller runs on. */
  current(): number
  /** Keeps the caller on this core. False: the system refuses. */
  hold(core: number): boolean
  /** Any core that the thread was started on may run it again. */
  release(): void
  /** Since the thread started: how often it got a core, and for how long it was ready and had none, in milliseconds. */
  waits(): { readonly runs: number; readonly ms: number }
}

/** Milliseconds that a thread may wait for a held core before each run: more than a neighbour's batch of messages takes, less than a slice of one that computes. */
const PATIENCE = 0.25

const NOBODY = 0

/**
 * Keeps a SIP thread on the core it runs on: a call costs a quarter less where the caches know it. It is a preference, not a
 * reservation: a thread that has to wait for its core lets go of it for the next look, and the scheduler finds it a better one.
 * Two threads of the process never hold the same core.
 */
export class CoreHold {
  readonly #scheduler: CoreScheduler
  /** Per core, the number of the thread that holds it, from 1; shared by the threads. */
  readonly #holders: Int32Array
  readonly #self: number
  #held: number | null = null
  #runs = 0
  #waited = 0

  constructor(scheduler: CoreScheduler, holders: Int32Array, worker: number) {
    this.#scheduler = scheduler
    this.#holders = holders
    this.#self = worker + 1
  }

  /** The core held now, null for none, and the seconds since the start in which the thread was ready and had no core. */
  report(): Pick<ThreadHealth, 'core' | 'waited'> {
    return { core: this.#held, waited: this.#waited / 1000 }
  }

  /** About once a second. */
  look(): void {
    const { runs, ms } = this.#scheduler.waits()
    const wait = (ms - this.#waited) / Math.max(1, runs - this.#runs)
    this.#runs = runs
    this.#waited = ms
    if (wait > PATIENCE) this.#release()
    else if (this.#held === null) this.#hold(this.#scheduler.current())
  }

  #hold(core: number): void {
    if (core < 0 || core >= this.#holders.length) return
    if (Atomics.compareExchange(this.#holders, core, NOBODY, this.#self) !== NOBODY) return
    if (this.#scheduler.hold(core)) this.#held = core
    else Atomics.store(this.#holders, core, NOBODY)
  }

  #release(): void {
    if (this.#held === null) return
    this.#scheduler.release()
    Atomics.store(this.#holders, this.#held, NOBODY)
    this.#held = null
  }
}
