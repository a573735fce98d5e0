import { HeaderId } from './header-id.ts'
import type { SipMessage } from './message.ts'
import { LF } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import { scanHeaders } from './scan-headers.ts'
import { parseVia } from './via.ts'

/** More bad lines than this are no message worth an answer, only work. */
const MOST_BAD_LINES = 8

/**
 * After a failed parse: finds the lines that can still be told apart, so that a request gets its 400. Kept off the
 * good path, which stops at the first fault.
 */
export function salvage(message: SipMessage): void {
  message.headerCount = 0
  let at = nextLineStart(message, message.start)
  for (let bad = 0; bad <= MOST_BAD_LINES && at < message.end; bad++) {
    const fault = attempt(() => scanHeaders(message, at))
    if (fault === null || fault.status !== 400) break
    at = nextLineStart(message, fault.offset)
  }
  message.indexLines()
  if (message.headersEnd === -1) {
    message.headersEnd = message.end
    message.bodyStart = message.end
  }
  message.answerable = message.isRequest && hasReadableVia(message) && message.first(HeaderId.CSEQ) !== -1
}

/** Whether the topmost Via was read at least to its sent-by. */
function hasReadableVia(message: SipMessage): boolean {
  message.via.reset()
  const line = message.first(HeaderId.VIA)
  if (line === -1) return false
  attempt(() => parseVia(message.via, message.bytes, message.valueStart[line], message.valueEnd[line]))
  return message.via.hostStart !== -1
}

function nextLineStart(message: SipMessage, from: number): number {
  const lf = message.bytes.subarray(from, message.end).indexOf(LF)
  return lf === -1 ? message.end : from + lf + 1
}

function attempt(parse: () => void): SipParseError | null {
  try {
    parse()
    return null
  } catch (error) {
    if (error instanceof SipParseError) return error
    throw error
  }
}
