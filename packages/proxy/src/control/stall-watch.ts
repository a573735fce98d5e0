/** Seconds without a sign of life after which a SIP thread counts as stuck: far more than any load or pause explains. */
const PATIENCE = 15

/**
 * Notices a SIP thread that no longer runs, such as one in an endless loop of the routing script: it tells its health every second.
 * Seconds are counted in ticks of the control thread, so a machine that slept does not look like a thread that is stuck.
 */
export class StallWatch {
  readonly #silent = new Map<number, number>()
  readonly #stalled: (worker: number) => void

  constructor(stalled: (worker: number) => void) {
    this.#stalled = stalled
  }

  /** The thread has given a sign of life. */
  heard(worker: number): void {
    this.#silent.set(worker, 0)
  }

  /** A second has passed. */
  tick(): void {
    for (const [worker, seconds] of this.#silent) {
      this.#silent.set(worker, seconds + 1)
      if (seconds + 1 === PATIENCE) this.#stalled(worker)
    }
  }
}
