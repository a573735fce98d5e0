import type { Measurement } from './measure.ts'
import { median } from './statistics.ts'

/** Measurements of one scenario: for each subject one per round, the reference first. */
export interface ScenarioResult {
  readonly scenario: string
  readonly subjects: readonly { readonly name: string; readonly rounds: readonly Measurement[] }[]
}

interface Column {
  readonly heading: string
  readonly value: (measurement: Measurement) => number
  readonly digits: number
}

const columns: readonly Column[] = [
  { heading: 'CPU µs/call', value: (m) => m.cpuPerCall, digits: 1 },
  { heading: 'p50 ms', value: (m) => m.p50, digits: 2 },
  { heading: 'p99 ms', value: (m) => m.p99, digits: 2 },
  { heading: 'memory MiB', value: (m) => m.memory / 1024 / 1024, digits: 0 },
  { heading: 'bytes/held call', value: (m) => m.bytesPerHeldCall, digits: 0 },
  { heading: 'highest rate/s', value: (m) => m.rate, digits: 0 },
]

/** A Markdown table: medians with their range, and the median of the ratios of each round to the reference of that round. */
export function scenarioTable({ scenario, subjects }: ScenarioResult): string {
  const used = columns.filter(({ value }) => subjects.some(({ rounds }) => rounds.some((m) => !Number.isNaN(value(m)))))
  const head = ['subject', ...used.flatMap(({ heading }) => [heading, 'ratio']), 'faulty rounds']
  const reference = subjects[0].rounds
  const rows = subjects.map(({ name, rounds }) => [
    name,
    ...used.flatMap((column) => [spread(rounds.map(column.value), column.digits), ratios(column, rounds, reference)]),
    String(rounds.filter(({ fault }) => fault !== '').length),
  ])
  return `### ${scenario}, ${reference.length} rounds\n\n${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}

function spread(values: readonly number[], digits: number): string {
  const numbers = values.filter((value) => !Number.isNaN(value))
  if (numbers.length === 0) return '-'
  return `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`
}

function ratios({ value }: Column, rounds: readonly Measurement[], reference: readonly Measurement[]): string {
  const quotients = rounds.map((m, i) => value(m) / value(reference[i])).filter((quotient) => Number.isFinite(quotient))
  if (quotients.length === 0) return '-'
  if (rounds === reference) return '1'
  return `**${median(quotients).toFixed(2)}** (${Math.min(...quotients).toFixed(2)}-${Math.max(...quotients).toFixed(2)})`
}
