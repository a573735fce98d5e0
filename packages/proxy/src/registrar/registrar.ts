import { Method } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { PendingReply } from '../sl/stateless-replier.ts'
import type { ContactChange, ContactJournal } from '../usrloc/contact-journal.ts'
import type { Contact } from '../usrloc/contact.ts'
import type { ChangeOrigin, Location, LocationRecord } from '../usrloc/location.ts'
import { addressOfRecord, addressOfRecordText } from './address-of-record.ts'
import { updateBindings, type BindingUpdate, type RegisterContext } from './bindings.ts'
import { LookupResult, routeToContacts } from './lookup.ts'
import { registerReplyHeaders } from './register-reply.ts'
import { nothingKnown, readRegister } from './register-request.ts'
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

const NONE: readonly Contact[] = []

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
    const gone = (location.find(table, aor)?.proposed() ?? NONE).flatMap((contact) =>
      ruid === '' || contact.ruid === ruid ? [contact.ruid] : [],
    )
    if (gone.length === 0) return 0
    if (others?.have(aor) === true) others.remove(table, aor, gone)
    else this.remove(table, aor, gone)
    return gone.length
  }

  /** Removes those of the bindings of an address of record that are still there. */
  remove(table: string, aor: string, ruids: readonly string[]): void {
    const record = this.#services.location.find(table, aor)
    if (record === undefined) return
    const gone = record.proposed().filter((contact) => ruids.includes(contact.ruid))
    const changes = gone.map((contact) => ({ type: 'remove', ruid: contact.ruid }) as const)
    if (changes.length > 0) this.#write(record, changes, undefined, () => undefined)
  }

  #save(m: RoutedMessage, table: string, flags: number, given: GivenBindingFacts): number {
    const { message } = m
    const aor = addressOfRecord(message.bytes, message.to.uriStart, message.to.uriEnd, this.parameters.useDomain)
    if (aor === null) throw new Rejection(400, 'To names no user to register')
    const { location } = this.#services
    const record = location.find(table, aor)
    const bindings = record === undefined ? NONE : record.proposed()
    const request = readRegister(message, this.parameters, bindings.at(-1) ?? nothingKnown)
    // A retransmission of one that waits for its commit is neither answered nor written.
    if (record?.awaits(request) === true) return SaveResult.UPDATED
    const context = this.#context(m, { table, aor, replaceAll: (flags & SaveFlag.REPLACE_ALL) !== 0 }, given)
    const update = updateBindings(bindings, request, context)
    const silent = (flags & SaveFlag.NO_REPLY) !== 0
    const headers = silent ? '' : registerReplyHeaders(update, context.now, request.path)
    if (update.changes.length === 0) this.#answerNow(m, headers, silent)
    // Made now: the message is gone when the commit is done.
    else
      this.#answerWhenWritten(record ?? location.record(table, aor), update, request, silent ? null : this.#prepare(m, 200, 'OK', headers))
    return saveResult(update)
  }

  #context(m: RoutedMessage, asked: Pick<RegisterContext, 'table' | 'aor' | 'replaceAll'>, given: GivenBindingFacts): RegisterContext {
    const { source } = m
    return {
      table: asked.table,
      aor: asked.aor,
      replaceAll: asked.replaceAll,
      received: given.received,
      attributes: given.attributes,
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

  #answerNow(m: RoutedMessage, headers: string, silent: boolean): void {
    this.#services.counters[Counter.acceptedRegs]++
    if (!silent) this.#reply(m, 200, 'OK', headers)
  }

  #answerWhenWritten(record: LocationRecord, { changes }: BindingUpdate, origin: ChangeOrigin, reply: PendingReply | null): void {
    const { counters } = this.#services
    this.#write(record, changes, origin, (kept) => {
      counters[kept ? Counter.acceptedRegs : Counter.rejectedRegs]++
      if (kept) reply?.send()
      else reply?.fail()
    })
  }

  #write(record: LocationRecord, changes: readonly ContactChange[], origin: ChangeOrigin | undefined, done: (kept: boolean) => void): void {
    const { location, journal } = this.#services
    const pending = location.propose(record, changes, origin)
    journal.append(changes, (ok) => done(location.settle(pending, ok)))
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

function saveResult(update: BindingUpdate): number {
  if (update.inserted > 0) return SaveResult.INSERTED
  if (update.updated > 0) return SaveResult.UPDATED
  return update.removed > 0 ? SaveResult.REMOVED : SaveResult.LISTED
}
