import { setFlagsFromString } from 'node:v8'

/*
 * A SIP thread runs the same few hundred functions for weeks. V8 by default lets a function run thousands of times before it compiles it
 * well, and what a call needs only once is slow for half a minute after each start: the price of a call then is a quarter higher.
 */
const COMPILE_EARLY = [
  '--invocation-count-for-maglev=100',
  '--invocation-count-for-turbofan=500',
  '--minimum-invocations-after-ic-update=100',
]

/**
 * Whenever little new memory is asked for, V8 marks the whole heap, again and again, to give some of it back. That is every few seconds
 * here: transactions are pooled and leave little behind. It took 20 ms of the SIP thread each time, and more of V8's own threads.
 */
const COLLECT_ON_DEMAND = ['--no-memory-reducer']

/**
 * After each drop of load V8 would take the lower rate for a smaller heap and mark all of it to make it so: milliseconds of the SIP thread
 * and tens of them in V8's own. Below this size (in MB) it leaves the heap alone; nothing is taken from the system that is not used.
 */
const LEAVE_SMALL_HEAPS_ALONE = ['--initial-old-space-size=128']

/** Sets V8 up for all threads that are started from now on. */
export function tuneV8(): void {
  for (const flag of [...COMPILE_EARLY, ...COLLECT_ON_DEMAND, ...LEAVE_SMALL_HEAPS_ALONE]) setFlagsFromString(flag)
}
