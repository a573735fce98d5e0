import type { Clock } from '../clock/clock.ts'
import type { TimerOwner, TimerWheel } from '../clock/timer-wheel.ts'
import type { Location } from './location.ts'

const INTERVAL = 60_000
/** A refresh that came in time may still wait for its commit, or be on its way from another thread. */
const GRACE = 10_000

/** Removes expired bindings once a minute; lookup and dump look at the expiry itself, so nothing depends on the exact moment. */
export class LocationSweeper implements TimerOwner {
  readonly #location: Location
  readonly #clock: Clock
  readonly #timers: TimerWheel
  readonly #timer: number

  constructor(location: Location, clock: Clock, timers: TimerWheel) {
    this.#location = location
    this.#clock = clock
    this.#timers = timers
    this.#timer = timers.register(this, 0)
  }

  start(): void {
    this.#timers.arm(this.#timer, this.#clock.now() + INTERVAL)
  }

  stop(): void {
    this.#timers.cancel(this.#timer)
  }

  onTimer(_kind: number, now: number): void {
    this.#location.sweep(this.#clock.wall() - GRACE)
    this.#timers.arm(this.#timer, now + INTERVAL)
  }
}
