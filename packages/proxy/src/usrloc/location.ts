import type { ContactChange, Refresh } from './contact-journal.ts'
import { renew, type Contact } from './contact.ts'

const SWEEP_STEP = 60_000
const NONE: readonly Contact[] = []
const NOBODY: ChangeOrigin = { callId: '', cseq: -1 }

export interface ChangeOrigin {
  readonly callId: string
  readonly cseq: number
}

/** Changes that wait for their commit. */
export interface PendingChange {
  /** The request that wants them. */
  readonly origin: ChangeOrigin
  readonly record: LocationRecord
  readonly changes: readonly ContactChange[]
  /** Of the same record, proposed later. */
  next: PendingChange | null
}

/** The bindings of one address of record. */
export class LocationRecord {
  readonly table: string
  readonly aor: string
  /** Committed bindings; some may have expired since. */
  contacts: readonly Contact[] = NONE
  /** The first of the changes that wait; null: none. */
  pending: PendingChange | null = null
  /** The sweep that looks at this record next, 0 none. */
  sweep = 0

  constructor(table: string, aor: string) {
    this.table = table
    this.aor = aor
  }

  /** The bindings as they will be once all that is pending is committed. */
  proposed(): readonly Contact[] {
    let contacts = this.contacts
    for (let pending = this.pending; pending !== null; pending = pending.next) contacts = proposed(contacts, pending.changes)
    return contacts
  }

  /** Do changes that this very request wants wait for their commit? */
  awaits({ callId, cseq }: ChangeOrigin): boolean {
    for (let { pending } = this; pending !== null; pending = pending.next) {
      if (pending.origin.cseq === cseq && pending.origin.callId === callId) return true
    }
    return false
  }
}

/**
 * The location table in memory: what lookup sees. Bindings appear here when their commit is done; a REGISTER that overtakes
 * the commit of the one before is judged on `proposed`. No clock inside: callers pass Unix milliseconds.
 */
export class Location {
  readonly #tables = new Map<string, Map<string, LocationRecord>>()
  readonly #byRuid = new Map<string, LocationRecord>()
  /** Records by the sweep in which one of their bindings has expired. */
  readonly #sweeps = new Map<number, LocationRecord[]>()
  #nextSweep = Infinity

  /** Number of committed bindings. */
  get size(): number {
    return this.#byRuid.size
  }

  /** Committed bindings of an address of record, expired ones included until the next sweep. */
  contacts(table: string, aor: string): readonly Contact[] {
    return this.find(table, aor)?.contacts ?? NONE
  }

  /** What is known of an address of record; undefined: nothing. */
  find(table: string, aor: string): LocationRecord | undefined {
    return this.#tables.get(table)?.get(aor)
  }

  /** The same; made when there is none, for changes to be proposed. */
  record(table: string, aor: string): LocationRecord {
    let records = this.#tables.get(table)
    if (records === undefined) this.#tables.set(table, (records = new Map()))
    let record = records.get(aor)
    if (record === undefined) records.set(aor, (record = new LocationRecord(table, aor)))
    return record
  }

  /** Notes changes of one address of record that are on their way to the store. */
  propose(record: LocationRecord, changes: readonly ContactChange[], origin: ChangeOrigin = NOBODY): PendingChange {
    const pending = { origin, record, changes, next: null }
    if (record.pending === null) record.pending = pending
    else lastOf(record.pending).next = pending
    return pending
  }

  /** The commit is done, or has failed and nothing changes. False: nothing was kept, or it renews a binding whose own commit has failed. */
  settle(pending: PendingChange, ok: boolean): boolean {
    const { record } = pending
    if (record.pending === pending) record.pending = pending.next
    else for (let before = record.pending; before !== null; before = before.next) if (before.next === pending) before.next = pending.next
    const kept = ok && this.#apply(record, pending.changes)
    this.#dropIfEmpty(record)
    return kept
  }

  /** Takes over committed bindings from the store at start. */
  load(contacts: Iterable<Contact>): void {
    for (const contact of contacts) this.#apply(this.record(contact.table, contact.aor), [{ type: 'put', contact }])
  }

  /** Takes over a change that another SIP thread has committed. */
  follow(change: ContactChange): void {
    const record = change.type === 'put' ? this.record(change.contact.table, change.contact.aor) : this.#byRuid.get(change.ruid)
    if (record === undefined) return
    this.#apply(record, [change])
    this.#dropIfEmpty(record)
  }

  /** Removes what has expired before `now`. Returns how many bindings went. */
  sweep(now: number): number {
    let removed = 0
    const last = Math.floor(now / SWEEP_STEP)
    for (; this.#nextSweep <= last; this.#nextSweep = this.#sweeps.size === 0 ? Infinity : this.#nextSweep + 1) {
      const records = this.#sweeps.get(this.#nextSweep)
      this.#sweeps.delete(this.#nextSweep)
      for (const record of records ?? []) if (record.sweep === this.#nextSweep) removed += this.#expire(record, now)
    }
    return removed
  }

  /** Every record, table by table, in the order in which they were first seen. */
  *tables(): IterableIterator<readonly [string, Iterable<LocationRecord>]> {
    for (const [name, records] of this.#tables) yield [name, records.values()]
  }

  /** The committed binding with this ruid. */
  byRuid(ruid: string): Contact | undefined {
    return this.#byRuid.get(ruid)?.contacts.find((contact) => contact.ruid === ruid)
  }

  #apply(record: LocationRecord, changes: readonly ContactChange[]): boolean {
    let whole = true
    for (const change of changes) {
      if (change.type === 'refresh') whole = this.#refresh(record, change) && whole
      else {
        record.contacts = changed(record.contacts, change)
        if (change.type === 'remove') this.#byRuid.delete(change.ruid)
        else {
          this.#byRuid.set(change.contact.ruid, record)
          this.#schedule(record, change.contact.expiresAt)
        }
      }
    }
    return whole
  }

  #refresh(record: LocationRecord, refresh: Refresh): boolean {
    const index = indexOfRuid(record.contacts, refresh.ruid)
    if (index === -1) return false
    renew(record.contacts[index], refresh)
    this.#schedule(record, refresh.expiresAt)
    return true
  }

  /** A record stands in one sweep only: that of its earliest binding, where it is put into its next one. */
  #schedule(record: LocationRecord, expiresAt: number): void {
    const sweep = Math.floor(expiresAt / SWEEP_STEP) + 1
    if (record.sweep !== 0 && record.sweep <= sweep) return
    record.sweep = sweep
    const records = this.#sweeps.get(sweep)
    if (records === undefined) this.#sweeps.set(sweep, [record])
    else records.push(record)
    if (sweep < this.#nextSweep) this.#nextSweep = sweep
  }

  #expire(record: LocationRecord, now: number): number {
    const kept = record.contacts.filter((contact) => contact.expiresAt > now)
    const removed = record.contacts.length - kept.length
    for (const contact of record.contacts) if (contact.expiresAt <= now) this.#byRuid.delete(contact.ruid)
    record.contacts = kept
    record.sweep = 0
    if (kept.length > 0) this.#schedule(record, Math.min(...kept.map((contact) => contact.expiresAt)))
    this.#dropIfEmpty(record)
    return removed
  }

  #dropIfEmpty(record: LocationRecord): void {
    if (record.contacts.length > 0 || record.pending !== null) return
    const records = this.#tables.get(record.table)
    if (records?.get(record.aor) === record) records.delete(record.aor)
  }
}

function lastOf(pending: PendingChange): PendingChange {
  let last = pending
  while (last.next !== null) last = last.next
  return last
}

/** Contacts as they will be, in copies of those that are refreshed. */
function proposed(contacts: readonly Contact[], changes: readonly ContactChange[]): readonly Contact[] {
  return changes.reduce((result, change) => {
    if (change.type !== 'refresh') return changed(result, change)
    return result.map((contact) => (contact.ruid === change.ruid ? refreshed(contact, change) : contact))
  }, contacts)
}

function refreshed(contact: Contact, refresh: Refresh): Contact {
  const copy = { ...contact }
  renew(copy, refresh)
  return copy
}

function changed(contacts: readonly Contact[], change: Exclude<ContactChange, Refresh>): readonly Contact[] {
  const ruid = change.type === 'remove' ? change.ruid : change.contact.ruid
  const index = indexOfRuid(contacts, ruid)
  const result = contacts.slice()
  if (change.type === 'remove') {
    if (index !== -1) result.splice(index, 1)
  } else if (index === -1) result.push(change.contact)
  else result[index] = change.contact
  return result
}

function indexOfRuid(contacts: readonly Contact[], ruid: string): number {
  for (let i = 0; i < contacts.length; i++) if (contacts[i].ruid === ruid) return i
  return -1
}
