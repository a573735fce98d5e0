import { lookup } from 'node:dns'
import type { Endpoint, EndpointTable } from './endpoint.ts'
import { defaultPort } from './default-port.ts'

/** Finds where a SIP URI's host is reached (RFC 3263). */
interface Resolver {
  /**
   * `host`: name or address, IPv6 with or without brackets; `port` 0: the default. `done` gets the endpoints in the order to
   * try them, none when the name is not known; at once for addresses and names in the cache.
   */
  resolve(host: string, port: number, transport: number, done: (endpoints: readonly Endpoint[], transport: number) => void): void
}

export interface HostAddress {
  readonly address: string
  readonly family: number
}

/** Addresses of a host name; an empty list or an error both mean: none. */
export type LookupHost = (host: string, done: (error: Error | null, addresses: readonly HostAddress[]) => void) => void

export interface ResolverSettings {
  /** Milliseconds for which an answer is used again. */
  readonly cacheTime: number
  /** The same for "no such name". */
  readonly negativeCacheTime: number
  readonly cacheEntries: number
}

const defaultResolverSettings: ResolverSettings = { cacheTime: 30_000, negativeCacheTime: 5_000, cacheEntries: 4096 }

interface CachedHost {
  readonly addresses: readonly HostAddress[]
  readonly until: number
}

type Waiting = (addresses: readonly HostAddress[]) => void

/** The system's resolver (hosts file, DNS) behind a small cache; simultaneous questions about one name are asked once. */
export class HostResolver implements Resolver {
  readonly #endpoints: EndpointTable
  readonly #now: () => number
  readonly #lookup: LookupHost
  readonly #settings: ResolverSettings
  readonly #cache = new Map<string, CachedHost>()
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(endpoints: EndpointTable, now: () => number, lookupHost: LookupHost = systemLookup, settings = defaultResolverSettings) {
    this.#endpoints = endpoints
    this.#now = now
    this.#lookup = lookupHost
    this.#settings = settings
  }

  resolve(host: string, port: number, transport: number, done: (endpoints: readonly Endpoint[], transport: number) => void): void {
    const actualPort = port === 0 ? defaultPort(transport) : port
    const literal = this.#endpoints.of(host.startsWith('[') ? host.slice(1, -1) : host, actualPort)
    if (literal !== null) return done([literal], transport)
    this.#addresses(host.toLowerCase(), (addresses) => {
      const endpoints = addresses.map((one) => this.#endpoints.of(one.address, actualPort)).filter((one) => one !== null)
      done(endpoints, transport)
    })
  }

  #addresses(host: string, done: Waiting): void {
    const cached = this.#cache.get(host)
    if (cached !== undefined && cached.until > this.#now()) return done(cached.addresses)
    const waiting = this.#waiting.get(host)
    if (waiting !== undefined) {
      waiting.push(done)
      return
    }
    this.#waiting.set(host, [done])
    this.#lookup(host, (error, addresses) => this.#answered(host, error === null ? addresses : []))
  }

  #answered(host: string, addresses: readonly HostAddress[]): void {
    const { cacheTime, negativeCacheTime, cacheEntries } = this.#settings
    if (this.#cache.size >= cacheEntries) this.#cache.clear()
    this.#cache.set(host, { addresses, until: this.#now() + (addresses.length > 0 ? cacheTime : negativeCacheTime) })
    const waiting = this.#waiting.get(host) ?? []
    this.#waiting.delete(host)
    for (const done of waiting) done(addresses)
  }
}

/** Hosts file and DNS as the system has them configured. */
export function systemLookup(host: string, done: (error: Error | null, addresses: readonly HostAddress[]) => void): void {
  lookup(host, { all: true, order: 'ipv4first' }, (error, addresses) => done(error, addresses ?? []))
}
