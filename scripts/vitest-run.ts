import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { resultFolder, root, runTool, type ToolRun } from './run-tool.ts'
import type { Totals } from './totals.ts'

/** The parts of vitest's JSON report that are read. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

export interface VitestRun extends ToolRun {
  readonly totals: Totals
  readonly failures: readonly string[]
}

export interface VitestPlan {
  readonly config: string
  readonly name: string
  /** Shows it as it goes. */
  readonly live: boolean
  /** ms. */
  readonly limit: number
  readonly filters?: readonly string[]
}

/** Runs a vitest configuration and counts. */
export async function runVitest({ config, name, live, limit, filters = [] }: VitestPlan): Promise<VitestRun> {
  const file = join(resultFolder, `${name}.json`)
  mkdirSync(resultFolder, { recursive: true })
  rmSync(file, { force: true })
  const args = ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...filters]
  const run = await runTool({ command: 'vitest', args, live, limit })
  return { ...run, ...count(file, run.code) }
}

function count(file: string, code: number): Pick<VitestRun, 'totals' | 'failures'> {
  const report = read(file)
  if (report === null)
    return { totals: { passed: 0, failed: 1, skipped: 0 }, failures: ['vitest wrote no report: a test file hangs, or it could not start'] }
  const { numPassedTests: passed, numPendingTests, numTodoTests } = report
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed').map((test) => `${relative(root, name)}: ${test.fullName}`)
    // A file that does not load, or a hook that throws, fails without failing one of its tests.
    return failed.length === 0 && status === 'failed' ? [relative(root, name)] : failed
  })
  if (code !== 0 && failures.length === 0) failures.push('an error outside of the tests')
  return { totals: { passed, failed: failures.length, skipped: numPendingTests + numTodoTests }, failures }
}

function read(file: string): Report | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return null
  }
}
