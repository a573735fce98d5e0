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
 * A timer's own numbers lie together, in one line of the cache: where it is in its list, which list that is, and in which round of the
 * wheel it is due. Round and slot are its deadline.
 */
const NEXT = 0
const PREVIOUS = 1
const SLOT = 2
const ROUND = 3
const RECORD = 4

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
  #kind = new Uint8Array(1024)
  #records = new Int32Array(1024 * RECORD)
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
    if (timer === this.#kind.length) this.#grow()
    this.#kind[timer] = kind
    this.#records[timer * RECORD + SLOT] = NONE
    return timer
  }

  /** How many timers are armed. */
  get armed(): number {
    return this.#armed
  }

  isArmed(timer: number): boolean {
    return this.#records[timer * RECORD + SLOT] !== NONE
  }

  /** Milliseconds of the clock at which an armed timer fires. */
  deadlineOf(timer: number): number {
    const at = timer * RECORD
    const slot = this.#records[at + SLOT]
    return slot === FIRING ? this.#current : this.#records[at + ROUND] * SLOTS + slot
  }

  /** Starts or restarts a timer. A deadline that has passed fires one millisecond after the last advance(). */
  arm(timer: number, deadline: number): void {
    if (!this.isArmed(timer)) this.#armed++
    else this.#unlink(timer)
    const due = Math.max(Math.ceil(deadline), this.#current + 1)
    this.#records[timer * RECORD + ROUND] = Math.floor(due / SLOTS)
    this.#append(timer, due & MASK)
    if (due < this.#earliest) this.#earliest = due
  }

  cancel(timer: number): void {
    if (!this.isArmed(timer)) return
    this.#unlink(timer)
    this.#records[timer * RECORD + SLOT] = NONE
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
    const round = Math.floor(due / SLOTS)
    while (timer !== NONE) {
      const next = this.#records[timer * RECORD + NEXT]
      if (this.#records[timer * RECORD + ROUND] <= round) {
        this.#unlink(timer)
        this.#append(timer, FIRING)
      }
      timer = next
    }
    while ((timer = this.#head[FIRING]) !== NONE) {
      this.#unlink(timer)
      this.#records[timer * RECORD + SLOT] = NONE
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
    const records = this.#records
    const last = this.#tail[slot]
    const at = timer * RECORD
    records[at + SLOT] = slot
    records[at + PREVIOUS] = last
    records[at + NEXT] = NONE
    this.#tail[slot] = timer
    if (last === NONE) this.#head[slot] = timer
    else records[last * RECORD + NEXT] = timer
    if (slot !== FIRING) this.#occupied[slot >> 5] |= 1 << (slot & 31)
  }

  #unlink(timer: number): void {
    const records = this.#records
    const at = timer * RECORD
    const slot = records[at + SLOT]
    const next = records[at + NEXT]
    const previous = records[at + PREVIOUS]
    if (previous === NONE) this.#head[slot] = next
    else records[previous * RECORD + NEXT] = next
    if (next === NONE) this.#tail[slot] = previous
    else records[next * RECORD + PREVIOUS] = previous
    if (slot !== FIRING && this.#head[slot] === NONE) this.#occupied[slot >> 5] &= ~(1 << (slot & 31))
  }

  #grow(): void {
    const size = this.#kind.length * 2
    this.#kind = grown(this.#kind, new Uint8Array(size))
    this.#records = grown(this.#records, new Int32Array(size * RECORD))
  }
}

function grown<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
