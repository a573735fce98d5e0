import { parseDecimal } from './decimal.ts'
import { hostEndFrom, parsePort } from './host.ts'
import { COLON, COMMA, DIGIT, SEMI, SLASH, TOKEN, octetClass, skipClass, skipLws } from './octets.ts'
import { ParamCursor } from './param.ts'
import { SipParseError } from './parse-error.ts'
import { TokenTable } from './token-table.ts'
import { TransportCode } from './transport-code.ts'

const transports = new TokenTable(['UDP', 'TCP', 'TLS', 'SCTP', 'WS', 'WSS'], false)

/** One via-parm (RFC 3261 20.42) as offsets into the message. -1 stands for "not there". */
export class Via {
  start = -1
  /** Also where a new parameter may be inserted. Without comma and trailing whitespace. */
  end = -1
  transport: number = TransportCode.OTHER
  transportStart = -1
  transportEnd = -1
  /** With brackets for an IPv6 reference. -1 while no sent-by could be read. */
  hostStart = -1
  hostEnd = -1
  /** 0: absent. */
  port = 0
  branchStart = -1
  branchEnd = -1
  /** The branch is z9hG4bK and something more: the sender speaks RFC 3261 (17.2.3). */
  hasCookie = false
  /** The parameter name `rport` (RFC 3581). */
  rportStart = -1
  rportEnd = -1
  /** -1: without a value. */
  rport = -1
  receivedStart = -1
  receivedEnd = -1
  maddrStart = -1
  maddrEnd = -1
  ttl = -1
  /** The parameter name `alias` (RFC 5923). */
  aliasStart = -1
  /** The same as `end`. After a failed parse: the end of the last parameter that could be read. */
  paramsEnd = -1
  /** The next via-parm of this line. */
  nextStart = -1

  reset(): void {
    this.start = -1
    this.end = -1
    this.transport = TransportCode.OTHER
    this.transportStart = -1
    this.transportEnd = -1
    this.hostStart = -1
    this.hostEnd = -1
    this.port = 0
    this.branchStart = -1
    this.branchEnd = -1
    this.hasCookie = false
    this.rportStart = -1
    this.rportEnd = -1
    this.rport = -1
    this.receivedStart = -1
    this.receivedEnd = -1
    this.maddrStart = -1
    this.maddrEnd = -1
    this.ttl = -1
    this.aliasStart = -1
    this.paramsEnd = -1
    this.nextStart = -1
  }
}

/** As everybody writes it. */
const plainProtocol = new TextEncoder().encode('SIP/2.0/')

const param = new ParamCursor()

/** Reads the via-parm at `start`; [start, end) may hold more of them. Throws SipParseError. */
export function parseVia(via: Via, bytes: Uint8Array, start: number, end: number): void {
  via.reset()
  const first = skipLws(bytes, start, end)
  via.start = first
  let at = parseSentProtocol(via, bytes, first, end)
  at = parseSentBy(via, bytes, at, end)
  while (at < end && bytes[at] === SEMI) {
    at = param.read(bytes, at + 1, end)
    takeParam(via, bytes)
    via.paramsEnd = param.valueStart === -1 ? param.nameEnd : param.valueEnd
  }
  via.end = via.paramsEnd
  if (at === end) return
  if (bytes[at] !== COMMA) throw new SipParseError('via-parm', at)
  via.nextStart = skipLws(bytes, at + 1, end)
  if (via.nextStart === end) throw new SipParseError('via-parm', at)
}

/** sent-protocol = protocol-name SLASH protocol-version SLASH transport, then LWS. */
function parseSentProtocol(via: Via, bytes: Uint8Array, start: number, end: number): number {
  let at = isPlainProtocol(bytes, start, end) ? start + plainProtocol.length : -1
  if (at === -1) at = afterSlash(bytes, afterSlash(bytes, start, end), end)
  via.transportStart = at
  at = skipClass(bytes, at, end, TOKEN)
  via.transportEnd = at
  via.transport = transports.find(bytes, via.transportStart, at)
  const next = skipLws(bytes, at, end)
  if (via.transportStart === at || next === at) throw new SipParseError('sent-protocol', at)
  return next
}

function isPlainProtocol(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < plainProtocol.length) return false
  for (let i = 0; i < plainProtocol.length; i++) if (bytes[start + i] !== plainProtocol[i]) return false
  return (octetClass[bytes[start + plainProtocol.length]] & TOKEN) !== 0
}

function afterSlash(bytes: Uint8Array, start: number, end: number): number {
  const tokenEnd = skipClass(bytes, start, end, TOKEN)
  const at = skipLws(bytes, tokenEnd, end)
  if (tokenEnd === start || at === end || bytes[at] !== SLASH) throw new SipParseError('sent-protocol', at)
  return skipLws(bytes, at + 1, end)
}

/** sent-by = host [ COLON port ]. */
function parseSentBy(via: Via, bytes: Uint8Array, start: number, end: number): number {
  const hostEnd = hostEndFrom(bytes, start, end)
  if (hostEnd === -1) throw new SipParseError('sent-by', start)
  let at = skipLws(bytes, hostEnd, end)
  if (at < end && bytes[at] === COLON) {
    const portStart = skipLws(bytes, at + 1, end)
    const portEnd = skipClass(bytes, portStart, end, DIGIT)
    via.port = parsePort(bytes, portStart, portEnd)
    if (via.port === -1) throw new SipParseError('sent-by', portStart)
    via.paramsEnd = portEnd
    at = skipLws(bytes, portEnd, end)
  } else {
    via.paramsEnd = hostEnd
  }
  via.hostStart = start
  via.hostEnd = hostEnd
  return at
}

const paramNames = ['branch', 'rport', 'received', 'maddr', 'ttl', 'alias'] as const
const params = new TokenTable(paramNames, false)
const BRANCH = 1
const RPORT = 2
const RECEIVED = 3
const MADDR = 4
const TTL = 5
const ALIAS = 6

function takeParam(via: Via, bytes: Uint8Array): void {
  const number = params.find(bytes, param.nameStart, param.nameEnd)
  if (number === BRANCH) takeBranch(via, bytes)
  else if (number === RPORT) takeRport(via, bytes)
  else if (number === RECEIVED) {
    via.receivedStart = param.valueStart
    via.receivedEnd = param.valueEnd
  } else if (number === MADDR) {
    via.maddrStart = param.valueStart
    via.maddrEnd = param.valueEnd
  } else if (number === TTL) via.ttl = parseDecimal(bytes, param.valueStart, param.valueEnd, 255)
  else if (number === ALIAS) via.aliasStart = param.nameStart
}

function takeBranch(via: Via, bytes: Uint8Array): void {
  // A parameter name appears once (RFC 3261 7.3.1); two branches would be two transactions to two readers.
  if (via.branchStart !== -1) throw new SipParseError('via-branch', param.nameStart)
  if (param.valueStart === param.valueEnd) return
  via.branchStart = param.valueStart
  via.branchEnd = param.valueEnd
  via.hasCookie = startsWithCookie(bytes, param.valueStart, param.valueEnd)
}

function takeRport(via: Via, bytes: Uint8Array): void {
  via.rportStart = param.nameStart
  via.rportEnd = param.nameEnd
  if (param.valueStart === param.valueEnd) return
  via.rport = parsePort(bytes, param.valueStart, param.valueEnd)
  if (via.rport === -1) throw new SipParseError('response-port', param.valueStart)
}

const cookie = new TextEncoder().encode('z9hG4bK')

function startsWithCookie(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= cookie.length) return false
  for (let i = 0; i < cookie.length; i++) {
    if (bytes[start + i] !== cookie[i]) return false
  }
  return true
}
