// npm test: everything. With arguments, only the end-to-end files whose path contains one of them.
import { runStaticChecks } from './static-checks.ts'
import { ensureSystemTools } from './system-tools.ts'
import { add, nothing, totalsLine } from './totals.ts'
import { runUnitTests } from './unit-tests.ts'
import { runVitest } from './vitest-run.ts'

const filters = process.argv.slice(2)

await ensureSystemTools()
const before = filters.length > 0 ? nothing : add(await runStaticChecks(), await runUnitTests())
const endToEnd = await runVitest({ config: 'e2e/vitest.config.ts', name: 'e2e', live: true, limit: 1_800_000, filters })
for (const failure of endToEnd.failures) console.log(`FAILED  ${failure}`)
const totals = add(before, endToEnd.totals)
console.log(totalsLine(totals))
process.exitCode = totals.failed === 0 ? 0 : 1
