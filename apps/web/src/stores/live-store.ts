/** Timer functions, injected so that tests run without waiting. */
export interface Scheduler {
  now(): number
  after(ms: number, run: () => void): () => void
}

export const browserScheduler: Scheduler = {
  now: () => performance.now(),
  after: (ms, run) => {
    const id = setTimeout(run, ms)
    return () => clearTimeout(id)
  },
}

const INTERVAL_MS = 200

/**
 * Data that lives outside React. Writers mutate as often as they like and call `touch`;
 * readers get one new snapshot at most five times a second.
 */
export abstract class LiveStore<T> {
  readonly #listeners = new Set<() => void>()
  readonly #scheduler: Scheduler
  #snapshot: T
  #lastFlush = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | null = null

  constructor(initial: T, scheduler: Scheduler = browserScheduler) {
    this.#snapshot = initial
    this.#scheduler = scheduler
  }

  protected abstract build(): T

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly getSnapshot = (): T => this.#snapshot

  protected touch(): void {
    if (this.#cancel !== null) return
    const wait = this.#lastFlush + INTERVAL_MS - this.#scheduler.now()
    if (wait <= 0) this.flush()
    else this.#cancel = this.#scheduler.after(wait, () => this.flush())
  }

  /** Publishes at once, for changes a person waits for. */
  protected flush(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#lastFlush = this.#scheduler.now()
    this.#snapshot = this.build()
    for (const listener of this.#listeners) listener()
  }
}
