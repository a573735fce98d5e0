// npm test: everything. With arguments, only the end-to-end files whose path contains one of them.
import { spawnSync } from 'node:child_process'
import { unnoticedFaults } from './planted-faults.ts'
import { simulate } from './simulation-run.ts'
import { root } from './run-tool.ts'
import { runStaticChecks } from './static-checks.ts'
import { ensureSystemTools } from './system-tools.ts'
import { add, nothing, totalsLine, type Totals } from './totals.ts'
import { runUnitTests } from './unit-tests.ts'
import { runVitest } from './vitest-run.ts'

/** Of a machine with two cores and nothing else to do. A faster one is done sooner, so that it sees the same worlds. */
const WORLDS_A_MINUTE = 2000

const filters = process.argv.slice(2)
const ci = process.env['CI'] !== undefined
/** For so many minutes random calls are simulated: always the same worlds, so that a change is judged by what it changed ... */
const minutes = Number(process.env['SIMULATION_MINUTES'] ?? (ci ? 10 : 0))
const knownWorlds = ci ? 1000 : 200
/** ... then worlds that nobody has seen: others for each state of the packages, the same when that state is tested again. */
const freshWorlds = Math.max(0, minutes * WORLDS_A_MINUTE - knownWorlds)
/** Worlds in which each planted fault must show. */
const worldsForFault = 400

await ensureSystemTools()
const before = filters.length > 0 ? nothing : add(add(await runStaticChecks(), await runUnitTests()), await runSimulation())
const endToEnd = await runVitest({ config: 'e2e/vitest.config.ts', name: 'e2e', live: true, limit: 1_800_000, filters })
for (const failure of endToEnd.failures) console.log(`FAILED  ${failure}`)
const totals = add(before, endToEnd.totals)
console.log(totalsLine(totals))
process.exitCode = totals.failed === 0 ? 0 : 1

/** A world that fails says its seed: `npm run simulate -- --seed N` replays it. */
async function runSimulation(): Promise<Totals> {
  const begun = performance.now()
  const known = await simulate({ minutes: Math.max(minutes, 10), firstSeed: 1, mostWorlds: knownWorlds })
  const left = minutes - (performance.now() - begun) / 60_000
  const fresh = left > 0 ? await simulate({ minutes: left, firstSeed: seedOfPackages(), mostWorlds: freshWorlds }) : { failures: [] }
  const missed = ci ? await unnoticedFaults(worldsForFault) : []
  for (const name of missed) console.log(`FAILED  the simulation does not notice that ${name}`)
  const failed = known.failures.length + fresh.failures.length + missed.length
  return { passed: failed === 0 ? 1 : 0, failed, skipped: 0 }
}

/** Without a repository, the time. */
function seedOfPackages(): number {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short=7', 'HEAD:packages'], { cwd: root, encoding: 'utf8' })
  return status === 0 ? Number.parseInt(stdout.slice(0, 7), 16) : Date.now() % 1_000_000_000
}
