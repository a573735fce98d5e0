import type { Clock } from './clock.ts'

/** A clock that moves only when told to. */
export class FakeClock implements Clock {
  #now: number
  readonly #epoch: number

  constructor(now = 0, epoch = 1_700_000_000_000) {
    this.#now = now
    this.#epoch = epoch
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#epoch + this.#now
  }

  advanceTo(now: number): void {
    this.#now = now
  }
}
