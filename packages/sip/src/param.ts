import { BACKSLASH, DQUOTE, EQUAL, FOLD, PARAM_VALUE, SEMI, TOKEN, URI, octetClass, skipClass, skipLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import type { Range } from './range.ts'

/** generic-param = token [ EQUAL gen-value ] (RFC 3261 25.1), read one after the other. */
export class ParamCursor {
  nameStart = -1
  nameEnd = -1
  /** -1: the parameter has no value. A quoted value keeps its quotes. */
  valueStart = -1
  valueEnd = -1

  /** Reads the parameter that follows a semicolon. Returns the offset of what comes after it and its whitespace. */
  read(bytes: Uint8Array, start: number, end: number): number {
    const nameStart = skipLws(bytes, start, end)
    const nameEnd = skipClass(bytes, nameStart, end, TOKEN)
    if (nameEnd === nameStart) throw new SipParseError('generic-param', nameStart)
    this.nameStart = nameStart
    this.nameEnd = nameEnd
    this.valueStart = -1
    this.valueEnd = -1
    const at = skipLws(bytes, nameEnd, end)
    return at < end && bytes[at] === EQUAL ? this.#readValue(bytes, at + 1, end) : at
  }

  #readValue(bytes: Uint8Array, start: number, end: number): number {
    const valueStart = skipLws(bytes, start, end)
    this.valueStart = valueStart
    this.valueEnd =
      valueStart < end && bytes[valueStart] === DQUOTE
        ? quotedStringEnd(bytes, valueStart, end)
        : skipClass(bytes, valueStart, end, PARAM_VALUE)
    return skipLws(bytes, this.valueEnd, end)
  }
}

/** Offset after the quoted-string that opens at `start`. */
export function quotedStringEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start + 1
  while (at < end) {
    const octet = bytes[at]
    if (octet === DQUOTE) return at + 1
    at += octet === BACKSLASH ? 2 : 1
  }
  throw new SipParseError('quoted-string', start)
}

/** Whether [start, end) is the lower-case ASCII word, whatever its case. */
export function equalsWord(bytes: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) {
    const expected = word.charCodeAt(i)
    const octet = bytes[start + i]
    if (octet !== expected && ((octet | FOLD) !== expected || (expected & 64) === 0)) return false
  }
  return true
}

/** URI parameters may hold brackets, slashes and colons in their names (paramchar), header parameters may not. */
function paramNameEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== EQUAL && bytes[at] !== SEMI && (octetClass[bytes[at]] & (TOKEN | URI)) !== 0) at++
  return at
}

/**
 * Looks for a parameter in the text ';a=b;c'. Sets `out` to its value, empty for a flag parameter.
 * `name` is lower case; a quoted value keeps its quotes.
 */
export function findParam(bytes: Uint8Array, start: number, end: number, name: string, out: Range): boolean {
  let at = start
  while (at >= 0 && at < end) {
    const nameStart = skipLws(bytes, bytes[at] === SEMI ? at + 1 : at, end)
    const nameEnd = paramNameEnd(bytes, nameStart, end)
    const afterName = skipLws(bytes, nameEnd, end)
    let valueStart = afterName
    let valueEnd = afterName
    if (afterName < end && bytes[afterName] === EQUAL) {
      valueStart = skipLws(bytes, afterName + 1, end)
      valueEnd = valueEndFrom(bytes, valueStart, end)
    }
    if (equalsWord(bytes, nameStart, nameEnd, name)) {
      out.start = valueStart
      out.end = valueEnd
      return true
    }
    at = nextSemicolon(bytes, valueEnd, end)
  }
  out.start = -1
  out.end = -1
  return false
}

function valueEndFrom(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return start
  if (bytes[start] === DQUOTE) return quotedStringEnd(bytes, start, end)
  return skipClass(bytes, start, end, PARAM_VALUE)
}

function nextSemicolon(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== SEMI) at++
  return at
}
