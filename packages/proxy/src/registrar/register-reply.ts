import type { Contact } from '../usrloc/contact.ts'

/** Header lines of the 200 to a REGISTER (RFC 3261 10.3 step 8, RFC 3327 5.3): every binding with the time it has left. */
export function registerReplyHeaders(contacts: readonly Contact[], now: number, path: string): string {
  const list = contacts.filter((contact) => contact.expiresAt > now)
  const lines = [`Date: ${new Date(now).toUTCString()}\r\n`]
  if (list.length > 0) lines.push(`Contact: ${list.map((contact) => contactValue(contact, now)).join(', ')}\r\n`)
  if (path !== '') lines.push(`Path: ${path}\r\n`)
  return lines.join('')
}

function contactValue(contact: Contact, now: number): string {
  const q = contact.q < 0 ? '' : `;q=${contact.q / 1000}`
  const received = contact.received === '' ? '' : `;received="${contact.received}"`
  const instance = contact.instance === '' ? '' : `;+sip.instance="${contact.instance}"`
  const regId = contact.regId === 0 ? '' : `;reg-id=${contact.regId}`
  return `<${contact.uri}>${q};expires=${Math.ceil((contact.expiresAt - now) / 1000)}${received}${instance}${regId}`
}
