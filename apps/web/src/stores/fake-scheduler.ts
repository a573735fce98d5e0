import type { Scheduler } from './live-store.ts'

/** Simulated time for tests and for the fake engine's warm-up. */
export class FakeScheduler implements Scheduler {
  #now = 0
  #jobs: { at: number; run: () => void }[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const job = { at: this.#now + ms, run }
    this.#jobs.push(job)
    return () => {
      this.#jobs = this.#jobs.filter((other) => other !== job)
    }
  }

  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = this.#jobs.filter((job) => job.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#jobs = this.#jobs.filter((job) => job !== due)
      this.#now = due.at
      due.run()
    }
    this.#now = end
  }
}
