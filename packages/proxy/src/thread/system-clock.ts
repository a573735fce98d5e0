import { performance } from 'node:perf_hooks'
import type { Clock } from '../clock/clock.ts'

/** The machine's clocks. `now` counts from the start of the thread. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
}
