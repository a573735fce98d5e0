import { parseUri, sameUri, SipParseError, Uri } from '@signalbox/sip'
import type { ContactChange } from '../usrloc/contact-journal.ts'
import type { Contact } from '../usrloc/contact.ts'
import type { ContactRequest, RegisterRequest } from './register-request.ts'
import { Rejection } from './rejection.ts'

/** What a REGISTER says about all its contacts: where it came from, and for whom. */
export interface RegisterContext {
  readonly table: string
  readonly aor: string
  /** Unix milliseconds. */
  readonly now: number
  readonly received: string
  readonly socket: string
  readonly source: string
  readonly flags: number
  readonly branchFlags: number
  /** JSON, '' none. */
  readonly attributes: string
  /** Keep only what this REGISTER names. */
  readonly replaceAll: boolean
  /** 0 unlimited. */
  readonly maxContacts: number
  readonly nextRuid: () => string
}

export interface BindingUpdate {
  readonly changes: readonly ContactChange[]
  /** All bindings afterwards; those that are refreshed still with their old lease. */
  readonly contacts: readonly Contact[]
  readonly inserted: number
  readonly updated: number
  readonly removed: number
}

const encoder = new TextEncoder()

/**
 * Applies a REGISTER to the bindings of its address of record: RFC 3261 10.3 steps 6 and 7, RFC 5626 6. All or nothing:
 * throws Rejection before anything is decided.
 */
export function updateBindings(contacts: readonly Contact[], request: RegisterRequest, context: RegisterContext): BindingUpdate {
  const current = contacts.every((contact) => contact.expiresAt > context.now)
    ? contacts
    : contacts.filter((contact) => contact.expiresAt > context.now)
  const update = new Update(current, context)
  if (request.star) for (const contact of current) update.remove(contact, request)
  for (const wanted of request.contacts) update.apply(wanted, request)
  if (context.replaceAll && request.contacts.length > 0) update.dropOthers()
  return update.result()
}

/** Unix milliseconds until which a binding lives after the update. */
export function expiryAfter({ changes }: BindingUpdate, contact: Contact): number {
  for (let i = changes.length - 1; i >= 0; i--) {
    const change = changes[i]
    if (change.type === 'refresh' && change.ruid === contact.ruid) return change.expiresAt
    if (change.type === 'put' && change.contact === contact) break
  }
  return contact.expiresAt
}

class Update implements BindingUpdate {
  readonly changes: ContactChange[] = []
  readonly contacts: Contact[]
  inserted = 0
  updated = 0
  removed = 0
  readonly #context: RegisterContext
  /** Ruids that the request has named. */
  readonly #touched: string[] = []

  constructor(contacts: readonly Contact[], context: RegisterContext) {
    this.contacts = contacts.slice()
    this.#context = context
  }

  apply(wanted: ContactRequest, request: RegisterRequest): void {
    const index = indexOf(this.contacts, wanted)
    if (index === -1) {
      if (wanted.expires > 0) this.#insert(wanted, request)
      return
    }
    const contact = this.contacts[index]
    // Naming one binding twice in one request is no overtaking.
    const repeated = this.#touched.includes(contact.ruid)
    if (!repeated && !supersedes(request, contact)) return
    if (wanted.expires === 0) this.#removeAt(index)
    else {
      this.#replace(index, wanted, request)
      this.#touched.push(contact.ruid)
      this.updated++
    }
  }

  remove(contact: Contact, request: RegisterRequest): void {
    if (supersedes(request, contact)) this.#removeAt(this.contacts.indexOf(contact))
  }

  dropOthers(): void {
    for (const contact of this.contacts.slice()) if (!this.#touched.includes(contact.ruid)) this.#removeAt(this.contacts.indexOf(contact))
  }

  result(): BindingUpdate {
    const { maxContacts } = this.#context
    if (maxContacts > 0 && this.inserted > 0 && this.contacts.length > maxContacts) {
      throw new Rejection(403, `Too many contacts: this address may have ${maxContacts}`)
    }
    return this
  }

  #replace(index: number, wanted: ContactRequest, request: RegisterRequest): void {
    const { ruid } = this.contacts[index]
    if (isRefresh(this.contacts[index], wanted, request, this.#context)) {
      const { now } = this.#context
      const { callId, cseq } = request
      this.changes.push({ type: 'refresh', ruid, callId, cseq, expiresAt: now + wanted.expires * 1000, lastModified: now })
    } else {
      const contact = this.#contact(wanted, request, ruid)
      this.contacts[index] = contact
      this.changes.push({ type: 'put', contact })
    }
  }

  #insert(wanted: ContactRequest, request: RegisterRequest): void {
    const contact = this.#contact(wanted, request, this.#context.nextRuid())
    this.contacts.push(contact)
    this.changes.push({ type: 'put', contact })
    this.#touched.push(contact.ruid)
    this.inserted++
  }

  #removeAt(index: number): void {
    const [contact] = this.contacts.splice(index, 1)
    this.changes.push({ type: 'remove', ruid: contact.ruid })
    this.removed++
  }

  #contact(wanted: ContactRequest, request: RegisterRequest, ruid: string): Contact {
    const { table, aor, now, received, socket, source, flags, branchFlags, attributes } = this.#context
    return {
      table,
      aor,
      uri: wanted.uri,
      ruid,
      expiresAt: now + wanted.expires * 1000,
      q: wanted.q,
      callId: request.callId,
      cseq: request.cseq,
      userAgent: request.userAgent,
      received,
      path: request.path,
      socket,
      source,
      flags,
      branchFlags,
      methods: wanted.methods,
      instance: wanted.instance,
      regId: wanted.regId,
      attributes,
      lastModified: now,
    }
  }
}

/**
 * RFC 3261 10.3 step 7: another Call-ID always wins, the same one only with a higher CSeq. The same CSeq is this very
 * request once more: nothing is to be done, and it is answered like the first time.
 */
function supersedes(request: RegisterRequest, contact: Contact): boolean {
  if (request.callId !== contact.callId || request.cseq > contact.cseq) return true
  if (request.cseq < contact.cseq) throw new Rejection(400, 'CSeq is lower than that of an earlier REGISTER')
  return false
}

/** Does nothing change but the lease? */
function isRefresh(contact: Contact, wanted: ContactRequest, request: RegisterRequest, context: RegisterContext): boolean {
  return (
    contact.uri === wanted.uri &&
    contact.source === context.source &&
    contact.socket === context.socket &&
    contact.received === context.received &&
    contact.userAgent === request.userAgent &&
    contact.path === request.path &&
    contact.instance === wanted.instance &&
    contact.attributes === context.attributes &&
    sameNumbers(contact, wanted, context)
  )
}

function sameNumbers(contact: Contact, { q, methods, regId }: ContactRequest, { flags, branchFlags }: RegisterContext): boolean {
  return (
    contact.q === q &&
    contact.flags === flags &&
    contact.branchFlags === branchFlags &&
    contact.methods === methods &&
    contact.regId === regId
  )
}

function indexOf(contacts: readonly Contact[], wanted: ContactRequest): number {
  for (let i = 0; i < contacts.length; i++) if (isSame(contacts[i], wanted)) return i
  return -1
}

/** RFC 3261 10.3 step 7 compares URIs; RFC 5626 6 compares instance and reg-id where the phone gave both. */
function isSame(contact: Contact, wanted: ContactRequest): boolean {
  if (wanted.instance !== '' && wanted.regId > 0) return contact.instance === wanted.instance && contact.regId === wanted.regId
  return contact.uri === wanted.uri || sameUriText(contact.uri, wanted.uri)
}

const left = new Uri()
const right = new Uri()

function sameUriText(a: string, b: string): boolean {
  const aBytes = encoder.encode(a)
  const bBytes = encoder.encode(b)
  try {
    parseUri(left, aBytes, 0, aBytes.length)
    parseUri(right, bBytes, 0, bBytes.length)
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
  return sameUri(left, aBytes, right, bBytes)
}
