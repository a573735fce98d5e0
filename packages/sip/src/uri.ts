import { hostEndFrom, parsePort } from './host.ts'
import {
  AT,
  COLON,
  DIGIT,
  HEXDIG,
  LBRACKET,
  PERCENT,
  QUESTION,
  SEMI,
  TOKEN,
  URI,
  octetClass,
  skipClass,
} from './octets.ts'
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
  checkCharacters(bytes, start, end, 'telephone-uri')
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
  const at = checkCharacters(bytes, start, end, 'SIP-URI')
  if (at !== -1) takeUserinfo(view, bytes, start, at)
  takeHostport(view, bytes, at === -1 ? start : at + 1, end)
}

/** Every octet may be in a URI and every escape is whole. Returns the offset of the only '@', -1 without one. */
function checkCharacters(bytes: Uint8Array, start: number, end: number, rule: string): number {
  let commercialAt = -1
  for (let at = start; at < end; at++) {
    const octet = bytes[at]
    if ((octetClass[octet] & URI) === 0) throw new SipParseError(rule, at)
    if (octet === AT) {
      if (commercialAt !== -1) throw new SipParseError(rule, at)
      commercialAt = at
    } else if (octet === PERCENT && !isEscape(bytes, at, end)) throw new SipParseError('escaped', at)
  }
  return commercialAt
}

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
  if (at < end && bytes[at] === SEMI) at = takeParams(view, bytes, at, end)
  if (at < end && bytes[at] === QUESTION) {
    view.headersStart = at + 1
    view.headersEnd = end
    at = end
  }
  if (at !== end) throw new SipParseError('hostport', at)
}

function takeParams(view: Uri, bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== QUESTION) {
    if (bytes[at] === SEMI && (at + 1 === end || bytes[at + 1] === SEMI || bytes[at + 1] === QUESTION)) {
      throw new SipParseError('uri-parameters', at)
    }
    at++
  }
  view.paramsStart = start
  view.paramsEnd = at
  return at
}

/** Looks for a URI parameter, lower-case name. Sets `out` to its value, empty for a flag parameter. */
export function uriParam(view: Uri, bytes: Uint8Array, name: string, out: Range): boolean {
  return findParam(bytes, view.paramsStart, view.paramsEnd, name, out)
}
