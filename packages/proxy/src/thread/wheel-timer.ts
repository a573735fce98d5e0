import type { Clock } from '../clock/clock.ts'
import type { TimerWheel } from '../clock/timer-wheel.ts'

/**
 * The one libuv timer behind the wheel, armed only while something waits. A deadline that moves away (most timers are
 * cancelled) leaves it armed: firing once for nothing is cheaper than re-arming for every cancelled timer.
 */
export class WheelTimer {
  readonly #clock: Clock
  readonly #fire: () => void
  #wheel: TimerWheel | null = null
  #timer: NodeJS.Timeout | null = null
  #armedFor = Infinity

  /** `fire` must run a turn, whose ends call `advance` and `arm`. */
  constructor(clock: Clock, fire: () => void) {
    this.#clock = clock
    this.#fire = fire
  }

  start(wheel: TimerWheel): void {
    this.#wheel = wheel
    this.arm()
  }

  /** Fires what is due. */
  advance(): void {
    if (this.#wheel !== null && this.#wheel.armed > 0) this.#wheel.advance(this.#clock.now())
  }

  /** Makes sure that the next deadline is not missed. */
  arm(): void {
    const deadline = this.#wheel?.nextDeadline() ?? Infinity
    if (deadline >= this.#armedFor) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#armedFor = deadline
    this.#timer = setTimeout(this.#expired, Math.max(1, Math.ceil(deadline - this.#clock.now())))
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#wheel = null
  }

  readonly #expired = (): void => {
    this.#timer = null
    this.#armedFor = Infinity
    this.#fire()
  }
}
