/** How busy a thread may be before new requests are refused. All in hundredths of its time. */
export interface OccupancyLimits {
  /** Refusing begins when it has been so busy in four samples in a row. */
  readonly start: number
  /** What it is to be while refusing: the rest is for what cannot be refused. */
  readonly target: number
}

/**
 * Samples in a row that a start wants. Fewer may be a burst, a neighbour on the machine, or code that V8 has not compiled yet; what
 * came meanwhile has waited for 0.4 s at most, less than T1, so nobody sends it again yet.
 */
const START_SAMPLES = 4
/** Samples in a row without need to refuse, after which it is over. */
const END_SAMPLES = 10
/** Who is saturated does not know by how much: he gets out of it quickly and finds the exact share from below. */
const QUICKLY = 0.7
const SATURATED = 0.98
/** From sample to sample the share at most doubles... */
const FASTEST_GROWTH = 2
/** ...and even under the worst load some get through: without them nobody would see that it has ended. */
const LEAST = 0.02

/**
 * The share of new requests that is admitted, from the occupancy of the thread, sample by sample ("occupancy" control of RFC 6357 5.2.1):
 * the share times target / occupancy. Admits everything until the thread is saturated, and again when it has caught up.
 */
export class Occupancy {
  /** Of the new requests, 0 to 1. */
  admitted = 1
  #saturated = 0
  #calm = 0
  #active = false

  /** New requests are refused, or were a moment ago. */
  get active(): boolean {
    return this.#active
  }

  /** `busy`: the part of the time since the last sample that the thread was busy, 0 to 1. */
  sample(busy: number, { start, target }: OccupancyLimits): void {
    if (!this.#active) {
      this.#saturated = busy * 100 >= start ? this.#saturated + 1 : 0
      if (this.#saturated < START_SAMPLES) return
      this.#active = true
      this.#calm = 0
    }
    const factor = busy >= SATURATED ? QUICKLY : Math.min(FASTEST_GROWTH, target / 100 / Math.max(busy, 0.001))
    this.admitted = Math.min(1, Math.max(LEAST, this.admitted * factor))
    this.#calm = this.admitted === 1 ? this.#calm + 1 : 0
    if (this.#calm === END_SAMPLES) this.reset()
  }

  reset(): void {
    this.#active = false
    this.#saturated = 0
    this.admitted = 1
  }
}
