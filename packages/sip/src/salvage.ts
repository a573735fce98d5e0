import { HeaderId, headerIdOf } from './header-id.ts'
import type { SipMessage } from './message.ts'
import { COLON, CR, TOKEN, skipClass, skipLws, trimLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import { lineEndFrom } from './scan-headers.ts'
import { parseVia } from './via.ts'

/**
 * After a failed parse: finds the lines that can still be told apart, so that a request gets its 400. Kept off the
 * good path, which stops at the first fault.
 */
export function salvage(message: SipMessage): void {
  const { bytes, end } = message
  message.clearLines()
  let at = nextLineStart(bytes, message.start, end)
  while (at < end && bytes[at] !== CR) at = salvageLine(message, at)
  message.headersEnd = Math.min(at, end)
  message.bodyStart = Math.min(at + 2, end)
  message.answerable = message.isRequest && hasReadableVia(message) && message.first(HeaderId.CSEQ) !== -1
}

function salvageLine(message: SipMessage, start: number): number {
  const { bytes, end } = message
  const nameEnd = skipClass(bytes, start, end, TOKEN)
  const colon = skipLws(bytes, nameEnd, end)
  try {
    const lineEnd = lineEndFrom(bytes, start, end)
    if (nameEnd > start && colon < lineEnd && bytes[colon] === COLON) {
      const line = message.addLine(headerIdOf(bytes, start, nameEnd), start)
      const valueStart = skipLws(bytes, colon + 1, lineEnd)
      message.nameEnd[line] = nameEnd
      message.valueStart[line] = valueStart
      message.valueEnd[line] = trimLws(bytes, valueStart, lineEnd)
      message.lineEnd[line] = lineEnd
    }
    return lineEnd
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    return nextLineStart(bytes, start, end)
  }
}

/** Offset after the next LF. */
function nextLineStart(bytes: Uint8Array, start: number, end: number): number {
  const lf = bytes.subarray(start, end).indexOf(10)
  return lf === -1 ? end : start + lf + 1
}

/** Whether the topmost Via was read at least to its sent-by. */
function hasReadableVia(message: SipMessage): boolean {
  const line = message.first(HeaderId.VIA)
  if (line === -1) return false
  try {
    parseVia(message.via, message.bytes, message.valueStart[line], message.valueEnd[line])
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
  }
  return message.via.hostStart !== -1
}
