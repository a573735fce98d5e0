import type { Contact } from '../usrloc/contact.ts'
import { expiryAfter, type BindingUpdate } from './bindings.ts'

/** Header lines of the 200 to a REGISTER (RFC 3261 10.3 step 8, RFC 3327 5.3): every binding with the time it has left. */
export function registerReplyHeaders(update: BindingUpdate, now: number, path: string): string {
  let values = ''
  for (const contact of update.contacts) {
    const expires = Math.ceil((expiryAfter(update, contact) - now) / 1000)
    if (expires > 0) values += values === '' ? contactValue(contact, expires) : `, ${contactValue(contact, expires)}`
  }
  const lines = values === '' ? dateLine(now) : `${dateLine(now)}Contact: ${values}\r\n`
  return path === '' ? lines : `${lines}Path: ${path}\r\n`
}

let second = Number.NaN
let line = ''

/** Made once a second. */
function dateLine(now: number): string {
  const current = Math.floor(now / 1000)
  if (current !== second) {
    second = current
    line = `Date: ${new Date(now).toUTCString()}\r\n`
  }
  return line
}

/** `expires`: seconds. */
function contactValue(contact: Contact, expires: number): string {
  const { q, received, instance, regId } = contact
  let value = q < 0 ? `<${contact.uri}>;expires=${expires}` : `<${contact.uri}>;q=${q / 1000};expires=${expires}`
  if (received !== '') value += `;received="${received}"`
  if (instance !== '') value += `;+sip.instance="${instance}"`
  if (regId !== 0) value += `;reg-id=${regId}`
  return value
}
