/** A clause of a specification that a test names: `RFC 3261 16.7 step 6`, `tm-reference 2.1`. */
export interface Clause {
  readonly source: string
  /** `16.7`, '' for the whole. */
  readonly section: string
  /** 0: none. */
  readonly step: number
}

const TM = 'tm-reference'
/** Sections of tm-reference; a bare number that is none of them is one of RFC 3261. */
const TM_SECTION = /^(?:1(?:\.1)?|2(?:\.[1-7])?|3(?:\.[1-3])?|4(?:\.[1-5])?|5(?:\.[1-4])?|6(?:\.[1-3])?|7|8(?:\.[1-5])?|9|1[0-4])$/
const SOURCE = /RFC \d{4}|tm-reference/y
const SECTION = /\d{1,2}(?:\.\d{1,2}){0,3}(?![\w@/]|[.:]\w)/y
const STEPS = / steps? (\d{1,2})(?:(?: and | to )(\d{1,2}))?/y
const SEPARATOR = /,? and |, | to | /y
/** What an address, a version or a fraction looks like. */
const OTHER_NUMBER = /^(?:0|10\.\d+\.\d+\.|127\.|192\.)/

/** The clauses that the name of a test refers to, in its order, each once. */
export function clausesIn(name: string): readonly Clause[] {
  const found = new Map<string, Clause>()
  let source = ''
  let at = 0
  /** Right behind a source or a section. */
  let listed = false
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(name)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  const add = (section: string): void => {
    const of = mayHave(source, section) || (listed && source !== TM) ? source : 'RFC 3261'
    const steps = take(STEPS)
    const [first, last] = steps === null ? [0, 0] : [Number(steps[1]), Number(steps[2] ?? steps[1])]
    for (let step = first; step <= last; step++) found.set(`${of} ${section} ${step}`, { source: of, section, step })
  }
  while (at < name.length) {
    const named = take(SOURCE)
    if (named !== null) {
      source = named[0]
      listed = true
      take(SEPARATOR)
      continue
    }
    const before = at
    const [section] = startsNumber(name, at) ? (take(SECTION) ?? []) : []
    if (section !== undefined && source !== '' && (listed || isSection(name, before, section))) {
      add(section)
      listed = take(SEPARATOR) !== null
      continue
    }
    at = before + 1
    listed = false
  }
  return [...found.values()]
}

/** Only RFC 3261 is long. */
function mayHave(source: string, section: string): boolean {
  return source === TM ? TM_SECTION.test(section) : Number.parseInt(section, 10) < 10
}

function startsNumber(name: string, at: number): boolean {
  return at === 0 || !/[\w./:@"-]/.test(name[at - 1])
}

/** A number far from its source counts when it is written like a section. */
function isSection(name: string, at: number, section: string): boolean {
  return section.includes('.') && !OTHER_NUMBER.test(section) && !name.slice(0, at).endsWith('Kamailio ')
}
