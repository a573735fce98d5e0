import type { Timers } from './subscriptions.ts'

interface Job {
  readonly ms: number
  readonly action: () => void
}

/** Timers that run when told to. */
export class FakeTimers implements Timers {
  readonly periodic = new Set<Job>()
  #soon: (() => void)[] = []

  every(ms: number, action: () => void): () => void {
    const job = { ms, action }
    this.periodic.add(job)
    return () => void this.periodic.delete(job)
  }

  soon(action: () => void): () => void {
    this.#soon.push(action)
    return () => void (this.#soon = this.#soon.filter((other) => other !== action))
  }

  /** One period of everything. */
  tick(): void {
    this.runSoon()
    for (const job of this.periodic) job.action()
  }

  runSoon(): void {
    const actions = this.#soon
    this.#soon = []
    for (const action of actions) action()
  }
}
