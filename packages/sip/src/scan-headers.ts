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
  let { headerIds, lineStart, nameEnd, valueStart, valueEnd, lineEnd } = message
  let at = start
  while (at < end && bytes[at] !== CR) {
    const line = message.headerCount
    if (line === headerIds.length) {
      message.growLines(at)
      ;({ headerIds, lineStart, nameEnd, valueStart, valueEnd, lineEnd } = message)
    }
    let id = at <= plainEnd ? matchHeaderName(words, at) : 0
    let afterName = at + headerNameLength[id]
    let value = afterName + 1
    if (id === 0) {
      afterName = skipClass(bytes, at, end, TOKEN)
      id = headerIdOf(bytes, at, afterName)
      value = afterColon(bytes, at, afterName, end)
    }
    const next = lineEndFrom(message, value)
    if (bytes[value] === SP) value++
    value = skipLws(bytes, value, next - 2)

    headerIds[line] = id
    lineStart[line] = at
    nameEnd[line] = afterName
    valueStart[line] = value
    valueEnd[line] = bytes[next - 3] <= SP ? trimLws(bytes, value, next - 2) : next - 2
    lineEnd[line] = next
    message.headerCount = line + 1
    at = next
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
