import type { Comparison, Lane } from './lane.ts'
import { openLane } from './lane.ts'
import type { Scenario } from './scenario.ts'

/** Lanes that play at the same time: enough to be quick, few enough that two cores keep the times. */
const AT_ONCE = 3

/** Milliseconds of scenarios in one lane; longer groups are split. */
const LONGEST = 14_000

interface Group {
  readonly tm: NonNullable<Scenario['tm']>
  readonly scenarios: readonly Scenario[]
}

/** Scenarios with the same parameters share a pair of programs. */
function groupsOf(scenarios: readonly Scenario[]): readonly Group[] {
  const open = new Map<string, Scenario[]>()
  const groups: Group[] = []
  for (const scenario of scenarios) {
    const key = JSON.stringify([scenario.tm ?? {}, scenario.names ?? false])
    const group = open.get(key) ?? []
    group.push(scenario)
    open.set(key, group)
    if (group.reduce((sum, { lasts }) => sum + lasts, 0) < LONGEST) continue
    groups.push({ tm: scenario.tm ?? {}, scenarios: group })
    open.delete(key)
  }
  for (const group of open.values()) groups.push({ tm: group[0]?.tm ?? {}, scenarios: group })
  return groups
}

/** Plays all scenarios ahead of the tests that ask for them, a few lanes at a time. */
export class Lanes {
  readonly #groups: readonly Group[]
  readonly #first = new Map<Scenario, PromiseWithResolvers<Comparison>>()
  /** Lanes opened for a second try. */
  readonly #again = new Map<Scenario, Promise<Lane>>()
  #runs: Promise<unknown> = Promise.resolve()

  constructor(scenarios: readonly Scenario[]) {
    this.#groups = groupsOf(scenarios)
    for (const scenario of scenarios) {
      const result = Promise.withResolvers<Comparison>()
      // Whoever asks gets the error; until then it is nobody's.
      result.promise.catch(() => undefined)
      this.#first.set(scenario, result)
    }
  }

  start(): void {
    const waiting = [...this.#groups]
    const worker = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) await this.#playGroup(group)
    }
    this.#runs = Promise.all(Array.from({ length: AT_ONCE }, worker))
  }

  /** The recorded run the first time; when asked again, a new one in programs of its own. */
  async play(scenario: Scenario): Promise<Comparison> {
    const first = this.#first.get(scenario)
    if (first !== undefined) {
      const comparison = await first.promise
      this.#first.delete(scenario)
      return comparison
    }
    await this.#runs
    const lane = this.#again.get(scenario) ?? openLane([scenario], scenario.tm ?? {})
    this.#again.set(scenario, lane)
    return (await lane).compare(scenario)
  }

  async stop(): Promise<void> {
    await this.#runs
    await Promise.all([...this.#again.values()].map(async (lane) => (await lane).stop()))
  }

  async #playGroup({ tm, scenarios }: Group): Promise<void> {
    let lane: Lane | null = null
    try {
      lane = await openLane(scenarios, tm)
      for (const scenario of scenarios) this.#first.get(scenario)?.resolve(await lane.compare(scenario))
    } catch (problem) {
      for (const scenario of scenarios) this.#first.get(scenario)?.reject(problem)
    } finally {
      await lane?.stop()
    }
  }
}
