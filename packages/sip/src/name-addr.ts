import { COMMA, DQUOTE, LAQUOT, QUESTION, RAQUOT, SEMI, STAR, TOKEN, URI, COLON, skipClass, skipLws, trimLws } from './octets.ts'
import { ParamCursor, equalsWord, quotedStringEnd } from './param.ts'
import { SipParseError } from './parse-error.ts'

/**
 * ( name-addr / addr-spec ) *( SEMI generic-param ): one value of From, To, Contact, Route and their kin
 * (RFC 3261 20), as offsets into the message. -1 stands for "not there".
 */
export class NameAddr {
  start = -1
  /** Without comma and trailing whitespace. */
  end = -1
  /** A quoted display name keeps its quotes. */
  displayStart = -1
  displayEnd = -1
  /** The URI without angle brackets. */
  uriStart = -1
  uriEnd = -1
  /** The header parameters from the first semicolon on. */
  paramsStart = -1
  paramsEnd = -1
  tagStart = -1
  tagEnd = -1
  /** `Contact: *`. */
  isStar = false
  /** The next value of this line. */
  nextStart = -1

  reset(): void {
    this.start = -1
    this.end = -1
    this.displayStart = -1
    this.displayEnd = -1
    this.uriStart = -1
    this.uriEnd = -1
    this.paramsStart = -1
    this.paramsEnd = -1
    this.tagStart = -1
    this.tagEnd = -1
    this.isStar = false
    this.nextStart = -1
  }
}

const param = new ParamCursor()

/** Reads the value at `start`; [start, end) may hold more of them. Throws SipParseError. */
export function parseNameAddr(view: NameAddr, bytes: Uint8Array, start: number, end: number): void {
  view.reset()
  view.start = skipLws(bytes, start, end)
  const afterAddress = parseAddress(view, bytes, view.start, end)
  view.end = afterAddress
  const at = parseParams(view, bytes, skipLws(bytes, afterAddress, end), end)
  if (at === end) return
  if (bytes[at] !== COMMA) throw new SipParseError('name-addr', at)
  view.nextStart = skipLws(bytes, at + 1, end)
  if (view.nextStart === end) throw new SipParseError('name-addr', at)
}

/** Reads up to the header parameters. Returns the offset after the URI or its closing bracket. */
function parseAddress(view: NameAddr, bytes: Uint8Array, start: number, end: number): number {
  const stop = displayStop(bytes, start, end)
  if (stop < end && bytes[stop] === LAQUOT) {
    if (stop > start) {
      view.displayStart = start
      view.displayEnd = trimLws(bytes, start, stop)
    }
    return parseBracketed(view, bytes, stop + 1, end)
  }
  if (stop < end && bytes[stop] === QUESTION) throw new SipParseError('addr-spec', stop)
  view.uriStart = start
  view.uriEnd = trimLws(bytes, start, stop)
  if (view.uriEnd === start + 1 && bytes[start] === STAR) {
    view.isStar = true
    return view.uriEnd
  }
  checkUri(bytes, start, view.uriEnd)
  return view.uriEnd
}

/** Where a display name would give way to its bracket, or an addr-spec to what follows it. */
function displayStop(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && bytes[start] === DQUOTE) {
    const at = skipLws(bytes, quotedStringEnd(bytes, start, end), end)
    if (at === end || bytes[at] !== LAQUOT) throw new SipParseError('name-addr', at)
    return at
  }
  let at = start
  while (at < end) {
    const octet = bytes[at]
    // RFC 3261 20: comma, question mark and semicolon end a URI that is not in brackets.
    if (octet === LAQUOT || octet === SEMI || octet === COMMA || octet === QUESTION || octet === DQUOTE) break
    at++
  }
  return at
}

function parseBracketed(view: NameAddr, bytes: Uint8Array, start: number, end: number): number {
  const uriEnd = skipClass(bytes, start, end, URI)
  if (uriEnd === end || bytes[uriEnd] !== RAQUOT) throw new SipParseError('addr-spec', uriEnd)
  checkScheme(bytes, start, uriEnd)
  view.uriStart = start
  view.uriEnd = uriEnd
  return uriEnd + 1
}

/** Any scheme, then any URI characters; what a SIP URI must look like is said by parseUri. */
function checkUri(bytes: Uint8Array, start: number, end: number): void {
  const schemeEnd = checkScheme(bytes, start, end)
  const stop = skipClass(bytes, schemeEnd, end, URI)
  if (stop !== end) throw new SipParseError('addr-spec', stop)
}

/** Returns the offset of the colon. */
function checkScheme(bytes: Uint8Array, start: number, end: number): number {
  const schemeEnd = skipClass(bytes, start, end, TOKEN)
  if (schemeEnd === start || schemeEnd + 1 >= end || bytes[schemeEnd] !== COLON) {
    throw new SipParseError('addr-spec', start)
  }
  return schemeEnd
}

function parseParams(view: NameAddr, bytes: Uint8Array, start: number, end: number): number {
  let at = start
  if (at === end || bytes[at] !== SEMI) return at
  view.paramsStart = at
  while (at < end && bytes[at] === SEMI) {
    at = param.read(bytes, at + 1, end)
    if (view.tagStart === -1 && equalsWord(bytes, param.nameStart, param.nameEnd, 'tag')) {
      view.tagStart = param.valueStart
      view.tagEnd = param.valueEnd
    }
    view.end = param.valueStart === -1 ? param.nameEnd : param.valueEnd
  }
  view.paramsEnd = view.end
  return at
}
