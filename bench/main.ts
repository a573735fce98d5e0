import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { readCommandLine, subjectNamed, USAGE, type BenchOptions } from './command-line.ts'
import { measure } from './measure.ts'
import type { Measurement } from './measurement.ts'
import type { Scenario } from './scenario.ts'
import { scenarioTable, type ScenarioResult } from './table.ts'

/** Starts every proxy in turn, round after round, drives each with sipp over loopback and compares them. */

/** `begun` gets the result while it still grows. */
async function measureScenario(
  scenario: Scenario,
  { rounds, seconds, ...options }: BenchOptions,
  begun: (result: ScenarioResult) => void,
): Promise<void> {
  const subjects = options.subjects ?? scenario.subjects.map(subjectNamed)
  const results = subjects.map(({ name }) => ({ name, rounds: [] as Measurement[] }))
  begun({ scenario, subjects: results })
  for (let round = 1; round <= rounds; round++) {
    for (const [i, subject] of subjects.entries()) {
      // Side by side they would measure each other.
      // oxlint-disable-next-line no-await-in-loop
      const measurement = await measure(scenario, subject, seconds)
      results[i].rounds.push(measurement)
      process.stderr.write(`${scenario.name} round ${round}/${rounds} ${subject.name}: ${summary(measurement)}\n`)
    }
  }
}

function summary({ fault, ...numbers }: Measurement): string {
  const measured = Object.entries(numbers).filter(([, value]) => !Number.isNaN(value))
  return [...measured.map(([name, value]) => `${name} ${value.toPrecision(4)}`), ...(fault === '' ? [] : [fault])].join(', ')
}

function heading(args: readonly string[]): string {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  const cpu = `${os.cpus().length} x ${os.cpus()[0].model}, Linux ${os.release()}, Node ${process.version}`
  return `## ${new Date().toISOString().slice(0, 10)}, commit ${commit}\n\n\`npm run bench -- ${args.join(' ')}\`\n\n${cpu}\n`
}

async function main(args: readonly string[]): Promise<void> {
  const options = readCommandLine(args)
  const report = (text: string): void => {
    process.stdout.write(`${text}\n`)
    if (options.results !== null) appendFileSync(options.results, `${text}\n`)
  }
  report(heading(args))
  let result: ScenarioResult | null = null
  // The channel to whoever started this shall not keep it from ending.
  process.channel?.unref()
  // Who is stopped in the middle tells what it has.
  for (const end of ['disconnect', 'SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(end, () => {
      if (result !== null) report(scenarioTable(result))
      process.exit(1)
    })
  }
  for (const scenario of options.scenarios) {
    // oxlint-disable-next-line no-await-in-loop
    await measureScenario(scenario, options, (begun) => (result = begun))
    if (result !== null) report(scenarioTable(result))
    result = null
  }
}

if (process.argv.includes('--help')) {
  process.stdout.write(USAGE)
} else {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
