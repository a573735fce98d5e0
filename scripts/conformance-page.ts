import { basename } from 'node:path'
import { clausesIn, type Clause } from './clauses.ts'

/** A test by its file, relative to the root of the checkout, and its name with those of its describes. */
export interface NamedTest {
  readonly file: string
  readonly titles: readonly string[]
}

/** Groups with more tests than this are counted, not listed. */
const LISTED = 3

/** docs/conformance.md: every clause that a test names, with its tests. */
export function conformancePage(tests: readonly NamedTest[]): string {
  const byClause = new Map<string, { readonly clause: Clause; readonly tests: NamedTest[] }>()
  for (const test of tests) {
    for (const clause of clausesIn(test.titles.join(' > '))) {
      const key = nameOf(clause)
      const entry = byClause.get(key) ?? { clause, tests: [] }
      entry.tests.push(test)
      byClause.set(key, entry)
    }
  }
  const entries = [...byClause.values()].toSorted((a, b) => compare(a.clause, b.clause))
  const covering = new Set(entries.flatMap((entry) => entry.tests))
  const sources = [...new Set(entries.map(({ clause }) => clause.source))]
  return [
    '<!-- Written by `npm run conformance` from the names of the tests; `npm run check` compares the two. -->',
    '',
    '# Conformance',
    '',
    `${entries.length} clauses are named by ${covering.size} tests; a test with a table of cases counts once. A test is named by the clause that`,
    "it proves. `tm-reference` is what the transaction module is built to: Kamailio's parameters, functions, counters and defaults.",
    '',
    '| Source | Clauses | Tests |',
    '| --- | --- | --- |',
    ...sources.map((source) => {
      const of = entries.filter(({ clause }) => clause.source === source)
      return `| [${source}](#${source.toLowerCase().replaceAll(' ', '-')}) | ${of.length} | ${new Set(of.flatMap((entry) => entry.tests)).size} |`
    }),
    ...sources.flatMap((source) => [
      '',
      `## ${source}`,
      ...entries.filter(({ clause }) => clause.source === source).flatMap((entry) => section(nameOf(entry.clause), entry.tests)),
    ]),
    '',
  ].join('\n')
}

function nameOf({ source, section: number, step }: Clause): string {
  return `${source} ${number}${step === 0 ? '' : ` step ${step}`}`
}

function compare(a: Clause, b: Clause): number {
  return a.source.localeCompare(b.source, 'en', { numeric: true }) || bySection(a.section, b.section) || a.step - b.step
}

function bySection(a: string, b: string): number {
  const [left, right] = [a, b].map((number) => number.split('.').map(Number))
  for (let i = 0; i < Math.max(left.length, right.length); i++) if (left[i] !== right[i]) return (left[i] ?? -1) - (right[i] ?? -1)
  return 0
}

/** Tests of one file and describe stand together. */
function section(title: string, tests: readonly NamedTest[]): readonly string[] {
  const groups = Map.groupBy(tests, ({ file, titles }) => `${file}\n${titles.length > 1 ? titles[0] : ''}`)
  const lines = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [{ file, titles }] = group
      const link = `[${basename(file)}](../${file})`
      const names = group.map((test) => test.titles.slice(1).join(' > ') || test.titles[0]).toSorted()
      const head = titles.length > 1 ? `${link}: ${text(titles[0])}` : link
      return [`- ${head} (${group.length})`, ...(names.length > LISTED ? [] : names.map((name) => `  - ${text(name)}`))]
    })
  return ['', `### ${title}`, '', ...lines]
}

/** Names hold what Markdown would take for its own. */
function text(name: string): string {
  return name
    .replaceAll(/\\(["'`])/g, '$1')
    .replaceAll(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`)
    .replaceAll(/\s+/g, ' ')
}
