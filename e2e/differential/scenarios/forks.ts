import { fork, relay } from '../route-step.ts'
import type { Scenario } from '../scenario.ts'

/** Codes of every class and rank of tm-reference 6.1. */
const codes = [302, 401, 404, 407, 415, 420, 480, 484, 486, 500, 503, 600, 603] as const

function pair(first: number, second: number): Scenario {
  return {
    id: `pair_${first}_${second}`,
    title: `a fork with ${first}, then ${second}`,
    routes: { request: [fork('a', 'b'), relay] },
    caller: [{ at: 0, send: 'request' }],
    callees: { a: { INVITE: [{ at: 0, status: first }] }, b: { INVITE: [{ at: 80, status: second }] } },
    lasts: 280,
  }
}

/** Every ordered pair of final codes. */
export const forkPairs: readonly Scenario[] = codes.flatMap((first) => codes.map((second) => pair(first, second)))
