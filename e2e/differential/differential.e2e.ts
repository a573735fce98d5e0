import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { missing } from '../harness/need.ts'
import { missingNamespaces } from '../harness/start-kamailio.ts'
import { acceptedDifference, coveredBy } from './accepted-differences.ts'
import { describeDifference } from './compare.ts'
import type { Comparison } from './lane.ts'
import { Lanes } from './lanes.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/all.ts'
import { forkPairs } from './scenarios/forks.ts'

const all: readonly Scenario[] = [...scenarios, ...forkPairs]

const unnamed = missingNamespaces()
if (unnamed) console.warn('SKIPPED: scenarios with names, because Kamailio can be told another name server by root on Linux only')

function skipped({ notYet, names = false }: Scenario): boolean {
  return notYet !== undefined || (names && unnamed)
}

/** What neither the scenario nor anybody has accepted, and what was accepted and is not there. */
function findings({ differences }: Comparison, { differences: accepted = [] }: Scenario): readonly string[] {
  const unexpected = differences.filter((difference) => coveredBy(accepted, difference) === undefined).map(describeDifference)
  const seen = new Set(differences.map((difference) => coveredBy(accepted, difference)))
  const stale = accepted.filter((id) => !seen.has(id)).map((id) => `accepted but not seen: ${acceptedDifference(id).title}`)
  return [...unexpected, ...stale]
}

describe.skipIf(missing('kamailio'))('agrees with Kamailio', () => {
  const lanes = new Lanes(all.filter((scenario) => !skipped(scenario)))

  beforeAll(() => lanes.start())
  afterAll(() => lanes.stop(), 60_000)

  // A machine that stands still for a moment shifts times and opens races, so a scenario may be played again.
  const patience = { retry: 3, timeout: 280_000 }
  for (const scenario of all) {
    it.skipIf(skipped(scenario))(`agrees with Kamailio: ${scenario.title}`, patience, async () => {
      expect(findings(await lanes.play(scenario), scenario)).toEqual([])
    })
  }
})
