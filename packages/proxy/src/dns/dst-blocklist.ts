import { TransportCode } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { CoreParameters } from './core-parameters.ts'
import type { Place } from './rfc3263.ts'

/** Why a destination is listed, with the bits that `dst_blocklist.view` prints. */
export const BlocklistReason = {
  IPV6: 1,
  SEND: 2,
  CONNECT: 4,
  ICMP: 8,
  TIMEOUT: 16,
  UNAVAILABLE: 32,
  PROHIBITED: 64,
  PERMANENT: 128,
} as const

/** A destination that is sent nothing until `expires`. */
export interface BlockedPlace extends Place {
  readonly flags: number
  /** Monotonic ms; Infinity for permanent ones. */
  readonly expires: number
}

export interface BlocklistStats {
  /** Requests kept from a listed destination. */
  hits: number
  /** Destinations not taken because the list was full. */
  refusals: number
}

const ENTRY_OCTETS = 64

/** Destinations that failed and are left alone for a while (tm-reference 2.5). Whether to ask it is up to use_dst_blocklist. */
export class DstBlocklist {
  readonly stats: BlocklistStats = { hits: 0, refusals: 0 }
  readonly #params: CoreParameters
  readonly #clock: Clock
  /** Counter layout of metrics/counter-layout.ts. */
  readonly #counters: Float64Array
  readonly #entries = new Map<string, BlockedPlace>()

  constructor(params: CoreParameters, clock: Clock, counters: Float64Array) {
    this.#params = params
    this.#clock = clock
    this.#counters = counters
  }

  /** Octets in use, estimated. */
  get used(): number {
    return this.#entries.size * ENTRY_OCTETS
  }

  get on(): boolean {
    return this.#params.use_dst_blocklist !== 0
  }

  /** Lists a destination for dst_blocklist_expire, unless the event does not count for its transport. False: not listed. */
  add(place: Place, reason: number): boolean {
    if (reason & this.#ignored(place.transport)) return false
    return this.addFor(place, reason, this.#params.dst_blocklist_expire * 1000)
  }

  /** Lists a destination for a given time. False: the list is full. */
  addFor(place: Place, reason: number, ms: number): boolean {
    const key = keyOf(place)
    const now = this.#clock.now()
    const listed = this.#entries.get(key)
    if (listed === undefined && !this.#hasRoom(now)) {
      this.stats.refusals++
      return false
    }
    const family = place.remote.family === 6 ? BlocklistReason.IPV6 : 0
    const flags = (listed !== undefined && listed.expires > now ? listed.flags : 0) | reason | family
    const expires = flags & BlocklistReason.PERMANENT ? Infinity : now + ms
    this.#counters[Counter.blocklistings]++
    this.#entries.set(key, { remote: place.remote, transport: place.transport, flags, expires })
    return true
  }

  #ignored(transport: number): number {
    if (transport === TransportCode.UDP) return this.#params.dst_blocklist_udp_imask
    return transport === TransportCode.TCP ? this.#params.dst_blocklist_tcp_imask : this.#params.dst_blocklist_tls_imask
  }

  #hasRoom(now: number): boolean {
    const limit = this.#params.dst_blocklist_mem * 1024
    if (this.used + ENTRY_OCTETS <= limit) return true
    for (const [key, entry] of this.#entries) if (entry.expires <= now) this.#entries.delete(key)
    return this.used + ENTRY_OCTETS <= limit
  }

  /** May nothing be sent there? Counts a hit. */
  blocks(place: Place): boolean {
    if (this.#entries.size === 0) return false
    const key = keyOf(place)
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    if (entry.expires <= this.#clock.now()) {
      this.#entries.delete(key)
      return false
    }
    this.stats.hits++
    this.#counters[Counter.blockedSends]++
    return true
  }

  /** Permanent ones stay. */
  deleteAll(): void {
    for (const [key, entry] of this.#entries) if ((entry.flags & BlocklistReason.PERMANENT) === 0) this.#entries.delete(key)
  }

  /** What is listed now. */
  *entries(): Generator<BlockedPlace> {
    const now = this.#clock.now()
    for (const entry of this.#entries.values()) if (entry.expires > now) yield entry
  }
}

function keyOf({ remote, transport }: Place): string {
  return `${transport} ${remote.port} ${remote.address}`
}
