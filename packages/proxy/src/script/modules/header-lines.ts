import { HeaderId, headerIdOf, type SipMessage } from '@signalbox/sip'

const encoder = new TextEncoder()

interface HeaderKey {
  readonly id: number
  readonly name: string
}

/** Scripts ask for the same few headers again and again; emptied when full. */
const keys = new Map<string, HeaderKey>()
const REMEMBERED = 1024

/** Indexes of the lines with that header name, long or compact, in any case. */
export function headerLines(message: SipMessage, name: string): readonly number[] {
  const key = keyOf(name)
  const lines: number[] = []
  for (let line = message.first(key.id); line !== -1; line = message.next(line)) {
    if (key.id !== HeaderId.OTHER || message.text(message.lineStart[line], message.nameEnd[line]).toLowerCase() === key.name)
      lines.push(line)
  }
  return lines
}

function keyOf(name: string): HeaderKey {
  let key = keys.get(name)
  if (key === undefined) {
    const bytes = encoder.encode(name)
    key = { id: bytes.length === 0 ? HeaderId.OTHER : headerIdOf(bytes, 0, bytes.length), name: name.toLowerCase() }
    if (keys.size >= REMEMBERED) keys.clear()
    keys.set(name, key)
  }
  return key
}
