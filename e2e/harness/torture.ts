import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { repositoryRoot } from './start-signalbox.ts'

export interface TortureMessage {
  readonly file: string
  readonly title: string
  /** 'request METHOD' or 'response STATUS'. */
  readonly kind: string
  /** What a proxy may do: 'forward' and status codes. */
  readonly allowed: readonly string[]
  readonly bytes: Uint8Array
}

const folder = join(repositoryRoot, 'packages/sip/test/torture')

/** '400|forward (single SP)' to ['400', 'forward']; what stands in parentheses is for people. */
function verdicts(cell: string): string[] {
  return cell
    .replace(/\([^)]*\)/g, '')
    .split('|')
    .map((verdict) => verdict.trim())
}

/** The messages of RFC 4475 and RFC 5118 with what INDEX.tsv says about proxies; a registrar's answer counts for REGISTER. */
export function tortureMessages(): readonly TortureMessage[] {
  const [head = '', ...rows] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trim().split('\n')
  const column = new Map(head.split('\t').map((name, index) => [name, index]))
  return rows.map((row) => {
    const cells = row.split('\t')
    const cell = (name: string): string => cells[column.get(name) ?? -1] ?? ''
    const kind = cell('kind')
    const asRegistrar =
      kind === 'request REGISTER' ? [...cell('endpoint_or_registrar').matchAll(/\b[2-6]\d\d\b/g)].map(([code]) => code) : []
    return {
      file: cell('file'),
      title: cell('title'),
      kind,
      allowed: [...verdicts(cell('proxy')), ...asRegistrar, ...(/any error/.test(cell('proxy')) ? ['any error'] : [])],
      bytes: readFileSync(join(folder, cell('file'))),
    }
  })
}
