import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import os from 'node:os'
import process from 'node:process'
import { readCommandLine, USAGE, type BenchOptions } from './command-line.ts'
import { measureCost, measureHighestRate, measureHold, type Measurement } from './measure.ts'
import { highestRate, type HoldScenario, type Scenario } from './scenario.ts'
import type { SubjectSpec } from './subject.ts'
import { scenarioTable, type ScenarioResult } from './table.ts'

/** Starts every proxy in turn, round after round, drives each with sipp over loopback and compares them. */

function measure(scenario: Scenario, subject: SubjectSpec, seconds: number): Promise<Measurement> {
  if ('held' in scenario) return measureHold(scenario as HoldScenario, subject)
  return scenario === highestRate ? measureHighestRate(scenario, subject, seconds) : measureCost(scenario, subject, seconds)
}

async function measureScenario(scenario: Scenario, { subjects, rounds, seconds }: BenchOptions): Promise<ScenarioResult> {
  const results = subjects.map(({ name }) => ({ name, rounds: [] as Measurement[] }))
  for (let round = 1; round <= rounds; round++) {
    for (const [i, subject] of subjects.entries()) {
      // Side by side they would measure each other.
      // oxlint-disable-next-line no-await-in-loop
      const measurement = await measure(scenario, subject, seconds)
      results[i].rounds.push(measurement)
      const { cpuPerCall, fault } = measurement
      const note = fault === '' ? '' : ` (${fault})`
      process.stderr.write(`${scenario.name} round ${round}/${rounds} ${subject.name}: ${cpuPerCall.toFixed(1)} µs/call${note}\n`)
    }
  }
  return { scenario: scenario.name, subjects: results }
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
  // oxlint-disable-next-line no-await-in-loop
  for (const scenario of options.scenarios) report(scenarioTable(await measureScenario(scenario, options)))
}

process.on('disconnect', () => process.exit(1))
if (process.argv.includes('--help')) {
  process.stdout.write(USAGE)
} else {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
