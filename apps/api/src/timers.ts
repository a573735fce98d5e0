/** Ends a timer; ending it twice or after it fired does nothing. */
export type CancelTimer = () => void

/** Time for everything that waits, so that tests can move it. Delays in ms. */
export interface Timers {
  after(ms: number, run: () => void): CancelTimer
  every(ms: number, run: () => void): CancelTimer
}

export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => {
      clearTimeout(timer)
    }
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    return () => {
      clearInterval(timer)
    }
  },
}
