import { parseDecimal } from './decimal.ts'
import { HeaderId, headerName } from './header-id.ts'
import { noLimits } from './limits.ts'
import type { SipMessage } from './message.ts'
import { methodOf } from './method.ts'
import { DIGIT, skipClass, skipLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import { salvage } from './salvage.ts'
import { scanHeaders } from './scan-headers.ts'
import { parseStartLine } from './start-line.ts'
import { parseVia } from './via.ts'

/**
 * 'datagram': the octets end where the datagram ends. 'stream': they were framed by their Content-Length. 'kept': the message was
 * accepted before, so no limit holds for it.
 */
export type ParseMode = 'datagram' | 'stream' | 'kept'

/**
 * Reads the message in bytes[start, end) into `message`. One scan finds all header lines; start line, Via, CSeq,
 * Max-Forwards and Content-Length are read, the rest waits until somebody asks. Messages of RFC 2543 pass.
 *
 * Throws SipParseError, offset counted from `start`. What could be found stays readable, and `answerable` says
 * whether that is enough for a reply.
 */
export function parseMessage(message: SipMessage, bytes: Uint8Array, start: number, end: number, mode: ParseMode): void {
  message.reset(bytes, start, end)
  message.bounds = mode === 'kept' ? noLimits : message.limits
  try {
    if (end - start > message.bounds.messageBytes) throw new SipParseError('message-size', end, 513)
    scanHeaders(message, parseStartLine(message))
    readCore(message, mode)
    message.answerable = message.isRequest
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    salvage(message)
    throw start === 0 ? error : new SipParseError(error.rule, error.offset - start, error.status)
  }
}

/** Header fields a message must have (RFC 3261 8.1.1; Max-Forwards is younger than RFC 2543). */
const REQUIRED = (1 << HeaderId.VIA) | (1 << HeaderId.FROM) | (1 << HeaderId.TO) | (1 << HeaderId.CALL_ID) | (1 << HeaderId.CSEQ)

/** Header fields a message may have once only (RFC 3261 7.3.1). */
const SINGLE = (REQUIRED & ~(1 << HeaderId.VIA)) | (1 << HeaderId.MAX_FORWARDS) | (1 << HeaderId.CONTENT_LENGTH)

/** Reads what every message needs and what its framing needs. */
function readCore(message: SipMessage, mode: ParseMode): void {
  if ((message.present & REQUIRED) !== REQUIRED || (message.repeated & SINGLE) !== 0) throw countFault(message)
  const { bytes } = message
  const via = message.first(HeaderId.VIA)
  parseVia(message.via, bytes, message.valueStart[via], message.valueEnd[via])
  const callId = message.first(HeaderId.CALL_ID)
  message.callIdStart = message.valueStart[callId]
  message.callIdEnd = message.valueEnd[callId]
  if (message.callIdStart === message.callIdEnd) throw new SipParseError('Call-ID', message.callIdStart)
  readCSeq(message)
  message.maxForwards = readNumber(message, HeaderId.MAX_FORWARDS, 255)
  message.contentLength = readNumber(message, HeaderId.CONTENT_LENGTH, 0xffff_ffff)
  setEnd(message, mode)
}

/** Names the first header field that is missing or repeated. */
function countFault(message: SipMessage): SipParseError {
  let id: number = HeaderId.VIA
  while ((((REQUIRED & ~message.present) | (SINGLE & message.repeated)) & (1 << id)) === 0) id++
  const first = message.first(id)
  return new SipParseError(headerName(id), first === -1 ? message.headersEnd : message.lineStart[message.next(first)])
}

/** CSeq = 1*DIGIT LWS Method, below 2**32 and of the same method as the request (RFC 3261 8.1.1.5). */
function readCSeq(message: SipMessage): void {
  const { bytes } = message
  const line = message.first(HeaderId.CSEQ)
  const start = message.valueStart[line]
  const end = message.valueEnd[line]
  const numberEnd = skipClass(bytes, start, end, DIGIT)
  const methodStart = skipLws(bytes, numberEnd, end)
  message.cseqMethodStart = methodStart
  message.cseqMethodEnd = end
  message.cseq = parseDecimal(bytes, start, numberEnd, 0xffff_ffff)
  if (message.cseq === -1 || methodStart === numberEnd || methodStart === end) throw new SipParseError('CSeq', start)
  if (!message.isRequest) message.cseqMethod = methodOf(bytes, methodStart, end)
  else if (namesRequestMethod(message)) message.cseqMethod = message.method
  else throw new SipParseError('CSeq', methodStart)
}

function namesRequestMethod(message: SipMessage): boolean {
  const { bytes, methodStart, cseqMethodStart } = message
  const length = message.methodEnd - methodStart
  if (message.cseqMethodEnd - cseqMethodStart !== length) return false
  for (let i = 0; i < length; i++) if (bytes[cseqMethodStart + i] !== bytes[methodStart + i]) return false
  return true
}

/** The value of a number that need not be there; -1 when absent. */
function readNumber(message: SipMessage, id: number, max: number): number {
  const line = message.first(id)
  if (line === -1) return -1
  const value = parseDecimal(message.bytes, message.valueStart[line], message.valueEnd[line], max)
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
  if (end - message.start > message.bounds.messageBytes) throw new SipParseError('message-size', message.bodyStart, 513)
  if (end > message.end) throw new SipParseError('Content-Length', message.bodyStart)
  message.end = end
}
