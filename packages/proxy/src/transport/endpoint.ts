import { networkInterfaces } from 'node:os'
import { formatIp, isIpv6Text, isLoopback, isUnicast, parseIp } from './ip-address.ts'

/** A remote address and port. Endpoints of one EndpointTable are interned: equal ones are the same object while they are in use. */
export interface Endpoint {
  /** '127.0.0.1' or '::1': no brackets. A link-local IPv6 address carries its zone: 'fe80::1%eth0'. */
  readonly address: string
  readonly port: number
  readonly family: 4 | 6
}

/** What the sockets need to know of an endpoint, computed once. */
export interface PackedEndpoint extends Endpoint {
  /** `127.0.0.1:5060`, `[::1]:5060`. */
  readonly text: string
  /** 4 or 16 address bytes in network order. */
  readonly bytes: Uint8Array
  /** Interface number of a link-local IPv6 address, 0 otherwise. */
  readonly scope: number
  readonly loopback: boolean
  /** False for port 0, unspecified, multicast and broadcast addresses: nothing is ever sent there. */
  readonly sendable: boolean
}

/** Rows of the raw cache: address words, scope and port of one row. */
const WORDS = 6
const ROWS = 8192
/** Places for endpoints that were asked for by text lately. */
const NEAR = 256

/** Host part of a URI or Via: IPv6 in brackets, without its zone. */
export function formatHost(address: string): string {
  if (!isIpv6Text(address)) return address
  const zone = address.indexOf('%')
  return `[${zone < 0 ? address : address.slice(0, zone)}]`
}

export function formatEndpoint(endpoint: Endpoint): string {
  return `${formatHost(endpoint.address)}:${endpoint.port}`
}

/**
 * Interns endpoints: by text for resolvers and dgram, by raw socket address for batched receiving. Bounded: the text table
 * drops its older half when it is full (an endpoint that is seen again later is then a new object with the same values).
 */
export class EndpointTable {
  readonly #limit: number
  #young = new Map<string, PackedEndpoint>()
  #old = new Map<string, PackedEndpoint>()
  readonly #near = new Array<PackedEndpoint | null>(NEAR).fill(null)
  readonly #rawWords = new Uint32Array(ROWS * WORDS)
  readonly #rawEndpoints: (PackedEndpoint | null)[] = new Array<PackedEndpoint | null>(ROWS).fill(null)

  constructor(limit = 65_536) {
    this.#limit = limit >> 1
  }

  /** Null when `address` is no literal IP address or `port` no port. */
  of(address: string, port: number): Endpoint | null {
    // Proxies send to few places again and again: the text table would want a new string as its key each time.
    const near = this.#near[port & (NEAR - 1)]
    if (near !== null && near.port === port && near.address === address) return near
    const endpoint = this.#intern(address, port)
    if (endpoint !== null) this.#near[port & (NEAR - 1)] = endpoint
    return endpoint
  }

  /** The packed form; endpoints that did not come from this table are looked up by their text. Null when that is no address. */
  packed(endpoint: Endpoint): PackedEndpoint | null {
    return endpoint instanceof InternedEndpoint ? endpoint : this.#intern(endpoint.address, endpoint.port)
  }

  /** From a received socket address: 4 or 16 bytes in network order at `at`, the interface number of a link-local address. */
  fromBytes(bytes: Uint8Array, at: number, family: 4 | 6, port: number, scope: number): PackedEndpoint {
    const w0 = word(bytes, at)
    const w1 = family === 4 ? 0 : word(bytes, at + 4)
    const w2 = family === 4 ? 0 : word(bytes, at + 8)
    const w3 = family === 4 ? 0 : word(bytes, at + 12)
    const tag = (port | (family << 16)) >>> 0
    let hash = Math.imul(w0 ^ Math.imul(w3 ^ (w1 << 1) ^ (w2 << 2), 0x9e3779b1) ^ Math.imul(port, 0x85ebca6b), 0xc2b2ae35)
    hash = (hash ^ (hash >>> 15)) & (ROWS - 1)
    const row = hash * WORDS
    const words = this.#rawWords
    const found = this.#rawEndpoints[hash]
    if (
      found !== null &&
      words[row] === w0 &&
      words[row + 1] === w1 &&
      words[row + 2] === w2 &&
      words[row + 3] === w3 &&
      words[row + 4] === tag &&
      words[row + 5] === scope
    )
      return found
    const address = formatIp(bytes, at, family)
    const endpoint = this.#internCanonical(scope === 0 ? address : `${address}%${interfaceName(scope)}`, port, scope)
    words[row] = w0
    words[row + 1] = w1
    words[row + 2] = w2
    words[row + 3] = w3
    words[row + 4] = tag
    words[row + 5] = scope
    this.#rawEndpoints[hash] = endpoint
    return endpoint
  }

  #intern(address: string, port: number): PackedEndpoint | null {
    const known = this.#find(keyOf(address, port))
    if (known !== undefined) return known
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return null
    const [host, zone = ''] = address.split('%')
    const bytes = parseIp(host)
    if (bytes === null) return null
    const canonical = formatIp(bytes, 0, bytes.length === 4 ? 4 : 6)
    return this.#internCanonical(zone === '' ? canonical : `${canonical}%${zone}`, port, zone === '' ? 0 : interfaceNumber(zone))
  }

  #internCanonical(address: string, port: number, scope: number): PackedEndpoint {
    const key = keyOf(address, port)
    const known = this.#find(key)
    if (known !== undefined) return known
    const endpoint = new InternedEndpoint(address, port, scope)
    this.#remember(key, endpoint)
    return endpoint
  }

  #find(key: string): PackedEndpoint | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.#remember(key, old)
    return old
  }

  #remember(key: string, endpoint: PackedEndpoint): void {
    if (this.#young.size >= this.#limit) {
      this.#old = this.#young
      this.#young = new Map()
      // Whatever is in use is looked up again, and so stays.
      this.#near.fill(null)
    }
    this.#young.set(key, endpoint)
  }
}

class InternedEndpoint implements PackedEndpoint {
  readonly address: string
  readonly port: number
  readonly family: 4 | 6
  readonly text: string
  readonly bytes: Uint8Array
  readonly scope: number
  readonly loopback: boolean
  readonly sendable: boolean

  /** `address`: canonical text. */
  constructor(address: string, port: number, scope: number) {
    this.address = address
    this.port = port
    this.family = isIpv6Text(address) ? 6 : 4
    this.text = formatEndpoint(this)
    this.bytes = parseIp(address.split('%')[0]) ?? new Uint8Array(this.family === 4 ? 4 : 16)
    this.scope = scope
    this.loopback = isLoopback(this.bytes)
    this.sendable = port > 0 && isUnicast(this.bytes)
  }
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}

function interfaceName(scope: number): string {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    if (addresses?.some((one) => one.family === 'IPv6' && one.scopeid === scope)) return name
  }
  return String(scope)
}

function interfaceNumber(zone: string): number {
  const number = Number(zone)
  if (Number.isInteger(number)) return number
  for (const one of networkInterfaces()[zone] ?? []) if (one.family === 'IPv6' && one.scopeid !== 0) return one.scopeid ?? 0
  return 0
}
