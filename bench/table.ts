import type { Column, Measurement } from './measurement.ts'
import type { Scenario, Target } from './scenario.ts'
import { median } from './statistics.ts'

/** Measurements of one scenario: for each subject one per round, the reference first. */
export interface ScenarioResult {
  readonly scenario: Scenario
  readonly subjects: readonly SubjectResult[]
}

export interface SubjectResult {
  readonly name: string
  readonly rounds: readonly Measurement[]
}

interface Heading {
  readonly text: string
  readonly digits: number
  /** The unit of the measurement in the unit of the table. */
  readonly scale: number
  readonly ratio: boolean
}

const headings: Readonly<Record<Column, Heading>> = {
  cpuPerCall: { text: 'CPU µs/call', digits: 1, scale: 1, ratio: true },
  busiestPerCall: { text: 'busiest thread µs/call', digits: 1, scale: 1, ratio: true },
  p50: { text: 'p50 ms', digits: 2, scale: 1, ratio: true },
  p99: { text: 'p99 ms', digits: 2, scale: 1, ratio: true },
  memory: { text: 'memory MiB', digits: 0, scale: 1 / 1024 / 1024, ratio: true },
  bytesPerHeldCall: { text: 'bytes/held call', digits: 0, scale: 1, ratio: true },
  rate: { text: 'highest rate/s', digits: 0, scale: 1, ratio: true },
  live: { text: 'live transactions', digits: 0, scale: 1, ratio: false },
  loopDelay: { text: 'loop delay p99 ms', digits: 2, scale: 1, ratio: false },
  pause: { text: 'loop delay p99.9 ms', digits: 2, scale: 1, ratio: false },
  longestPause: { text: 'longest loop delay ms', digits: 2, scale: 1, ratio: false },
  collection: { text: 'longest GC ms', digits: 2, scale: 1, ratio: false },
  watched: { text: 'five consoles / none', digits: 3, scale: 1, ratio: false },
  once: { text: 'carried of 1x', digits: 2, scale: 1, ratio: false },
  half: { text: 'of 1.5x', digits: 2, scale: 1, ratio: false },
  twice: { text: 'of 2x', digits: 2, scale: 1, ratio: false },
  recovery: { text: 'recovery s', digits: 0, scale: 1, ratio: false },
  retransmissions: { text: 'retransmissions per 1,000 calls', digits: 1, scale: 1, ratio: false },
}
const columns = Object.keys(headings) as readonly Column[]

/** A Markdown table and what became of the targets. Medians with their range, over rounds without a fault. */
export function scenarioTable(result: ScenarioResult): string {
  const { scenario, subjects } = result
  const used = columns.filter((column) => subjects.some(({ rounds }) => rounds.some((m) => !Number.isNaN(m[column]))))
  const compared = (column: Column): boolean => headings[column].ratio && subjects.length > 1
  const head = ['subject', ...used.flatMap((column) => [headings[column].text, ...(compared(column) ? ['ratio'] : [])]), 'faulty rounds']
  const [reference] = subjects
  const rows = subjects.map((subject) => [
    subject.name,
    ...used.flatMap((column) => [figures(subject, column), ...(compared(column) ? [ratioText(subject, reference, column)] : [])]),
    String(subject.rounds.filter(({ fault }) => fault !== '').length),
  ])
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
  const targets = scenario.targets.map((target) => targetLine(target, result)).join('')
  return `### ${scenario.name}, ${reference.rounds.length} rounds\n\n${table}\n\n${targets}`
}

function figures({ rounds }: SubjectResult, column: Column): string {
  const { digits, scale } = headings[column]
  const numbers = rounds.filter(({ fault }) => fault === '').map((m) => m[column] * scale)
  return spread(numbers, digits)
}

function spread(values: readonly number[], digits: number): string {
  const numbers = values.filter((value) => !Number.isNaN(value))
  if (numbers.length === 0) return '-'
  return `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`
}

/** Round by round, where both rounds count. */
function ratios(subject: SubjectResult, reference: SubjectResult, column: Column): readonly number[] {
  const pairs = subject.rounds.map((m, i) => ({ m, other: reference.rounds[i] }))
  const good = pairs.filter(({ m, other }) => m.fault === '' && other.fault === '')
  return good.map(({ m, other }) => m[column] / other[column]).filter((quotient) => Number.isFinite(quotient))
}

function ratioText(subject: SubjectResult, reference: SubjectResult, column: Column): string {
  const quotients = ratios(subject, reference, column)
  if (quotients.length === 0) return '-'
  return subject === reference ? '1' : `**${median(quotients).toFixed(2)}** (${spread(quotients, 2).split('(')[1]}`
}

function targetLine({ subject: name, column, ratio, most, least }: Target, { subjects }: ScenarioResult): string {
  const subject = subjects.find((one) => one.name === name)
  const { text } = headings[column]
  const wanted = most === undefined ? `at least ${least ?? 0}` : `at most ${most}`
  const what = `${name}, ${text}${ratio ? `, ratio to ${subjects[0].name}` : ''}`
  if (subject === undefined) return ''
  const numbers = ratio ? ratios(subject, subjects[0], column) : subject.rounds.filter(({ fault }) => fault === '').map((m) => m[column])
  if (numbers.length === 0) return `- ${what}: target ${wanted}, not measured\n`
  const figure = median(numbers)
  const reached = most === undefined ? figure >= (least ?? 0) : figure <= most
  return `- ${what}: target ${wanted}, measured ${figure.toFixed(ratio ? 2 : headings[column].digits)}: ${reached ? 'reached' : '**missed**'}\n`
}
