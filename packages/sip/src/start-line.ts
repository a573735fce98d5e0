import { parseDecimal } from './decimal.ts'
import type { SipMessage } from './message.ts'
import { methodOf } from './method.ts'
import { CR, DIGIT, LF, SP, TOKEN, URI, skipClass } from './octets.ts'
import { equalsWord } from './param.ts'
import { SipParseError } from './parse-error.ts'
import { Scheme, Uri, parseUri } from './uri.ts'

const requestUri = new Uri()
const VERSION_LENGTH = 'SIP/2.0'.length

/** Start-Line = Request-Line / Status-Line (RFC 3261 7.1, 7.2). Returns the start of the header lines. */
export function parseStartLine(message: SipMessage, bytes: Uint8Array, start: number, end: number): number {
  message.isRequest = !equalsWord(bytes, start, Math.min(start + 4, end), 'sip/')
  return message.isRequest ? parseRequestLine(message, bytes, start, end) : parseStatusLine(message, bytes, start, end)
}

/** Request-Line = Method SP Request-URI SP SIP-Version CRLF, each SP exactly one. */
function parseRequestLine(message: SipMessage, bytes: Uint8Array, start: number, end: number): number {
  const methodEnd = skipClass(bytes, start, end, TOKEN)
  message.methodStart = start
  message.methodEnd = methodEnd
  message.method = methodOf(bytes, start, methodEnd)
  if (methodEnd === start || methodEnd === end || bytes[methodEnd] !== SP) throw new SipParseError('Method', methodEnd)
  const uriStart = methodEnd + 1
  const uriEnd = skipClass(bytes, uriStart, end, URI)
  if (uriEnd === end || bytes[uriEnd] !== SP) throw new SipParseError('Request-Line', uriEnd)
  const next = afterVersion(bytes, uriEnd + 1, end)
  message.uriStart = uriStart
  message.uriEnd = uriEnd
  parseUri(requestUri, bytes, uriStart, uriEnd)
  // RFC 3261 19.1.1: a Request-URI has no headers; forwarded, they could become some (RFC 4475 3.1.2.11).
  if (requestUri.headersStart !== -1 && requestUri.scheme !== Scheme.OTHER) {
    throw new SipParseError('Request-URI', requestUri.headersStart)
  }
  return next
}

/** SIP-Version CRLF at the end of a Request-Line. */
function afterVersion(bytes: Uint8Array, start: number, end: number): number {
  const versionEnd = skipToLineEnd(bytes, start, end)
  if (!equalsWord(bytes, start, versionEnd, 'sip/2.0')) {
    const isVersion = equalsWord(bytes, start, Math.min(start + 4, versionEnd), 'sip/')
    const extra = skipClass(bytes, start + 4, versionEnd, DIGIT)
    const status = isVersion && isOtherVersion(bytes, extra, versionEnd) ? 505 : 400
    throw new SipParseError(status === 505 ? 'SIP-Version' : 'Request-Line', start, status)
  }
  return versionEnd + 2
}

/** "." 1*DIGIT and nothing more after the major version. */
function isOtherVersion(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && bytes[at] === 46 && skipClass(bytes, at + 1, end, DIGIT) === end
}

/** Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF. */
function parseStatusLine(message: SipMessage, bytes: Uint8Array, start: number, end: number): number {
  const codeStart = start + VERSION_LENGTH + 1
  if (codeStart + 3 >= end || !equalsWord(bytes, start, start + VERSION_LENGTH, 'sip/2.0')) {
    throw new SipParseError('SIP-Version', start, 505)
  }
  const status = parseDecimal(bytes, codeStart, codeStart + 3, 699)
  if (bytes[codeStart - 1] !== SP || status < 100 || bytes[codeStart + 3] !== SP) {
    throw new SipParseError('Status-Line', codeStart)
  }
  message.status = status
  message.reasonStart = codeStart + 4
  message.reasonEnd = skipToLineEnd(bytes, message.reasonStart, end)
  return message.reasonEnd + 2
}

/** Offset of the CRLF that ends the start line, which is never folded. */
function skipToLineEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== CR && bytes[at] !== LF) at++
  if (at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) throw new SipParseError('Start-Line', at)
  return at
}
