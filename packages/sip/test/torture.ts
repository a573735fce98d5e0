import { readFileSync } from 'node:fs'

/** One line of torture/INDEX.tsv. */
export interface TortureCase {
  readonly file: string
  readonly section: string
  readonly title: string
  readonly kind: string
  /** What a parser does: accept, reject, or a sentence that leaves both open. */
  readonly verdict: string
  readonly proxy: string
  readonly sha256: string
  readonly octets: Uint8Array
}

function caseOf(line: string): TortureCase {
  const [file, rfc, section, title, kind, , verdict, proxy, , sha256] = line.split('\t')
  const octets = new Uint8Array(readFileSync(new URL(`torture/${file}`, import.meta.url)))
  return { file, section: `${rfc} ${section}`, title, kind, verdict, proxy, sha256, octets }
}

/** The 49 messages of RFC 4475 and the 12 of RFC 5118. */
export const tortureCases: readonly TortureCase[] = readFileSync(new URL('torture/INDEX.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map(caseOf)
