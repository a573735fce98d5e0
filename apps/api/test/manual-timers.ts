import type { CancelTimer, Timers } from '../src/timers.ts'

interface Entry {
  at: number
  readonly every: number | null
  readonly run: () => void
}

/** Time that moves when the test says so. */
export class ManualTimers implements Timers {
  #now = 0
  readonly #entries = new Set<Entry>()

  get pending(): number {
    return this.#entries.size
  }

  after(ms: number, run: () => void): CancelTimer {
    return this.#add({ at: this.#now + ms, every: null, run })
  }

  every(ms: number, run: () => void): CancelTimer {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }

  advance(ms: number): void {
    const until = this.#now + ms
    for (let next = this.#due(until); next !== null; next = this.#due(until)) {
      this.#now = next.at
      if (next.every === null) this.#entries.delete(next)
      else next.at += next.every
      next.run()
    }
    this.#now = until
  }

  #add(entry: Entry): CancelTimer {
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
    }
  }

  #due(until: number): Entry | null {
    let first: Entry | null = null
    for (const entry of this.#entries) if (entry.at <= until && (first === null || entry.at < first.at)) first = entry
    return first
  }
}
