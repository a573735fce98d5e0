import { performance } from 'node:perf_hooks'

/** Makes a function that tells the part of the time since its last call that this thread's loop did not wait for events, 0 to 1. */
export function busyShare(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
