import type { Totals } from './totals.ts'
import { runVitest } from './vitest-run.ts'

/** Runs the unit tests on one line; shows everything when one fails. */
export async function runUnitTests(): Promise<Totals> {
  const started = performance.now()
  const { code, output, totals, failures } = await runVitest({ config: 'vitest.config.ts', name: 'unit', live: false, limit: 600_000 })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code !== 0) console.log(output.trimEnd())
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${'unit tests'.padEnd(22)} ${seconds.padStart(5)} s   ${totals.passed} tests`)
  for (const failure of failures) console.log(`        ${failure}`)
  return totals
}
