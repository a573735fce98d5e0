import { Method } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { PendingReply } from '../sl/stateless-replier.ts'
import type { ContactChange, ContactJournal } from '../usrloc/contact-journal.ts'
import type { Contact } from '../usrloc/contact.ts'
import type { ChangeOrigin, Location } from '../usrloc/location.ts'
import { addressOfRecord, addressOfRecordText } from './address-of-record.ts'
import { updateBindings, type BindingUpdate, type RegisterContext } from './bindings.ts'
import { LookupResult, routeToContacts } from './lookup.ts'
import { registerReplyHeaders } from './register-reply.ts'
import { readRegister, type RegisterRequest } from './register-request.ts'
import { defaultRegistrarParameters, type RegistrarParameters } from './registrar-parameters.ts'
import { Rejection } from './rejection.ts'
import { socketName } from './socket-name.ts'

/** How the registrar answers. */
export interface RegistrarReplies {
  reply(m: RoutedMessage, code: number, reason: string): number
  prepare(m: RoutedMessage, code: number, reason: string): PendingReply
}

export interface RegistrarServices {
  readonly location: Location
  readonly journal: ContactJournal
  readonly replies: RegistrarReplies
  readonly clock: Clock
  readonly counters: Float64Array
  /** Makes binding ids unique over restarts and threads, e.g. `uloc-6851f2a1-0`. */
  readonly ruidPrefix: string
  readonly parameters?: Partial<RegistrarParameters>
  /** None: there is one SIP thread. */
  readonly others?: OtherRegistrars | null
}

/** The registrars of the other SIP threads: for each address of record, one thread writes its bindings. */
export interface OtherRegistrars {
  /** Does another thread write them? */
  have(aor: string): boolean
  /** Lets it remove some. */
  remove(table: string, aor: string, ruids: readonly string[]): void
}

/** What the script knows of the bindings of a REGISTER. */
interface GivenBindingFacts {
  /** SIP URI of its source, '' when its Contact can be trusted. */
  readonly received: string
  /** To be kept with the bindings: fields as JSON, '' none. */
  readonly attributes: string
}

/** What save() has done, as scripts see it. */
export const SaveResult = { ERROR: -1, INSERTED: 1, UPDATED: 2, REMOVED: 3, LISTED: 4 } as const

/** Flags of save(). */
const SaveFlag = { NO_REPLY: 2, REPLACE_ALL: 4 } as const

/** The registrar of RFC 3261 10.3. A 200 leaves only when its changes are durable. */
export class Registrar {
  readonly parameters: RegistrarParameters
  readonly #services: RegistrarServices
  #lastRuid = 0

  constructor(services: RegistrarServices) {
    this.#services = services
    this.parameters = { ...defaultRegistrarParameters, ...services.parameters }
  }

  /** Handles a REGISTER. Returns a SaveResult. */
  save(m: RoutedMessage, table: string, flags: number, given: GivenBindingFacts): number {
    if (m.message.method !== Method.REGISTER) return SaveResult.ERROR
    this.#services.counters[Counter.registrations]++
    try {
      return this.#save(m, table, flags, given)
    } catch (error) {
      if (!(error instanceof Rejection)) throw error
      this.#services.counters[Counter.rejectedRegs]++
      if ((flags & SaveFlag.NO_REPLY) === 0) this.#reply(m, error.status, error.reason, error.headers)
      return SaveResult.ERROR
    }
  }

  /** Sets the Request-URI and the target set, `maxBranches` in all, from the bindings of the Request-URI's user. Returns a LookupResult. */
  lookup(m: RoutedMessage, table: string, uri: string, maxBranches: number): number {
    const aor = this.#addressOf(m, uri)
    if (aor === null) return LookupResult.ERROR
    return routeToContacts(m, this.#services.location.contacts(table, aor), this.#services.clock.wall(), maxBranches)
  }

  /** Bindings of the user of `uri` ('' the Request-URI) that have not expired. */
  registered(m: RoutedMessage, table: string, uri: string): readonly Contact[] {
    const aor = this.#addressOf(m, uri)
    if (aor === null) return []
    const now = this.#services.clock.wall()
    return this.#services.location.contacts(table, aor).filter((contact) => contact.expiresAt > now)
  }

  /** The committed binding with this ruid. */
  contact(ruid: string): Contact | undefined {
    return this.#services.location.byRuid(ruid)
  }

  /** Removes bindings of `uri`'s user: the one with this ruid, or all for ''. Returns how many. */
  unregister(m: RoutedMessage, table: string, uri: string, ruid: string): number {
    const aor = this.#addressOf(m, uri)
    if (aor === null) return 0
    const { location, others } = this.#services
    const gone = location.proposed(table, aor).flatMap((contact) => (ruid === '' || contact.ruid === ruid ? [contact.ruid] : []))
    if (gone.length === 0) return 0
    if (others?.have(aor) === true) others.remove(table, aor, gone)
    else this.remove(table, aor, gone)
    return gone.length
  }

  /** Removes those of the bindings of an address of record that are still there. */
  remove(table: string, aor: string, ruids: readonly string[]): void {
    const gone = this.#services.location.proposed(table, aor).filter((contact) => ruids.includes(contact.ruid))
    const changes = gone.map((contact) => ({ type: 'remove', ruid: contact.ruid }) as const)
    if (changes.length > 0) this.#write({ table, aor }, changes, () => undefined)
  }

  #save(m: RoutedMessage, table: string, flags: number, given: GivenBindingFacts): number {
    const { message } = m
    const aor = addressOfRecord(message.bytes, message.to.uriStart, message.to.uriEnd, this.parameters.useDomain)
    if (aor === null) throw new Rejection(400, 'To names no user to register')
    const request = readRegister(message, this.parameters)
    // A retransmission of one that waits for its commit is neither answered nor written.
    if (this.#services.location.isPending(table, aor, request)) return SaveResult.UPDATED
    const update = updateBindings(
      this.#services.location.proposed(table, aor),
      request,
      this.#context(m, { ...given, table, aor, replaceAll: (flags & SaveFlag.REPLACE_ALL) !== 0 }),
    )
    if (update.changes.length === 0) this.#answerNow(m, request, update.contacts, flags)
    else this.#answerWhenWritten(m, { table, aor, flags }, request, update)
    return saveResult(update)
  }

  #context(m: RoutedMessage, asked: Pick<RegisterContext, 'table' | 'aor' | 'received' | 'attributes' | 'replaceAll'>): RegisterContext {
    const { source } = m
    return {
      ...asked,
      now: this.#services.clock.wall(),
      socket: socketName(source.transport, source.listener),
      source: socketName(source.transport, source.remote),
      flags: m.flags,
      branchFlags: m.branchFlags,
      maxContacts: this.parameters.maxContacts,
      nextRuid: this.#nextRuid,
    }
  }

  readonly #nextRuid = (): string => `${this.#services.ruidPrefix}-${(++this.#lastRuid).toString(16)}`

  #answerNow(m: RoutedMessage, request: RegisterRequest, contacts: readonly Contact[], flags: number): void {
    this.#services.counters[Counter.acceptedRegs]++
    if ((flags & SaveFlag.NO_REPLY) !== 0) return
    this.#reply(m, 200, 'OK', registerReplyHeaders(contacts, this.#services.clock.wall(), request.path))
  }

  #answerWhenWritten(m: RoutedMessage, save: WaitingSave, request: RegisterRequest, update: BindingUpdate): void {
    const { counters, clock } = this.#services
    const silent = (save.flags & SaveFlag.NO_REPLY) !== 0
    // Made now: the message is gone when the commit is done.
    const reply = silent ? null : this.#prepare(m, 200, 'OK', registerReplyHeaders(update.contacts, clock.wall(), request.path))
    this.#write({ table: save.table, aor: save.aor, origin: request }, update.changes, (ok) => {
      counters[ok ? Counter.acceptedRegs : Counter.rejectedRegs]++
      if (ok) reply?.send()
      else reply?.fail()
    })
  }

  #write({ table, aor, origin }: WriteTarget, changes: readonly ContactChange[], done: (ok: boolean) => void): void {
    const { location, journal } = this.#services
    const pending = location.propose(table, aor, changes, origin)
    journal.append(changes, (ok) => {
      location.settle(pending, ok)
      done(ok)
    })
  }

  #reply(m: RoutedMessage, status: number, reason: string, headers: string): void {
    const before = m.replyHeaders
    m.replyHeaders = before + headers
    this.#services.replies.reply(m, status, reason)
    m.replyHeaders = before
  }

  #prepare(m: RoutedMessage, status: number, reason: string, headers: string): PendingReply {
    const before = m.replyHeaders
    m.replyHeaders = before + headers
    const pending = this.#services.replies.prepare(m, status, reason)
    m.replyHeaders = before
    return pending
  }

  #addressOf(m: RoutedMessage, uri: string): string | null {
    const { message } = m
    const { useDomain } = this.parameters
    if (uri !== '') return addressOfRecordText(uri, useDomain)
    if (m.requestUri !== '') return addressOfRecordText(m.requestUri, useDomain)
    return addressOfRecord(message.bytes, message.uriStart, message.uriEnd, useDomain)
  }
}

interface WriteTarget {
  readonly table: string
  readonly aor: string
  readonly origin?: ChangeOrigin
}

interface WaitingSave {
  readonly table: string
  readonly aor: string
  readonly flags: number
}

function saveResult(update: BindingUpdate): number {
  if (update.inserted > 0) return SaveResult.INSERTED
  if (update.updated > 0) return SaveResult.UPDATED
  return update.removed > 0 ? SaveResult.REMOVED : SaveResult.LISTED
}
