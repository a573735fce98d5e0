import { parseDecimal } from './decimal.ts'
import { HeaderId, headerName } from './header-id.ts'
import type { SipMessage } from './message.ts'
import { methodOf } from './method.ts'
import { DIGIT, skipClass, skipLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import { salvage } from './salvage.ts'
import { scanHeaders } from './scan-headers.ts'
import { parseStartLine } from './start-line.ts'
import { parseVia } from './via.ts'

/** 'datagram': the octets end where the datagram ends. 'stream': they were framed by their Content-Length. */
export type ParseMode = 'datagram' | 'stream'

/**
 * Reads the message in bytes[start, end) into `message`. One scan finds all header lines; start line, Via, CSeq,
 * Max-Forwards and Content-Length are read, the rest waits until somebody asks. Messages of RFC 2543 pass.
 *
 * Throws SipParseError, offset counted from `start`. What could be found stays readable, and `answerable` says
 * whether that is enough for a reply.
 */
export function parseMessage(
  message: SipMessage,
  bytes: Uint8Array,
  start: number,
  end: number,
  mode: ParseMode,
): void {
  message.reset(bytes, start, end)
  message.via.reset()
  try {
    if (end - start > message.limits.messageBytes) throw new SipParseError('message-size', end, 513)
    scanHeaders(message, bytes, parseStartLine(message, bytes, start, end), end)
    readCore(message, bytes, mode)
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    salvage(message)
    throw start === 0 ? error : new SipParseError(error.rule, error.offset - start, error.status)
  }
}

/** The fields every message needs (RFC 3261 8.1.1) and those the framing needs. */
function readCore(message: SipMessage, bytes: Uint8Array, mode: ParseMode): void {
  const via = message.first(HeaderId.VIA)
  if (via === -1) throw new SipParseError('Via', message.headersEnd)
  parseVia(message.via, bytes, message.valueStart[via], message.valueEnd[via])
  onlyLine(message, HeaderId.FROM)
  onlyLine(message, HeaderId.TO)
  readCallId(message)
  readCSeq(message, bytes)
  message.maxForwards = readNumber(message, bytes, HeaderId.MAX_FORWARDS, 255)
  message.contentLength = readNumber(message, bytes, HeaderId.CONTENT_LENGTH, 0xffff_ffff)
  setEnd(message, mode)
}

/** The line of a header field that must be there exactly once (RFC 3261 7.3.1, 20). */
function onlyLine(message: SipMessage, id: number): number {
  const line = message.first(id)
  if (line === -1) throw new SipParseError(headerName(id), message.headersEnd)
  if (message.next(line) !== -1) throw new SipParseError(headerName(id), message.lineStart[message.next(line)])
  return line
}

function readCallId(message: SipMessage): void {
  const line = onlyLine(message, HeaderId.CALL_ID)
  message.callIdStart = message.valueStart[line]
  message.callIdEnd = message.valueEnd[line]
  if (message.callIdStart === message.callIdEnd) throw new SipParseError('Call-ID', message.callIdStart)
}

/** CSeq = 1*DIGIT LWS Method, below 2**32 and of the same method as the request (RFC 3261 8.1.1.5). */
function readCSeq(message: SipMessage, bytes: Uint8Array): void {
  const line = onlyLine(message, HeaderId.CSEQ)
  const start = message.valueStart[line]
  const end = message.valueEnd[line]
  const numberEnd = skipClass(bytes, start, end, DIGIT)
  const methodStart = skipLws(bytes, numberEnd, end)
  message.cseq = parseDecimal(bytes, start, numberEnd, 0xffff_ffff)
  message.cseqMethod = methodOf(bytes, methodStart, end)
  message.cseqMethodStart = methodStart
  message.cseqMethodEnd = end
  if (message.cseq === -1 || methodStart === numberEnd || methodStart === end) throw new SipParseError('CSeq', start)
  if (message.isRequest && !namesRequestMethod(message, bytes)) throw new SipParseError('CSeq', methodStart)
}

function namesRequestMethod(message: SipMessage, bytes: Uint8Array): boolean {
  const length = message.methodEnd - message.methodStart
  if (message.cseqMethod !== message.method || message.cseqMethodEnd - message.cseqMethodStart !== length) return false
  for (let i = 0; i < length; i++) {
    if (bytes[message.cseqMethodStart + i] !== bytes[message.methodStart + i]) return false
  }
  return true
}

/** The value of a number that is there at most once; -1 when absent. */
function readNumber(message: SipMessage, bytes: Uint8Array, id: number, max: number): number {
  const line = message.first(id)
  if (line === -1) return -1
  onlyLine(message, id)
  const value = parseDecimal(bytes, message.valueStart[line], message.valueEnd[line], max)
  if (value === -1) throw new SipParseError(headerName(id), message.valueStart[line])
  return value
}

/** RFC 3261 18.3: a datagram may end the body, a stream needs Content-Length; octets beyond it are not the message's. */
function setEnd(message: SipMessage, mode: ParseMode): void {
  if (message.contentLength === -1) {
    if (mode === 'stream') throw new SipParseError('Content-Length', message.headersEnd)
    return
  }
  const end = message.bodyStart + message.contentLength
  if (end - message.start > message.limits.messageBytes) throw new SipParseError('message-size', message.bodyStart, 513)
  if (end > message.end) throw new SipParseError('Content-Length', message.bodyStart)
  message.end = end
}
