import { parseUri, Scheme, SipParseError, Uri } from '@signalbox/sip'
import { internedText } from '../forward/interned-text.ts'

const encoder = new TextEncoder()
const uri = new Uri()

/** The key of a URI in the location table: RFC 3261 10.3 step 5. Null when the URI can be no address of record. */
export function addressOfRecord(bytes: Uint8Array, start: number, end: number, useDomain: boolean): string | null {
  try {
    parseUri(uri, bytes, start, end)
  } catch (error) {
    if (error instanceof SipParseError) return null
    throw error
  }
  if (uri.scheme !== Scheme.SIP && uri.scheme !== Scheme.SIPS && uri.scheme !== Scheme.TEL) return null
  if (uri.userStart === -1) return null
  const user = unescaped(internedText(bytes, uri.userStart, uri.userEnd))
  if (!useDomain || uri.hostStart === -1) return user
  return `${user}@${internedText(bytes, uri.hostStart, uri.hostEnd).toLowerCase()}`
}

export function addressOfRecordText(text: string, useDomain: boolean): string | null {
  const bytes = encoder.encode(text)
  return addressOfRecord(bytes, 0, bytes.length, useDomain)
}

/** Escaped and plain spellings of a user are the same (RFC 3261 19.1.4); `%00` stays escaped, so that keys are printable. */
function unescaped(user: string): string {
  if (!user.includes('%')) return user
  return user.replaceAll(/%[0-9a-f]{2}/gi, (escape) => {
    const code = Number.parseInt(escape.slice(1), 16)
    return code > 0x20 && code < 0x7f && code !== 0x25 && code !== 0x40 ? String.fromCharCode(code) : escape.toUpperCase()
  })
}
