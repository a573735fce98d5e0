/** The time that limits are kept by. */
export interface WaitLimitWorld {
  /** Monotonic ms. */
  readonly now: () => number
  /** Calls `work` once, `ms` from now. */
  readonly after: (ms: number, work: () => void) => void
  /** The longest wait, ms. */
  readonly longest: () => number
}

/** Ends waits that last too long. One timer serves them all, so that a wait costs no timer of its own. */
export class WaitLimit<Waiting> {
  readonly #world: WaitLimitWorld
  readonly #end: (waiting: Waiting) => void
  /** Deadlines, the first to come first as long as `longest` stays the same. */
  readonly #deadlines = new Map<Waiting, number>()
  #armed = false

  constructor(world: WaitLimitWorld, end: (waiting: Waiting) => void) {
    this.#world = world
    this.#end = end
  }

  add(waiting: Waiting): void {
    this.#deadlines.set(waiting, this.#world.now() + this.#world.longest())
    this.#arm()
  }

  /** The wait has ended by itself. */
  remove(waiting: Waiting): void {
    this.#deadlines.delete(waiting)
  }

  #arm(): void {
    const [first] = this.#deadlines.values()
    if (this.#armed || first === undefined) return
    this.#armed = true
    this.#world.after(Math.max(1, Math.ceil(first - this.#world.now())), () => this.#look())
  }

  #look(): void {
    this.#armed = false
    const now = this.#world.now()
    for (const [waiting, deadline] of this.#deadlines) {
      if (deadline > now) break
      this.#deadlines.delete(waiting)
      this.#end(waiting)
    }
    this.#arm()
  }
}
