import type { ContactChange } from './contact-journal.ts'
import type { Contact } from './contact.ts'

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
}

/** The bindings of one address of record. */
export class LocationRecord {
  readonly table: string
  readonly aor: string
  /** Committed bindings; some may have expired since. */
  contacts: readonly Contact[] = NONE
  readonly pending: PendingChange[] = []
  /** The sweep that looks at this record next, 0 none. */
  sweep = 0

  constructor(table: string, aor: string) {
    this.table = table
    this.aor = aor
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
    return this.#tables.get(table)?.get(aor)?.contacts ?? NONE
  }

  /** The bindings as they will be once all that is pending is committed. */
  proposed(table: string, aor: string): readonly Contact[] {
    const record = this.#tables.get(table)?.get(aor)
    if (record === undefined) return NONE
    if (record.pending.length === 0) return record.contacts
    let contacts = record.contacts
    for (const { changes } of record.pending) contacts = changed(contacts, changes)
    return contacts
  }

  /** Do changes that this very request wants wait for their commit? */
  isPending(table: string, aor: string, { callId, cseq }: ChangeOrigin): boolean {
    const pending = this.#tables.get(table)?.get(aor)?.pending
    if (pending === undefined || pending.length === 0) return false
    return pending.some(({ origin }) => origin.cseq === cseq && origin.callId === callId)
  }

  /** Notes changes of one address of record that are on their way to the store. */
  propose(table: string, aor: string, changes: readonly ContactChange[], origin: ChangeOrigin = NOBODY): PendingChange {
    const record = this.#record(table, aor)
    const pending = { origin, record, changes }
    record.pending.push(pending)
    return pending
  }

  /** The commit is done, or has failed and nothing changes. */
  settle(pending: PendingChange, ok: boolean): void {
    const { record } = pending
    if (record.pending.length === 1) record.pending.length = 0
    else record.pending.splice(record.pending.indexOf(pending), 1)
    if (ok) this.#apply(record, pending.changes)
    this.#dropIfEmpty(record)
  }

  /** Takes over committed bindings from the store at start. */
  load(contacts: Iterable<Contact>): void {
    for (const contact of contacts) this.#apply(this.#record(contact.table, contact.aor), [{ type: 'put', contact }])
  }

  /** Takes over changes that another SIP thread has committed. */
  follow(changes: readonly ContactChange[]): void {
    for (const change of changes) {
      const record = change.type === 'remove' ? this.#byRuid.get(change.ruid) : this.#record(change.contact.table, change.contact.aor)
      if (record === undefined) continue
      this.#apply(record, [change])
      this.#dropIfEmpty(record)
    }
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

  #record(table: string, aor: string): LocationRecord {
    let records = this.#tables.get(table)
    if (records === undefined) this.#tables.set(table, (records = new Map()))
    let record = records.get(aor)
    if (record === undefined) records.set(aor, (record = new LocationRecord(table, aor)))
    return record
  }

  #apply(record: LocationRecord, changes: readonly ContactChange[]): void {
    record.contacts = changed(record.contacts, changes)
    for (const change of changes) {
      if (change.type === 'remove') this.#byRuid.delete(change.ruid)
      else {
        this.#byRuid.set(change.contact.ruid, record)
        this.#schedule(record, change.contact.expiresAt)
      }
    }
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
    if (record.contacts.length > 0 || record.pending.length > 0) return
    const records = this.#tables.get(record.table)
    if (records?.get(record.aor) === record) records.delete(record.aor)
  }
}

function changed(contacts: readonly Contact[], changes: readonly ContactChange[]): readonly Contact[] {
  const result = contacts.slice()
  for (const change of changes) {
    const ruid = change.type === 'remove' ? change.ruid : change.contact.ruid
    const index = indexOfRuid(result, ruid)
    if (change.type === 'remove') {
      if (index !== -1) result.splice(index, 1)
    } else if (index === -1) result.push(change.contact)
    else result[index] = change.contact
  }
  return result
}

function indexOfRuid(contacts: readonly Contact[], ruid: string): number {
  for (let i = 0; i < contacts.length; i++) if (contacts[i].ruid === ruid) return i
  return -1
}
