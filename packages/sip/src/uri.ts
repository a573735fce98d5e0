import { hostEndFrom, parsePort } from './host.ts'
import { AT, COLON, DIGIT, HEXDIG, LBRACKET, PERCENT, QUESTION, SEMI, TOKEN, URI, URI_PLAIN, octetClass, skipClass } from './octets.ts'
import { findParam } from './param.ts'
import { SipParseError } from './parse-error.ts'
import type { Range } from './range.ts'
import { TokenTable } from './token-table.ts'

export const Scheme = { OTHER: 0, SIP: 1, SIPS: 2, TEL: 3 } as const

const schemes = new TokenTable(['sip', 'sips', 'tel'], false)

/** A URI (RFC 3261 19.1, RFC 3966) as offsets into its buffer. -1 stands for "not there". */
export class Uri {
  start = -1
  end = -1
  scheme: number = Scheme.OTHER
  schemeStart = -1
  schemeEnd = -1
  /** The number of a tel URI; the opaque part of any other scheme. */
  userStart = -1
  userEnd = -1
  passwordStart = -1
  passwordEnd = -1
  /** With brackets for an IPv6 reference. */
  hostStart = -1
  hostEnd = -1
  isIpv6 = false
  /** 0: absent. */
  port = 0
  /** From the first semicolon on. */
  paramsStart = -1
  paramsEnd = -1
  /** After the question mark. */
  headersStart = -1
  headersEnd = -1

  reset(): void {
    this.start = -1
    this.end = -1
    this.scheme = Scheme.OTHER
    this.schemeStart = -1
    this.schemeEnd = -1
    this.userStart = -1
    this.userEnd = -1
    this.passwordStart = -1
    this.passwordEnd = -1
    this.hostStart = -1
    this.hostEnd = -1
    this.isIpv6 = false
    this.port = 0
    this.paramsStart = -1
    this.paramsEnd = -1
    this.headersStart = -1
    this.headersEnd = -1
  }
}

/** Reads the URI [start, end), all of it. Throws SipParseError with the rule 'SIP-URI', 'telephone-uri' or 'absoluteURI'. */
export function parseUri(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  view.reset()
  view.start = start
  view.end = end
  const colon = skipClass(bytes, start, end, TOKEN)
  if (colon === start || colon + 1 >= end || bytes[colon] !== COLON) throw new SipParseError('absoluteURI', start)
  view.schemeStart = start
  view.schemeEnd = colon
  view.scheme = schemes.find(bytes, start, colon)
  if (view.scheme === Scheme.OTHER) parseOpaque(view, bytes, colon + 1, end)
  else if (view.scheme === Scheme.TEL) parseTel(view, bytes, colon + 1, end)
  else parseSip(view, bytes, colon + 1, end)
}

function parseOpaque(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  const stop = skipClass(bytes, start, end, URI)
  if (stop !== end) throw new SipParseError('absoluteURI', stop)
  view.userStart = start
  view.userEnd = end
}

function parseTel(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  delimiters.read(bytes, start, end, 'telephone-uri')
  let at = start
  while (at < end && bytes[at] !== SEMI) at++
  if (at === start) throw new SipParseError('telephone-uri', start)
  view.userStart = start
  view.userEnd = at
  if (at < end) {
    view.paramsStart = at
    view.paramsEnd = end
  }
}

function parseSip(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  delimiters.read(bytes, start, end, 'SIP-URI')
  const { at } = delimiters
  if (at !== -1) takeUserinfo(view, bytes, start, at)
  takeHostport(view, bytes, at === -1 ? start : at + 1, end)
}

/** Where the octets are that divide a URI. Reading them proves that every octet may be in one. */
class Delimiters {
  /** The only '@', -1 without one. */
  at = -1
  /** The first '?' after it. */
  question = -1
  /** A ';' after it with no parameter behind it. */
  bareSemicolon = -1

  read(bytes: Uint8Array, start: number, end: number, rule: string): void {
    this.at = -1
    this.question = -1
    this.bareSemicolon = -1
    let at = skipClass(bytes, start, end, URI_PLAIN)
    while (at < end) {
      this.#note(bytes, at, end, rule)
      at = skipClass(bytes, at + 1, end, URI_PLAIN)
    }
  }

  #note(bytes: Uint8Array, at: number, end: number, rule: string): void {
    const octet = bytes[at]
    if (octet === AT && this.at === -1) {
      // Semicolons and question marks before it belong to the user part.
      this.at = at
      this.question = -1
      this.bareSemicolon = -1
    } else if (octet === SEMI) {
      if (at + 1 === end || bytes[at + 1] === SEMI || bytes[at + 1] === QUESTION) this.bareSemicolon = at
    } else if (octet === QUESTION) {
      if (this.question === -1) this.question = at
    } else if (octet !== PERCENT) throw new SipParseError(rule, at)
    else if (!isEscape(bytes, at, end)) throw new SipParseError('escaped', at)
  }
}

const delimiters = new Delimiters()

function isEscape(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 2 < end && (octetClass[bytes[at + 1]] & octetClass[bytes[at + 2]] & HEXDIG) !== 0
}

/** userinfo = ( user / telephone-subscriber ) [ ":" password ] "@" */
function takeUserinfo(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  let at = start
  while (at < end && bytes[at] !== COLON) at++
  if (at === start) throw new SipParseError('userinfo', start)
  view.userStart = start
  view.userEnd = at
  if (at < end) {
    view.passwordStart = at + 1
    view.passwordEnd = end
  }
}

/** hostport uri-parameters [ headers ] */
function takeHostport(view: Uri, bytes: Uint8Array, start: number, end: number): void {
  let at = hostEndFrom(bytes, start, end)
  if (at === -1) throw new SipParseError('hostport', start)
  view.hostStart = start
  view.hostEnd = at
  view.isIpv6 = bytes[start] === LBRACKET
  if (at < end && bytes[at] === COLON) {
    const portStart = at + 1
    at = skipClass(bytes, portStart, end, DIGIT)
    view.port = parsePort(bytes, portStart, at)
    if (view.port === -1) throw new SipParseError('hostport', portStart)
  }
  const tail = delimiters.question === -1 ? end : delimiters.question
  if (at < tail && bytes[at] === SEMI) {
    if (delimiters.bareSemicolon !== -1) throw new SipParseError('uri-parameters', delimiters.bareSemicolon)
    view.paramsStart = at
    view.paramsEnd = tail
    at = tail
  }
  if (at !== tail) throw new SipParseError('hostport', at)
  if (tail < end) {
    view.headersStart = tail + 1
    view.headersEnd = end
  }
}

/** Looks for a URI parameter, lower-case name. Sets `out` to its value, empty for a flag parameter. */
export function uriParam(view: Uri, bytes: Uint8Array, name: string, out: Range): boolean {
  return findParam(bytes, view.paramsStart, view.paramsEnd, name, out)
}
