import type { TransactionRow } from '@signalbox/contract'
import { reasonPhrase } from '../format/sip.ts'

/**
 * The filter language of the transaction list.
 *
 *   alice                          any of Call-ID, From, To, method, request URI, key, status text contains it
 *   status>=400 method==INVITE     blanks mean "and"; also &&, ||, ! or and, or, not; and parentheses
 *   from~alice                     contains;  callid=="a b" quotes keep blanks;  ruri==sip:*@a  * is a wildcard
 *   age>5s                         ms, s, m, h
 */
type RowTest = (row: TransactionRow, now: number) => boolean

export type ParsedFilter =
  /** `timed`: what it accepts changes with `now` alone. */
  | { readonly ok: true; readonly test: RowTest; readonly timed: boolean }
  | { readonly ok: false; readonly at: number; readonly message: string }

type Value = string | number | null
type Read = (row: TransactionRow, now: number) => Value

const FIELDS: Readonly<Record<string, Read>> = {
  status: (row) => row.status,
  method: (row) => row.method,
  state: (row) => row.state,
  kind: (row) => row.kind,
  from: (row) => row.from,
  to: (row) => row.to,
  callid: (row) => row.callId,
  ruri: (row) => row.ruri,
  key: (row) => row.key,
  source: (row) => row.source,
  target: (row) => row.branches.map((branch) => branch.target).join(' '),
  branches: (row) => row.branches.length,
  retransmissions: (row) => row.retransmissions,
  age: (row, now) => (row.endedAt ?? now) - row.createdAt,
}

export const FILTER_FIELDS: readonly string[] = Object.keys(FIELDS)

const ALIASES: Readonly<Record<string, string>> = { retr: 'retransmissions' }

const NUMERIC: ReadonlySet<string> = new Set(['status', 'branches', 'retransmissions', 'age'])
const OPERATORS = ['==', '!=', '>=', '<=', '>', '<', '~'] as const
type Operator = (typeof OPERATORS)[number]

class FilterError extends Error {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

interface Token {
  readonly type: 'word' | 'op' | 'and' | 'or' | 'not' | 'open' | 'close' | 'end'
  readonly text: string
  readonly at: number
  /** Quoted words are never field names. */
  readonly quoted: boolean
}

const PUNCTUATION: readonly (readonly [string, Token['type']])[] = [
  ['&&', 'and'],
  ['||', 'or'],
  ...OPERATORS.map((text) => [text, 'op'] as const),
  ['!', 'not'],
  ['(', 'open'],
  [')', 'close'],
]

const WORD_OPERATORS: ReadonlyMap<string, Token['type']> = new Map([
  ['and', 'and'],
  ['or', 'or'],
  ['not', 'not'],
])

/** Reads an expression; an empty one accepts every row. */
export function parseFilter(text: string): ParsedFilter {
  try {
    const tokens = tokenise(text)
    if (tokens[0].type === 'end') return { ok: true, test: () => true, timed: false }
    const parser = new Parser(tokens)
    return { ok: true, test: parser.parse(), timed: parser.timed }
  } catch (error) {
    if (error instanceof FilterError) return { ok: false, at: error.at, message: error.message }
    throw error
  }
}

function tokenise(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1
      continue
    }
    const token = readToken(text, at)
    tokens.push(tokens.at(-1)?.type === 'op' ? token : wordOperator(token))
    at = token.at + token.text.length + (token.quoted ? 2 : 0)
  }
  tokens.push({ type: 'end', text: '', at: text.length, quoted: false })
  return tokens
}

/** `and`, `or`, `not` are operators unless quoted or compared with. */
function wordOperator(token: Token): Token {
  const type = token.quoted || token.type !== 'word' ? undefined : WORD_OPERATORS.get(token.text.toLowerCase())
  return type === undefined ? token : { ...token, type }
}

function readToken(text: string, at: number): Token {
  if (text[at] === '"') {
    const end = text.indexOf('"', at + 1)
    if (end < 0) throw new FilterError(at, 'This quote is not closed.')
    return { type: 'word', text: text.slice(at + 1, end), at, quoted: true }
  }
  for (const [mark, type] of PUNCTUATION) {
    if (text.startsWith(mark, at)) return { type, text: mark, at, quoted: false }
  }
  // A single & is legal inside a URI header part, so only && ends a word.
  const word = /^(?:(?!&&|\|\||[=!<>]=|[\s"()<>~]).)+/.exec(text.slice(at))
  if (word === null) throw new FilterError(at, `Unexpected "${text[at]}".`)
  return { type: 'word', text: word[0], at, quoted: false }
}

class Parser {
  readonly #tokens: readonly Token[]
  #next = 0
  #timed = false

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): RowTest {
    const test = this.#any()
    const rest = this.#peek()
    if (rest.type !== 'end') throw new FilterError(rest.at, `Unexpected "${rest.text}".`)
    return test
  }

  get timed(): boolean {
    return this.#timed
  }

  #peek(): Token {
    return this.#tokens[this.#next]
  }

  #take(): Token {
    const token = this.#tokens[this.#next]
    if (token.type !== 'end') this.#next += 1
    return token
  }

  #any(): RowTest {
    let left = this.#all()
    while (this.#peek().type === 'or') {
      this.#take()
      const first = left
      const second = this.#all()
      left = (row, now) => first(row, now) || second(row, now)
    }
    return left
  }

  #all(): RowTest {
    let left = this.#one()
    for (;;) {
      const type = this.#peek().type
      if (type === 'and') this.#take()
      else if (type !== 'word' && type !== 'not' && type !== 'open') return left
      const first = left
      const second = this.#one()
      left = (row, now) => first(row, now) && second(row, now)
    }
  }

  #one(): RowTest {
    const token = this.#take()
    if (token.type === 'not') {
      const inner = this.#one()
      return (row, now) => !inner(row, now)
    }
    if (token.type === 'open') {
      const inner = this.#any()
      const close = this.#take()
      if (close.type !== 'close') throw new FilterError(close.at, 'A ")" is missing here.')
      return inner
    }
    if (token.type !== 'word') {
      throw new FilterError(token.at, token.type === 'end' ? 'The filter ends too early.' : `Unexpected "${token.text}".`)
    }
    return this.#peek().type === 'op' && !token.quoted ? this.#comparison(token) : containsTest(token.text)
  }

  #comparison(name: Token): RowTest {
    const written = name.text.toLowerCase()
    const field = Object.hasOwn(ALIASES, written) ? ALIASES[written] : written
    if (!Object.hasOwn(FIELDS, field)) {
      throw new FilterError(name.at, `No field "${name.text}". Fields: ${FILTER_FIELDS.join(', ')}.`)
    }
    this.#timed ||= field === 'age'
    const operator = this.#take().text as Operator
    const value = this.#take()
    if (value.type !== 'word') throw new FilterError(value.at, `A value is missing after "${operator}".`)
    return NUMERIC.has(field) ? numberTest(field, operator, value) : textTest(field, operator, value)
  }
}

function containsTest(text: string): RowTest {
  const needle = text.toLowerCase()
  return (row) =>
    row.callId.toLowerCase().includes(needle) ||
    row.from.toLowerCase().includes(needle) ||
    row.to.toLowerCase().includes(needle) ||
    row.method.toLowerCase().includes(needle) ||
    row.ruri.toLowerCase().includes(needle) ||
    row.key.includes(needle) ||
    (row.status !== null && `${row.status} ${reasonPhrase(row.status)}`.toLowerCase().includes(needle))
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

function readNumber(field: string, token: Token): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(token.text)
  if (match === null || (match[2] !== undefined && field !== 'age')) {
    const example = field === 'age' ? '5s' : field === 'status' ? '486' : '2'
    throw new FilterError(token.at, `"${field}" wants a number, for example ${example}.`)
  }
  const unit = match[2] ?? (field === 'age' ? 's' : 'ms')
  return Number(match[1]) * (UNIT_MS[unit] ?? 1)
}

const COMPARE: Readonly<Record<Exclude<Operator, '~'>, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
}

function numberTest(field: string, operator: Operator, token: Token): RowTest {
  if (operator === '~') throw new FilterError(token.at, `"~" works on text; "${field}" is a number.`)
  const want = readNumber(field, token)
  const read = FIELDS[field]
  const compare = COMPARE[operator]
  return (row, now) => {
    const value = read(row, now)
    // No final status yet: not equal to anything, and neither above nor below.
    return typeof value === 'number' ? compare(value, want) : operator === '!='
  }
}

function textTest(field: string, operator: Operator, token: Token): RowTest {
  const read = FIELDS[field]
  const want = token.text.toLowerCase()
  if (operator === '~')
    return (row, now) =>
      String(read(row, now) ?? '')
        .toLowerCase()
        .includes(want)
  if (operator !== '==' && operator !== '!=') {
    throw new FilterError(token.at, `"${field}" is text: use ==, != or ~.`)
  }
  const pattern = wildcard(want)
  return (row, now) => pattern.test(String(read(row, now) ?? '').toLowerCase()) === (operator === '==')
}

function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
