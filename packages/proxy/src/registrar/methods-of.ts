import { HeaderId, methodOf, type SipMessage } from '@signalbox/sip'
import { ALL_METHODS } from '../usrloc/contact.ts'

const encoder = new TextEncoder()

/** The methods that a contact accepts: its own parameter (RFC 3840 9), else the Allow header, else all. As Method bits. */
export function methodsOf(message: SipMessage, param: string | null): number {
  const names = param === null ? message.header(HeaderId.ALLOW) : param.replaceAll('"', '')
  if (names === null) return ALL_METHODS
  let methods = 0
  for (const name of names.split(',')) {
    const bytes = encoder.encode(name.trim())
    if (bytes.length > 0) methods |= methodOf(bytes, 0, bytes.length)
  }
  return methods === 0 ? ALL_METHODS : methods
}
