// npm run check: everything that needs no sockets to the outside and no system tools. Well below half a minute.
import { runStaticChecks } from './static-checks.ts'
import { add, totalsLine } from './totals.ts'
import { runUnitTests } from './unit-tests.ts'

const totals = add(await runStaticChecks(), await runUnitTests())
console.log(totalsLine(totals))
process.exitCode = totals.failed === 0 ? 0 : 1
