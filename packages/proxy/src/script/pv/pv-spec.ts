/** A pseudo-variable as written (script-reference 1.7): `$name`, `$name(inner)`, `$(name(inner)[index]{class.name,args})`. */
export interface PvSpec {
  readonly name: string
  /** Text in parentheses, '' none. */
  readonly inner: string
  /** Null: none given; 'all' for `[*]`. */
  readonly index: number | 'all' | null
  /** `s.len`, `uri.param,x` ... in order. */
  readonly transformations: readonly string[]
}

export interface ParsedSpec {
  readonly spec: PvSpec
  /** Offset after the variable. */
  readonly end: number
}

/** Reads the variable that starts with the `$` at `start`. Null when there is none. */
export function parsePvSpec(text: string, start: number): ParsedSpec | null {
  if (text[start] !== '$') return null
  if (text[start + 1] === '(') return parseBracketed(text, start)
  const name = nameAt(text, start + 1)
  if (name === '') return null
  const afterName = start + 1 + name.length
  const inner = text[afterName] === '(' ? closing(text, afterName, '(', ')') : -1
  if (inner === -1) return { spec: { name, inner: '', index: null, transformations: [] }, end: afterName }
  return { spec: { name, inner: text.slice(afterName + 1, inner), index: null, transformations: [] }, end: inner + 1 }
}

function parseBracketed(text: string, start: number): ParsedSpec | null {
  const end = closing(text, start + 1, '(', ')')
  if (end === -1) return null
  const content = text.slice(start + 2, end)
  const name = nameAt(content, 0)
  if (name === '') return null
  let at = name.length
  let inner = ''
  if (content[at] === '(') {
    const close = closing(content, at, '(', ')')
    if (close === -1) return null
    inner = content.slice(at + 1, close)
    at = close + 1
  }
  const index = /^\[(\*|-?\d+)\]/.exec(content.slice(at))
  if (index !== null) at += index[0].length
  const transformations: string[] = []
  while (content[at] === '{') {
    const close = closing(content, at, '{', '}')
    if (close === -1) return null
    transformations.push(content.slice(at + 1, close))
    at = close + 1
  }
  if (at !== content.length) return null
  return {
    spec: { name, inner, index: index === null ? null : index[1] === '*' ? 'all' : Number(index[1]), transformations },
    end: end + 1,
  }
}

function nameAt(text: string, start: number): string {
  return /^(?:[A-Za-z_][\w]*|\?)/.exec(text.slice(start))?.[0] ?? ''
}

/** Offset of the bracket that closes the one at `open`; -1 when none does. */
function closing(text: string, open: number, left: string, right: string): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === left) depth++
    else if (text[at] === right && --depth === 0) return at
  }
  return -1
}
