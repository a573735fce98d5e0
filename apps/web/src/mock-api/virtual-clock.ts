interface Job {
  readonly at: number
  readonly order: number
  readonly run: () => void
  cancelled: boolean
}

/** Time that runs when told to: ten minutes of history in an instant, then along with the wall clock. */
export class VirtualClock {
  #now: number
  #order = 0
  readonly #jobs: Job[] = []

  constructor(start: number) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    const job: Job = { at: this.#now + ms, order: this.#order++, run, cancelled: false }
    let low = 0
    let high = this.#jobs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#jobs[middle].at <= job.at) low = middle + 1
      else high = middle
    }
    this.#jobs.splice(low, 0, job)
    return () => {
      job.cancelled = true
    }
  }

  runUntil(end: number): void {
    while (this.#jobs.length > 0 && this.#jobs[0].at <= end) {
      const job = this.#jobs.shift()
      if (job === undefined || job.cancelled) continue
      this.#now = job.at
      job.run()
    }
    this.#now = Math.max(this.#now, end)
  }
}
