/**
 * One value a second for a fixed window, several series side by side.
 * A second without a sample stays NaN: a gap must be seen, never joined.
 */
export class TimeRing {
  readonly seconds: number
  readonly #columns: ReadonlyMap<string, Float64Array>
  /** Unix second of the newest sample. */
  #newest = Number.NEGATIVE_INFINITY

  constructor(seconds: number, names: readonly string[]) {
    this.seconds = seconds
    this.#columns = new Map(names.map((name) => [name, new Float64Array(seconds).fill(Number.NaN)]))
  }

  /** Stores values at a Unix second. Older than the window: ignored. Same second: the later call wins. */
  put(second: number, values: Readonly<Record<string, number>>): void {
    if (second > this.#newest) this.#open(second)
    if (second <= this.#newest - this.seconds) return
    const at = this.#slot(second)
    for (const [name, value] of Object.entries(values)) {
      const column = this.#columns.get(name)
      if (column !== undefined) column[at] = value
    }
  }

  /** The window that ends at `end` (Unix second), oldest first; gaps are null, as the chart wants them. */
  series(name: string, end: number): (number | null)[] {
    const column = this.#columns.get(name)
    const out: (number | null)[] = []
    for (let second = end - this.seconds + 1; second <= end; second += 1) {
      const held = column !== undefined && second <= this.#newest && second > this.#newest - this.seconds
      const value = held ? column[this.#slot(second)] : Number.NaN
      out.push(Number.isNaN(value) ? null : value)
    }
    return out
  }

  #open(second: number): void {
    const first = Math.max(this.#newest + 1, second - this.seconds + 1)
    for (const column of this.#columns.values()) {
      for (let s = first; s <= second; s += 1) column[this.#slot(s)] = Number.NaN
    }
    this.#newest = second
  }

  #slot(second: number): number {
    return ((second % this.seconds) + this.seconds) % this.seconds
  }
}
