import { headerIdOf } from './header-id.ts'
import type { SipMessage } from './message.ts'
import { COLON, CR, LF, LWS, SP, TAB, TOKEN, octetClass, skipClass, skipLws, trimLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'

/**
 * Finds every header line from `start` up to the empty line (RFC 3261 7.3, 25.1 message-header) and sets
 * `headersEnd` and `bodyStart`. Nothing is interpreted but the names. Throws SipParseError.
 */
export function scanHeaders(message: SipMessage, bytes: Uint8Array, start: number, end: number): void {
  let at = start
  while (at < end && bytes[at] !== CR) at = scanLine(message, bytes, at, end)
  if (at + 1 >= end || bytes[at + 1] !== LF) throw new SipParseError('message-header', at)
  message.headersEnd = at
  message.bodyStart = at + 2
}

/** One line with its continuations. Returns the start of the next line. */
function scanLine(message: SipMessage, bytes: Uint8Array, start: number, end: number): number {
  const nameEnd = skipClass(bytes, start, end, TOKEN)
  let at = nameEnd
  while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++
  if (nameEnd === start || at === end || bytes[at] !== COLON) throw new SipParseError('message-header', at)
  const valueFrom = at + 1
  const lineEnd = lineEndFrom(bytes, valueFrom, end)
  const line = message.addLine(headerIdOf(bytes, start, nameEnd), start)
  const valueStart = skipLws(bytes, valueFrom, lineEnd)
  message.nameEnd[line] = nameEnd
  message.valueStart[line] = valueStart
  message.valueEnd[line] = trimLws(bytes, valueStart, lineEnd)
  message.lineEnd[line] = lineEnd
  return lineEnd
}

/**
 * Offset after the CRLF that ends the line; a CRLF before whitespace folds it (7.3.1). A lone CR or LF is no line
 * end: forwarded, it would be one to somebody else.
 */
export function lineEndFrom(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    const octet = bytes[at++]
    if (octet > CR || (octet !== CR && octet !== LF)) continue
    if (octet === LF || at === end || bytes[at] !== LF) throw new SipParseError('CRLF', at - 1)
    at++
    if (at === end || (octetClass[bytes[at]] & LWS) === 0 || bytes[at] === CR || bytes[at] === LF) return at
  }
  throw new SipParseError('CRLF', end)
}
