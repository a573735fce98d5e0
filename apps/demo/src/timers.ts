/** Timers that end together. */
export class Timers {
  readonly #running = new Set<NodeJS.Timeout>()

  /** Calls back once after that many milliseconds; the returned function calls it off. */
  after(milliseconds: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer)
      callback()
    }, milliseconds)
    this.#running.add(timer)
    return () => {
      clearTimeout(timer)
      this.#running.delete(timer)
    }
  }

  /**
   * Sends at once and again after 0.5, 1, 2, 4, 4 ... s until it is called off or 32 s are over
   * (RFC 3261 17.1.1.2, 17.2.1 and 13.3.1.4 with T1 = 0.5 s and T2 = 4 s).
   */
  repeat(send: () => void, expired: () => void = () => undefined): () => void {
    const T1 = 500
    const T2 = 4000
    let callOff = (): void => undefined
    const round = (interval: number, left: number): void => {
      send()
      callOff = this.after(interval, () => (left > interval ? round(Math.min(2 * interval, T2), left - interval) : expired()))
    }
    round(T1, 64 * T1)
    return () => callOff()
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer)
    this.#running.clear()
  }
}
