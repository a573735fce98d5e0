import { runTool, type Tool } from './run-tool.ts'
import type { Totals } from './totals.ts'

interface Check extends Tool {
  readonly name: string
  /** What to do when it fails. */
  readonly advice: string
}

/** What has not changed since the last check is not looked at again. */
function incremental(name: string): readonly string[] {
  return ['--incremental', '--tsBuildInfoFile', `.runtime/types-${name}.tsbuildinfo`]
}

/** All but the tests, the quickest first. */
const staticChecks: readonly Check[] = [
  { name: 'format', command: 'oxfmt', args: ['--check', '.'], advice: 'npm run format' },
  {
    name: 'lint',
    command: 'oxlint',
    args: ['--type-aware', '--deny-warnings'],
    advice: 'walls and limits: ARCHITECTURE.md, CONTRIBUTING.md',
  },
  { name: 'types', command: 'tsc', args: ['-p', '.', ...incremental('node')], advice: 'tsconfig.json: Node code' },
  {
    name: 'types of the console',
    command: 'tsc',
    args: ['-p', 'apps/web', ...incremental('web')],
    advice: 'apps/web/tsconfig.json: DOM code',
  },
  {
    name: 'conformance page',
    command: process.execPath,
    args: ['scripts/conformance.ts', '--check'],
    advice: 'npm run conformance',
  },
  { name: 'unused code', command: 'knip', args: ['--no-progress'], advice: 'remove it, or name the entry in knip.json' },
]

/** Runs all of them, whatever fails, one line each; shows what a failed one printed. */
export async function runStaticChecks(): Promise<Totals> {
  let passed = 0
  let failed = 0
  for (const check of staticChecks) {
    const started = performance.now()
    // They use all cores themselves.
    // oxlint-disable-next-line no-await-in-loop
    const { code, output } = await runTool(check)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    if (code === 0) passed++
    else failed++
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'}  ${check.name.padEnd(22)} ${seconds.padStart(5)} s`)
    if (code !== 0) console.log(`${output.trimEnd()}\n(${check.advice})\n`)
  }
  return { passed, failed, skipped: 0 }
}
