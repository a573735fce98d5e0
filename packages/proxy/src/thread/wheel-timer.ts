import type { Clock } from '../clock/clock.ts'
import type { TimerWheel } from '../clock/timer-wheel.ts'

/**
 * Milliseconds between wake-ups for timers alone. Traffic fires what is due without it, so only a timer in a pause is this late;
 * Kamailio's timers run in steps of 62 ms.
 */
const STEP = 16

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
    const deadline = Math.ceil((this.#wheel?.nextDeadline() ?? Infinity) / STEP) * STEP
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
