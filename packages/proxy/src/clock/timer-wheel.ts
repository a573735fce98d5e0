/** Owners are told which of their timers fired. */
export interface TimerOwner {
  onTimer(kind: number, now: number): void
}

const SLOTS = 1 << 16
const MASK = SLOTS - 1
const NONE = -1
/** The list of timers that are about to fire: an extra slot, so that cancelling one of them is the ordinary unlink. */
const FIRING = SLOTS

/**
 * A hashed timer wheel of 1 ms resolution and 65.5 s circumference; longer timers stay in their slot for further rounds.
 * Intrusive lists in typed arrays: a timer is registered once for the life of its (pooled) owner, after that arming and
 * cancelling allocate nothing. Timers of one millisecond fire in the order in which they were armed.
 */
export class TimerWheel {
  readonly #head = new Int32Array(SLOTS + 1).fill(NONE)
  readonly #tail = new Int32Array(SLOTS + 1).fill(NONE)
  readonly #occupied = new Int32Array(SLOTS >> 5)
  readonly #owner: TimerOwner[] = []
  readonly #kind: number[] = []
  #next = new Int32Array(1024)
  #previous = new Int32Array(1024)
  #slot = new Int32Array(1024)
  #deadline = new Float64Array(1024)
  #armed = 0
  #current: number
  #earliest = Infinity

  /** `start`: the clock's now, in ms. */
  constructor(start: number) {
    this.#current = Math.floor(start)
  }

  /** A timer of `owner`, for good. Returns its number. */
  register(owner: TimerOwner, kind: number): number {
    const timer = this.#owner.push(owner) - 1
    this.#kind.push(kind)
    if (timer === this.#next.length) this.#grow()
    this.#slot[timer] = NONE
    return timer
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#armed
  }

  isArmed(timer: number): boolean {
    return this.#slot[timer] !== NONE
  }

  /** Milliseconds of the clock at which an armed timer fires. */
  deadlineOf(timer: number): number {
    return this.#deadline[timer]
  }

  /** Starts or restarts a timer. A deadline that has passed fires one millisecond after the last advance(). */
  arm(timer: number, deadline: number): void {
    if (this.#slot[timer] === NONE) this.#armed++
    else this.#unlink(timer)
    const due = Math.max(Math.ceil(deadline), this.#current + 1)
    this.#deadline[timer] = due
    this.#append(timer, due & MASK)
    if (due < this.#earliest) this.#earliest = due
  }

  cancel(timer: number): void {
    if (this.#slot[timer] === NONE) return
    this.#unlink(timer)
    this.#slot[timer] = NONE
    this.#armed--
  }

  /** No timer fires before this time (ms of the clock); Infinity when none is armed. */
  nextDeadline(): number {
    return this.#armed === 0 ? Infinity : this.#earliest
  }

  /** Fires everything due at `now`, millisecond by millisecond. */
  advance(now: number): void {
    const target = Math.floor(now)
    while (this.#armed > 0 && this.#earliest <= target) {
      if (this.#earliest > this.#current) this.#current = this.#earliest
      this.#fire(this.#current, now)
      this.#earliest = this.#findEarliest()
    }
    if (target > this.#current) this.#current = target
    if (this.#armed === 0) this.#earliest = Infinity
  }

  #fire(due: number, now: number): void {
    let timer = this.#head[due & MASK]
    while (timer !== NONE) {
      const next = this.#next[timer]
      if (this.#deadline[timer] <= due) {
        this.#unlink(timer)
        this.#append(timer, FIRING)
      }
      timer = next
    }
    while ((timer = this.#head[FIRING]) !== NONE) {
      this.#unlink(timer)
      this.#slot[timer] = NONE
      this.#armed--
      this.#owner[timer].onTimer(this.#kind[timer], now)
    }
  }

  /** The first occupied slot after the current millisecond; its timers may still need another round. */
  #findEarliest(): number {
    if (this.#armed === 0) return Infinity
    const from = this.#current + 1
    let word = (from & MASK) >> 5
    let bits = this.#occupied[word] & (-1 << (from & 31))
    for (let words = 0; words <= SLOTS >> 5; words++) {
      if (bits !== 0) {
        const slot = (word << 5) + (31 - Math.clz32(bits & -bits))
        return from + ((slot - from) & MASK)
      }
      word = (word + 1) & ((SLOTS >> 5) - 1)
      bits = this.#occupied[word]
    }
    return from
  }

  #append(timer: number, slot: number): void {
    const last = this.#tail[slot]
    this.#slot[timer] = slot
    this.#previous[timer] = last
    this.#next[timer] = NONE
    this.#tail[slot] = timer
    if (last === NONE) this.#head[slot] = timer
    else this.#next[last] = timer
    if (slot !== FIRING) this.#occupied[slot >> 5] |= 1 << (slot & 31)
  }

  #unlink(timer: number): void {
    const slot = this.#slot[timer]
    const next = this.#next[timer]
    const previous = this.#previous[timer]
    if (previous === NONE) this.#head[slot] = next
    else this.#next[previous] = next
    if (next === NONE) this.#tail[slot] = previous
    else this.#previous[next] = previous
    if (slot !== FIRING && this.#head[slot] === NONE) this.#occupied[slot >> 5] &= ~(1 << (slot & 31))
  }

  #grow(): void {
    const size = this.#next.length * 2
    this.#next = grown(this.#next, new Int32Array(size))
    this.#previous = grown(this.#previous, new Int32Array(size))
    this.#slot = grown(this.#slot, new Int32Array(size))
    this.#deadline = grown(this.#deadline, new Float64Array(size))
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}
