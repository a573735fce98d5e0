import { availableParallelism } from 'node:os'
import { CALLS_A_WORLD, Simulator } from './simulator.ts'

const REPORT_EVERY_MS = 60_000

export interface SimulationResult {
  readonly calls: number
  readonly worlds: number
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
  /** How many worlds are simulated at once; as many as there are cores. Nothing but the speed depends on it. */
  readonly processes?: number
}

/** Simulates worlds of random calls, seed after seed, until the budget is used up; at least one. */
export async function simulate(budget: SimulationBudget): Promise<SimulationResult> {
  const { minutes, firstSeed, mostWorlds = Infinity, mostFailures = 20, processes = availableParallelism() } = budget
  const report = new SimulationReport(firstSeed, mostFailures)
  const end = performance.now() + minutes * 60_000
  const isOver = (): boolean => next - firstSeed >= mostWorlds || performance.now() >= end || report.isFull
  let next = firstSeed
  const work = async (): Promise<void> => {
    const simulator = new Simulator()
    while (next === firstSeed || !isOver()) {
      const seed = next++
      report.add(seed, await simulator.simulate(seed))
    }
    simulator.end()
  }
  await Promise.all(Array.from({ length: processes }, work))
  return report.result()
}

/** Takes the worlds as they end and tells of them in the order of their seeds. */
class SimulationReport {
  readonly #firstSeed: number
  readonly #mostFailures: number
  readonly #begun = performance.now()
  readonly #failures: string[] = []
  /** Worlds that ended before one of a smaller seed. */
  readonly #early = new Map<number, readonly string[]>()
  #worlds = 0
  #told = this.#begun

  constructor(firstSeed: number, mostFailures: number) {
    this.#firstSeed = firstSeed
    this.#mostFailures = mostFailures
  }

  /** Has it seen as many failures as it may? What comes after them does not count. */
  get isFull(): boolean {
    return this.#failures.length >= this.#mostFailures
  }

  add(seed: number, violations: readonly string[]): void {
    this.#early.set(seed, violations)
    for (;;) {
      const next = this.#firstSeed + this.#worlds
      const found = this.#early.get(next)
      if (found === undefined || this.isFull) break
      this.#early.delete(next)
      this.#worlds++
      if (found.length > 0) this.#fail(`seed ${next}: ${found.join('; ')}`)
    }
    if (performance.now() - this.#told > REPORT_EVERY_MS) this.#tell()
  }

  result(): SimulationResult {
    this.#tell()
    return { calls: this.#worlds * CALLS_A_WORLD, worlds: this.#worlds, failures: this.#failures }
  }

  #fail(failure: string): void {
    this.#failures.push(failure)
    console.log(`FAILED  ${failure}`)
  }

  #tell(): void {
    this.#told = performance.now()
    const calls = this.#worlds * CALLS_A_WORLD
    const seconds = Math.max((this.#told - this.#begun) / 1000, 0.001)
    console.log(`simulated ${calls} calls in ${this.#worlds} worlds, ${Math.round(calls / seconds)} calls a second`)
  }
}
