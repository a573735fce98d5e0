import { Range } from './range.ts'
import { Scheme, type Uri, uriParam } from './uri.ts'

/** Parameters that tell two URIs apart even when only one of them has it (RFC 3261 19.1.4 and its examples). */
const decisiveParams: ReadonlySet<string> = new Set(['user', 'ttl', 'method', 'maddr', 'transport'])

const decoder = new TextDecoder()
const found = new Range()

/** Whether two parsed URIs are equivalent: SIP and SIPS by RFC 3261 19.1.4, tel by RFC 3966 5, others octet by octet. */
export function sameUri(a: Uri, aBytes: Uint8Array, b: Uri, bBytes: Uint8Array): boolean {
  if (a.scheme !== b.scheme) return false
  if (a.scheme === Scheme.OTHER) return text(aBytes, a.start, a.end) === text(bBytes, b.start, b.end)
  if (a.scheme === Scheme.TEL) return sameNumber(a, aBytes, b, bBytes) && sameParams(a, aBytes, b, bBytes, true)
  return (
    unescaped(aBytes, a.userStart, a.userEnd) === unescaped(bBytes, b.userStart, b.userEnd) &&
    unescaped(aBytes, a.passwordStart, a.passwordEnd) === unescaped(bBytes, b.passwordStart, b.passwordEnd) &&
    text(aBytes, a.hostStart, a.hostEnd).toLowerCase() === text(bBytes, b.hostStart, b.hostEnd).toLowerCase() &&
    a.port === b.port &&
    sameParams(a, aBytes, b, bBytes, false) &&
    sameHeaders(a, aBytes, b, bBytes)
  )
}

/** RFC 3966 5: visual separators do not count. */
function sameNumber(a: Uri, aBytes: Uint8Array, b: Uri, bBytes: Uint8Array): boolean {
  const digits = (number: string): string => number.replaceAll(/[-.()]/g, '').toLowerCase()
  return digits(text(aBytes, a.userStart, a.userEnd)) === digits(text(bBytes, b.userStart, b.userEnd))
}

function sameParams(a: Uri, aBytes: Uint8Array, b: Uri, bBytes: Uint8Array, every: boolean): boolean {
  return paramsMatch(a, aBytes, b, bBytes, every) && paramsMatch(b, bBytes, a, aBytes, every)
}

/** Whether each parameter of `a` has its match in `b`, or need not have one. */
function paramsMatch(a: Uri, aBytes: Uint8Array, b: Uri, bBytes: Uint8Array, every: boolean): boolean {
  for (const param of text(aBytes, a.paramsStart, a.paramsEnd).split(';').slice(1)) {
    const equal = param.indexOf('=')
    const name = unescapedText(equal === -1 ? param : param.slice(0, equal)).toLowerCase()
    if (!uriParam(b, bBytes, name, found)) {
      if (every || decisiveParams.has(name)) return false
      continue
    }
    const value = equal === -1 ? '' : unescapedText(param.slice(equal + 1))
    if (value.toLowerCase() !== unescaped(bBytes, found.start, found.end).toLowerCase()) return false
  }
  return true
}

/** All headers must be in both, in any order. */
function sameHeaders(a: Uri, aBytes: Uint8Array, b: Uri, bBytes: Uint8Array): boolean {
  return sortedHeaders(a, aBytes) === sortedHeaders(b, bBytes)
}

function sortedHeaders(uri: Uri, bytes: Uint8Array): string {
  const headers = text(bytes, uri.headersStart, uri.headersEnd).split('&')
  return headers.map(canonicalHeader).toSorted().join('&')
}

/** Header names are case-insensitive, values are compared as they are. */
function canonicalHeader(header: string): string {
  const equal = header.indexOf('=')
  if (equal === -1) return unescapedText(header).toLowerCase()
  return `${unescapedText(header.slice(0, equal)).toLowerCase()}=${unescapedText(header.slice(equal + 1))}`
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return start === -1 ? '' : decoder.decode(bytes.subarray(start, end))
}

function unescaped(bytes: Uint8Array, start: number, end: number): string {
  return unescapedText(text(bytes, start, end))
}

/** Octets that stand for themselves are the same with and without escape; reserved ones stay escaped (RFC 3261 19.1.4). */
function unescapedText(escaped: string): string {
  return escaped.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16))
    return /[a-z0-9\-_.!~*'()]/i.test(character) ? character : escape.toUpperCase()
  })
}
