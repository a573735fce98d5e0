import type { SipMessage } from './message.ts'
import { CR, LF, SP, TAB } from './octets.ts'
import { SipParseError } from './parse-error.ts'
import { SPACES, firstBelow } from './words.ts'

/** CR and LF as the low half of a little-endian word. */
const CRLF = 0x0a0d

/**
 * Offset after the CRLF that ends the line at `start`; a CRLF before whitespace folds the line (RFC 3261 7.3.1). A
 * lone CR or LF is no line end: forwarded, it would be one to somebody else. Throws SipParseError.
 */
export function lineEndFrom(message: SipMessage, start: number): number {
  const { words, end } = message
  const lastWord = end - 4
  let at = firstBelow(words, start, lastWord, SPACES)
  while (at <= lastWord) {
    const found = words.getInt32(at, true)
    if ((found & 0xffff) === CRLF) {
      const next = (found >> 16) & 0xff
      if (next !== SP && next !== TAB) return at + 2
      at += 3
    } else if ((found & 0xff) === CR || (found & 0xff) === LF) throw new SipParseError('CRLF', at)
    else at++
    at = firstBelow(words, at, lastWord, SPACES)
  }
  return lastLineEnd(message, at)
}

/** The same for the last octets of the message, one at a time. */
function lastLineEnd(message: SipMessage, start: number): number {
  const { bytes, end } = message
  let at = start
  while (at + 1 < end) {
    const octet = bytes[at]
    if (octet === CR && bytes[at + 1] === LF) {
      if (at + 2 === end || (bytes[at + 2] !== SP && bytes[at + 2] !== TAB)) return at + 2
      at += 2
    } else if (octet === CR || octet === LF) throw new SipParseError('CRLF', at)
    at++
  }
  throw new SipParseError('CRLF', end)
}
