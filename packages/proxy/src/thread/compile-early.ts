import { setFlagsFromString } from 'node:v8'

/*
 * A SIP thread runs the same few hundred functions for weeks. V8 by default lets a function run thousands of times before it compiles it
 * well, and what a call needs only once is slow for half a minute after each start: the price of a call then is a quarter higher.
 */
const FLAGS = ['--invocation-count-for-maglev=100', '--invocation-count-for-turbofan=500', '--minimum-invocations-after-ic-update=100']

/** Has V8 compile sooner, in all threads that are started from now on. */
export function compileEarly(): void {
  for (const flag of FLAGS) setFlagsFromString(flag)
}
