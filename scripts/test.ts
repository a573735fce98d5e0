// npm test: everything. With arguments, only the end-to-end files whose path contains one of them.
import { simulate } from './simulation-run.ts'
import { runStaticChecks } from './static-checks.ts'
import { ensureSystemTools } from './system-tools.ts'
import { add, nothing, totalsLine, type Totals } from './totals.ts'
import { runUnitTests } from './unit-tests.ts'
import { runVitest } from './vitest-run.ts'

const filters = process.argv.slice(2)
/** Always the same worlds, so that a change is judged by what it changed; `npm run simulate` looks for new ones. */
const worlds = process.env['CI'] === undefined ? 1000 : 12_000

await ensureSystemTools()
const before = filters.length > 0 ? nothing : add(add(await runStaticChecks(), await runUnitTests()), runSimulation())
const endToEnd = await runVitest({ config: 'e2e/vitest.config.ts', name: 'e2e', live: true, limit: 1_800_000, filters })
for (const failure of endToEnd.failures) console.log(`FAILED  ${failure}`)
const totals = add(before, endToEnd.totals)
console.log(totalsLine(totals))
process.exitCode = totals.failed === 0 ? 0 : 1

function runSimulation(): Totals {
  const { failures } = simulate({ minutes: 10, firstSeed: 1, mostWorlds: worlds })
  return { passed: failures.length === 0 ? 1 : 0, failed: failures.length, skipped: 0 }
}
