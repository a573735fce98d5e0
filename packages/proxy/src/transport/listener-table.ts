import { formatHost } from './endpoint.ts'
import type { PackedEndpoint } from './endpoint.ts'
import { formatIp, isIpv6Text, parseIp, sameNetwork } from './ip-address.ts'
import type { LocalAddress } from './local-address.ts'
import type { Listener } from './transport.ts'

/** A listener with what the choice among several needs. */
interface Entry {
  readonly listener: Listener
  readonly bytes: Uint8Array
  readonly prefix: number
  readonly loopback: boolean
}

/** What a socket is bound to. */
export interface BoundSocket {
  readonly transport: number
  /** Literal address, no brackets. */
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  readonly wildcard: boolean
  /** Host or host:port that stands in Via instead of the address ('' none): for sockets behind a NAT. */
  readonly advertise: string
}

/**
 * All listeners. A socket bound to the wildcard address counts as one listener per local address of its family, so that
 * Via and Record-Route always name an address under which the peer can reach us.
 */
export class ListenerTable {
  readonly #local: readonly LocalAddress[]
  readonly #entries = new Map<number, Entry[]>()
  readonly #own = new Map<string, Set<number>>()
  readonly listeners: Listener[] = []

  constructor(local: readonly LocalAddress[]) {
    this.#local = local
  }

  /** Enters a bound socket; returns its listeners, the preferred one first. */
  add(socket: BoundSocket): readonly Listener[] {
    const entries = this.#addressesOf(socket).map((address) => this.#entry(socket, address))
    const key = keyOf(socket.transport, socket.family)
    this.#entries.set(key, [...(this.#entries.get(key) ?? []), ...entries])
    for (const entry of entries) this.#enterOwn(entry, socket.advertise)
    return entries.map((entry) => entry.listener)
  }

  /** The listener whose address the kernel would use towards `remote`, among `among` when that is given. */
  choose(transport: number, remote: PackedEndpoint, among?: readonly Listener[]): Listener | null {
    const all = this.#entries.get(keyOf(transport, remote.family))
    if (all === undefined) return null
    const entries = among === undefined ? all : all.filter((entry) => among.includes(entry.listener))
    if (entries.length < 2) return entries[0]?.listener ?? null
    const found = remote.loopback
      ? entries.find((entry) => entry.loopback)
      : (entries.find((entry) => !entry.loopback && sameNetwork(entry.bytes, remote.bytes, entry.prefix)) ??
        entries.find((entry) => !entry.loopback))
    return (found ?? entries[0]).listener
  }

  /** RFC 3261 16.4: does host (no brackets) and port (0: the default) name this proxy? */
  isOwn(host: string, port: number): boolean {
    const ports = this.#own.get(host) ?? this.#own.get(canonical(host))
    if (ports === undefined) return false
    return port === 0 ? ports.has(5060) || ports.has(5061) || ports.has(0) : ports.has(port) || ports.has(0)
  }

  /** Further names of this proxy: a host with any port (port 0) or with one. */
  addAlias(host: string, port: number): void {
    this.#addOwn(canonical(host), port)
  }

  #addressesOf(socket: BoundSocket): readonly LocalAddress[] {
    const bytes = parseIp(socket.address.split('%')[0]) ?? new Uint8Array(4)
    const family = this.#local.filter((one) => one.family === socket.family)
    if (socket.wildcard) {
      const usable = family.filter((one) => !one.linkLocal)
      if (usable.length > 0) return [...usable].sort((a, b) => Number(a.loopback) - Number(b.loopback))
    }
    const known = family.find((one) => one.address === socket.address)
    return [
      known ?? {
        address: socket.address,
        family: socket.family,
        bytes,
        prefix: bytes.length * 8,
        loopback: bytes[0] === 127,
        linkLocal: false,
      },
    ]
  }

  #entry(socket: BoundSocket, local: LocalAddress): Entry {
    const listener: Listener = {
      index: this.listeners.length,
      transport: socket.transport,
      address: local.address,
      port: socket.port,
      family: socket.family,
      advertise: advertised(socket, local),
      wildcard: socket.wildcard,
    }
    this.listeners.push(listener)
    return { listener, bytes: local.bytes, prefix: local.prefix, loopback: local.loopback }
  }

  #enterOwn(entry: Entry, advertise: string): void {
    const port = entry.listener.port
    this.#addOwn(entry.listener.address, port)
    if (entry.loopback) this.#addOwn('localhost', port)
    if (advertise === '') return
    const [host, advertisedPort] = splitHostPort(entry.listener.advertise)
    this.#addOwn(canonical(host), advertisedPort)
  }

  #addOwn(host: string, port: number): void {
    const ports = this.#own.get(host)
    if (ports === undefined) this.#own.set(host, new Set([port]))
    else ports.add(port)
  }
}

function advertised(socket: BoundSocket, local: LocalAddress): string {
  if (socket.advertise === '') return `${formatHost(local.address)}:${socket.port}`
  const [host, port] = splitHostPort(socket.advertise)
  return `${formatHost(host)}:${port === 0 ? socket.port : port}`
}

/** 'host', 'host:port', '[v6]', '[v6]:port' or a bare IPv6 address; port 0 when absent. */
function splitHostPort(text: string): readonly [string, number] {
  if (!text.startsWith('[') && isIpv6Text(text) && text.indexOf(':') !== text.lastIndexOf(':')) return [text, 0]
  const bracket = text.lastIndexOf(']')
  const colon = text.lastIndexOf(':')
  const host = colon > bracket ? text.slice(0, colon) : text
  return [host.replace(/^\[|\]$/g, ''), colon > bracket ? Number(text.slice(colon + 1)) : 0]
}

function canonical(host: string): string {
  if (!isIpv6Text(host)) return host.toLowerCase()
  const bytes = parseIp(host)
  return bytes === null ? host : formatIp(bytes, 0, 6)
}

function keyOf(transport: number, family: 4 | 6): number {
  return transport * 16 + family
}
