import { parseDecimal } from './decimal.ts'
import type { SipMessage } from './message.ts'
import { methodOf } from './method.ts'
import { CR, DIGIT, LF, SP, TOKEN, skipClass } from './octets.ts'
import { equalsWord } from './param.ts'
import { SipParseError } from './parse-error.ts'
import { parseUri } from './uri.ts'
import { VISIBLE, firstBelow } from './words.ts'

const VERSION_LENGTH = 'SIP/2.0'.length
/** "SIP/" and "2.0" CR as little-endian words: the version and line end as everybody writes them. */
const SIP_SLASH = 0x2f504953
const TWO_ZERO_CR = 0x0d302e32

/** Start-Line = Request-Line / Status-Line (RFC 3261 7.1, 7.2). Returns the start of the header lines. */
export function parseStartLine(message: SipMessage): number {
  const { bytes, start, end } = message
  message.isRequest = !equalsWord(bytes, start, Math.min(start + 4, end), 'sip/')
  return message.isRequest ? parseRequestLine(message) : parseStatusLine(message)
}

/** Request-Line = Method SP Request-URI SP SIP-Version CRLF, each SP exactly one. */
function parseRequestLine(message: SipMessage): number {
  const { bytes, start, end } = message
  const methodEnd = skipClass(bytes, start, end, TOKEN)
  message.methodStart = start
  message.methodEnd = methodEnd
  message.method = methodOf(bytes, start, methodEnd)
  if (methodEnd === start || methodEnd === end || bytes[methodEnd] !== SP) throw new SipParseError('Method', methodEnd)
  const uriStart = methodEnd + 1
  const uriEnd = spaceFrom(message, uriStart)
  const next = afterVersion(message, uriEnd + 1)
  message.uriStart = uriStart
  message.uriEnd = uriEnd
  parseUri(message.uri, bytes, uriStart, uriEnd)
  // RFC 3261 19.1.1: a Request-URI has no headers; forwarded, they could become some (RFC 4475 3.1.2.11).
  if (message.uri.headersStart !== -1) throw new SipParseError('Request-URI', message.uri.headersStart)
  return next
}

/** Offset of the SP that ends the Request-URI. */
function spaceFrom(message: SipMessage, start: number): number {
  const { bytes, words, end } = message
  let at = firstBelow(words, start, end - 4, VISIBLE)
  while (at < end && bytes[at] > SP) at++
  if (at === start || at >= end || bytes[at] !== SP) throw new SipParseError('Request-Line', at)
  return at
}

/** SIP-Version CRLF at the end of a Request-Line. Returns the offset after it. */
function afterVersion(message: SipMessage, start: number): number {
  const { bytes, words, end } = message
  const next = start + VERSION_LENGTH + 2
  const isPlain =
    next <= end && words.getInt32(start, true) === SIP_SLASH && words.getInt32(start + 4, true) === TWO_ZERO_CR && bytes[next - 1] === LF
  return isPlain ? next : afterOddVersion(bytes, start, end)
}

/** A version in another case, or another version (RFC 3261 21.5.6). */
function afterOddVersion(bytes: Uint8Array, start: number, end: number): number {
  const versionEnd = lineBreakFrom(bytes, start, end)
  if (equalsWord(bytes, start, versionEnd, 'sip/2.0')) return versionEnd + 2
  const majorEnd = skipClass(bytes, start + 4, versionEnd, DIGIT)
  const isVersion =
    equalsWord(bytes, start, Math.min(start + 4, versionEnd), 'sip/') &&
    majorEnd + 1 < versionEnd &&
    bytes[majorEnd] === 46 &&
    skipClass(bytes, majorEnd + 1, versionEnd, DIGIT) === versionEnd
  throw isVersion ? new SipParseError('SIP-Version', start, 505) : new SipParseError('Request-Line', start)
}

/** Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF. */
function parseStatusLine(message: SipMessage): number {
  const { bytes, start, end } = message
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
  message.reasonEnd = lineBreakFrom(bytes, message.reasonStart, end)
  return message.reasonEnd + 2
}

/** Offset of the CRLF that ends the start line, which is never folded. */
function lineBreakFrom(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] !== CR && bytes[at] !== LF) at++
  if (at + 1 >= end || bytes[at] !== CR || bytes[at + 1] !== LF) throw new SipParseError('Start-Line', at)
  return at
}
