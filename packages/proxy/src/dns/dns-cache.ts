import type { Clock } from '../clock/clock.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { CoreParameters } from './core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsSource, DnsType, RecordsOf } from './dns-source.ts'

/** What is known of one name and type. */
export interface DnsEntry {
  readonly type: DnsType
  /** In lower case, without a final dot. */
  readonly name: string
  /** Empty: there are none (a negative entry). */
  readonly records: readonly DnsRecord[]
  /** Put in by hand, never expires. */
  readonly permanent: boolean
  /** Octets that it counts for. */
  readonly size: number
  /** Life when it was stored, ms. */
  readonly life: number
  /** Monotonic ms; Infinity for permanent entries. */
  expires: number
  lastUsed: number
}

export interface DnsCacheStats {
  /** Questions asked of DNS. */
  requests: number
  hits: number
  negativeHits: number
  /** Entries that had to go although they had not expired, or were not taken because the cache was full. */
  evictions: number
}

export interface DnsCacheWorld {
  readonly source: DnsSource
  readonly params: CoreParameters
  readonly clock: Clock
  /** Counter layout of metrics/counter-layout.ts. */
  readonly counters: Float64Array
}

type Waiting = (records: readonly DnsRecord[]) => void

/** RFC 8767 5: when DNS does not answer, old records are better than none; not for ever, and DNS is asked again soon. */
const LONGEST_STALE = 3_600_000
const STALE_AGAIN = 30_000
/** "Nobody could tell" is kept shorter than "there is none" (RFC 2308 7). */
const LONGEST_FAILURE = 5000
/** In the last tenth of its life an entry that is still asked for is renewed before it expires, unless it lives for seconds only. */
const RENEWAL_SHARE = 0.1
const SHORTEST_RENEWED = 10_000
const ENTRY_OCTETS = 96
const RECORD_OCTETS = 48

/** Records of DNS for the time that they may be kept; simultaneous questions for one name are asked once. */
export class DnsCache {
  /** False: nobody is asked, and what is known is told even when it has expired (dns.set_server_state). */
  serversUp = true
  readonly stats: DnsCacheStats = { requests: 0, hits: 0, negativeHits: 0, evictions: 0 }
  readonly #world: DnsCacheWorld
  readonly #entries = new Map<string, DnsEntry>()
  readonly #waiting = new Map<string, Waiting[]>()
  #octets = 0

  constructor(world: DnsCacheWorld) {
    this.#world = world
  }

  /** Octets in use, estimated. */
  get used(): number {
    return this.#octets
  }

  /** The records of a name, none when there are none; `done` is called at once when they are known. */
  ask<T extends DnsType>(type: T, name: string, done: (records: readonly RecordsOf[T][]) => void): void {
    const key = keyOf(type, name)
    const { clock, counters } = this.#world
    const entry = this.#entries.get(key)
    const now = clock.now()
    if (!this.serversUp) return done((entry?.records ?? []) as readonly RecordsOf[T][])
    if (entry === undefined || entry.expires <= now) return this.#question(type, key, done as Waiting)
    entry.lastUsed = now
    if (entry.records.length > 0) {
      this.stats.hits++
      counters[Counter.dnsHits]++
    } else {
      this.stats.negativeHits++
      counters[Counter.dnsNegativeHits]++
    }
    if (isDueForRenewal(entry, now)) this.#question(type, key, null)
    done(entry.records as readonly RecordsOf[T][])
  }

  /** Joins the question if it is under way. */
  #question(type: DnsType, key: string, done: Waiting | null): void {
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) {
      if (done !== null) waiting.push(done)
      return
    }
    this.#waiting.set(key, done === null ? [] : [done])
    this.stats.requests++
    this.#world.counters[Counter.dnsLookups]++
    this.#world.source.ask(type, nameOf(key), (answer) => this.#answered(type, key, answer))
  }

  #answered(type: DnsType, key: string, answer: DnsAnswer<DnsRecord>): void {
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    this.#waiting.delete(key)
    if (answer.outcome === 'failed') this.#world.counters[Counter.dnsFailures]++
    const records = this.#keep(type, key, answer)
    for (const done of waiting) done(records)
  }

  /** What the askers get. */
  #keep(type: DnsType, key: string, answer: DnsAnswer<DnsRecord>): readonly DnsRecord[] {
    const { params, clock } = this.#world
    const now = clock.now()
    const old = this.#entries.get(key)
    if (old?.permanent === true) return old.records
    if (answer.outcome === 'failed' && old !== undefined && old.records.length > 0 && now < old.expires + LONGEST_STALE) {
      old.expires = Math.max(old.expires, now + STALE_AGAIN)
      return old.records
    }
    const life = this.#life(answer)
    if (old !== undefined) this.#remove(key, old)
    if (params.use_dns_cache !== 0 && life > 0) this.#store(key, entryOf({ type, name: nameOf(key), records: answer.records, life, now }))
    return answer.records
  }

  /** Milliseconds that an answer may be kept: the shortest TTL of its records within the limits. */
  #life({ outcome, records, absentFor = Infinity }: DnsAnswer<DnsRecord>): number {
    const { dns_cache_negative_ttl: negative, dns_cache_min_ttl: min, dns_cache_max_ttl: max } = this.#world.params
    if (outcome === 'failed') return Math.min(negative * 1000, LONGEST_FAILURE)
    if (records.length === 0) return Math.min(negative, absentFor) * 1000
    const ttl = records.reduce((shortest, record) => Math.min(shortest, record.ttl), Infinity)
    return Math.min(Math.max(ttl, min), max) * 1000
  }

  #store(key: string, entry: DnsEntry): boolean {
    if (!this.#makeRoom(entry.size)) {
      this.stats.evictions++
      return false
    }
    this.#entries.set(key, entry)
    this.#octets += entry.size
    return true
  }

  #makeRoom(octets: number): boolean {
    const limit = this.#world.params.dns_cache_mem * 1024
    if (this.#octets + octets <= limit) return true
    const now = this.#world.clock.now()
    for (const [key, entry] of this.#entries) if (entry.expires <= now) this.#remove(key, entry)
    if (this.#world.params.dns_cache_del_nonexp !== 0) {
      for (const [key, entry] of this.#entries) {
        if (this.#octets + octets <= limit) break
        if (entry.permanent) continue
        this.#remove(key, entry)
        this.stats.evictions++
      }
    }
    return this.#octets + octets <= limit
  }

  #remove(key: string, entry: DnsEntry): void {
    if (this.#entries.delete(key)) this.#octets -= entry.size
  }

  /** Adds a record by hand, beside those that are there. `permanent`: it never expires. False: the cache is full. */
  add(type: DnsType, name: string, record: DnsRecord, permanent: boolean): boolean {
    const key = keyOf(type, name)
    const now = this.#world.clock.now()
    const old = this.#entries.get(key)
    const kept = old !== undefined && old.expires > now ? old.records : []
    if (old !== undefined) this.#remove(key, old)
    const life = permanent ? Infinity : record.ttl * 1000
    return this.#store(key, entryOf({ type, name: nameOf(key), records: [...kept, record], life, now }))
  }

  /** False: nothing was known. */
  delete(type: DnsType, name: string): boolean {
    const key = keyOf(type, name)
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    this.#remove(key, entry)
    return true
  }

  /** Permanent entries stay unless `force`. */
  deleteAll(force: boolean): void {
    for (const [key, entry] of this.#entries) if (force || !entry.permanent) this.#remove(key, entry)
  }

  /** The entry of a name, also a negative one; null when nothing valid is known. */
  find(type: DnsType, name: string): DnsEntry | null {
    const entry = this.#entries.get(keyOf(type, name))
    return entry === undefined || entry.expires <= this.#world.clock.now() ? null : entry
  }

  /** Every valid entry. */
  *entries(): Generator<DnsEntry> {
    const now = this.#world.clock.now()
    for (const entry of this.#entries.values()) if (entry.expires > now) yield entry
  }
}

function keyOf(type: DnsType, name: string): string {
  const lower = name.toLowerCase()
  return `${type} ${lower.endsWith('.') ? lower.slice(0, -1) : lower}`
}

function nameOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1)
}

function entryOf(known: {
  readonly type: DnsType
  readonly name: string
  readonly records: readonly DnsRecord[]
  readonly life: number
  readonly now: number
}): DnsEntry {
  const { type, name, records, life, now } = known
  let size = ENTRY_OCTETS + name.length
  for (const record of records) size += RECORD_OCTETS + textOctets(record)
  return { type, name, records, permanent: life === Infinity, size, life, expires: now + life, lastUsed: now }
}

function textOctets(record: DnsRecord): number {
  if ('address' in record) return record.address.length
  if ('target' in record) return record.target.length
  if ('name' in record) return record.name.length
  if ('texts' in record) return record.texts.reduce((sum, text) => sum + text.length, 0)
  if ('apex' in record) return record.separator.length + record.apex.length
  return record.flags.length + record.service.length + record.regexp.length + record.replacement.length
}

function isDueForRenewal({ permanent, records, life, expires }: DnsEntry, now: number): boolean {
  return !permanent && records.length > 0 && life >= SHORTEST_RENEWED && expires - now < life * RENEWAL_SHARE
}
