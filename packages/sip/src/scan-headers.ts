import { headerIdOf } from './header-id.ts'
import { headerNameLength, matchHeaderName, matchReach } from './header-name-words.ts'
import { lineEndFrom } from './line-end.ts'
import type { SipMessage } from './message.ts'
import { COLON, CR, LF, SP, TAB, TOKEN, skipClass, skipLws, trimLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'

/**
 * Finds every header line from `start` up to the empty line (RFC 3261 7.3, 25.1 message-header) and sets
 * `headersEnd` and `bodyStart`. Nothing is interpreted but the names. Throws SipParseError; the lines before the bad
 * one stay, and a second call adds to them.
 */
export function scanHeaders(message: SipMessage, start: number): void {
  const { bytes, words, end } = message
  const plainEnd = words.byteLength - matchReach
  let at = start
  while (at < end && bytes[at] !== CR) {
    let id = at <= plainEnd ? matchHeaderName(words, at) : 0
    let nameEnd = at + headerNameLength[id]
    let valueStart = nameEnd + 1
    if (id === 0) {
      nameEnd = skipClass(bytes, at, end, TOKEN)
      id = headerIdOf(bytes, at, nameEnd)
      valueStart = afterColon(bytes, at, nameEnd, end)
    }
    const lineEnd = lineEndFrom(message, valueStart)
    if (bytes[valueStart] === SP) valueStart++
    if (bytes[valueStart] <= SP) valueStart = skipLws(bytes, valueStart, lineEnd - 2)
    let valueEnd = lineEnd - 2
    if (bytes[valueEnd - 1] <= SP) valueEnd = trimLws(bytes, valueStart, valueEnd)

    const line = message.headerCount
    if (line === message.headerIds.length) message.growLines(at)
    message.headerIds[line] = id
    message.lineStart[line] = at
    message.nameEnd[line] = nameEnd
    message.valueStart[line] = valueStart
    message.valueEnd[line] = valueEnd
    message.lineEnd[line] = lineEnd
    message.headerCount = line + 1
    at = lineEnd
  }
  if (at + 1 >= end || bytes[at + 1] !== LF) throw new SipParseError('message-header', at)
  message.headersEnd = at
  message.bodyStart = at + 2
  message.indexLines()
}

/** HCOLON = *( SP / HTAB ) ":" after a name that must not be empty. */
function afterColon(bytes: Uint8Array, start: number, nameEnd: number, end: number): number {
  let at = nameEnd
  while (at < end && (bytes[at] === SP || bytes[at] === TAB)) at++
  if (nameEnd === start || at === end || bytes[at] !== COLON) throw new SipParseError('message-header', at)
  return at + 1
}
