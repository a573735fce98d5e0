/** Time as the engine sees it; handed in, so that whole calls run in simulated time. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** Unix milliseconds. */
  wall(): number
}
