import { randomCalls } from '../packages/proxy/test/simulation/random-calls.ts'

const CALLS_A_WORLD = 40
const REPORT_EVERY_MS = 60_000

export interface SimulationResult {
  readonly calls: number
  /** One line a seed whose world broke an invariant; `npm run simulate -- --seed N` replays it. */
  readonly failures: readonly string[]
}

export interface SimulationBudget {
  readonly minutes: number
  readonly firstSeed: number
  /** No more worlds than this, so that the same budget simulates the same calls on every machine that is fast enough. */
  readonly mostWorlds?: number
  /** Ends after so many worlds that broke an invariant. */
  readonly mostFailures?: number
}

/** Simulates worlds of random calls, seed after seed, until the budget is used up; at least one. */
export function simulate({ minutes, firstSeed, mostWorlds = Infinity, mostFailures = 20 }: SimulationBudget): SimulationResult {
  const begun = performance.now()
  const failures: string[] = []
  let calls = 0
  let worlds = 0
  let reported = begun
  do {
    const seed = firstSeed + worlds++
    // Every fourth world has proxies of several threads.
    const { violations } = randomCalls(seed, CALLS_A_WORLD, seed % 4 === 0 ? 2 + (seed % 3) : 1)
    calls += CALLS_A_WORLD
    if (violations.length > 0) {
      failures.push(`seed ${seed}: ${violations.join('; ')}`)
      console.log(`FAILED  ${failures.at(-1)}`)
    }
    if (performance.now() - reported > REPORT_EVERY_MS) {
      reported = performance.now()
      console.log(line(calls, worlds, begun))
    }
  } while (worlds < mostWorlds && performance.now() - begun < minutes * 60_000 && failures.length < mostFailures)
  console.log(line(calls, worlds, begun))
  return { calls, failures }
}

function line(calls: number, worlds: number, begun: number): string {
  const seconds = (performance.now() - begun) / 1000
  return `simulated ${calls} calls in ${worlds} worlds, ${Math.round(calls / Math.max(seconds, 0.001))} calls a second`
}
