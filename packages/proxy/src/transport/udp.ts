import { TransportCode } from '@signalbox/sip'
import type { DatagramConsumer, DatagramPort } from './datagram-port.ts'
import type { Endpoint, EndpointTable } from './endpoint.ts'
import type { ListenerTable } from './listener-table.ts'
import type { TransportObserver } from './transport-observer.ts'
import type { Destination, Listener, Source, TransportUser } from './transport.ts'

const NUL = 0
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
/** Sources are kept per remote; beyond this many the table starts over. */
const SOURCES = 16_384

export interface UdpDependencies {
  readonly user: TransportUser
  readonly observer: TransportObserver
  readonly endpoints: EndpointTable
  readonly listeners: ListenerTable
}

/** RFC 3261 18 over one UDP socket: keepalives are dropped here, messages go up with the address they came from. */
export class Udp implements DatagramConsumer {
  readonly #dependencies: UdpDependencies
  readonly #sources = new Map<Endpoint, Source>()
  #own: readonly Listener[] = []
  #port: DatagramPort | null = null

  constructor(dependencies: UdpDependencies) {
    this.#dependencies = dependencies
  }

  /** `own`: the listeners that this socket stands for. */
  attach(port: DatagramPort, own: readonly Listener[]): void {
    this.#port = port
    this.#own = own
  }

  send(to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#port === null || !this.#port.send(to.remote, bytes, start, end)) return false
    this.#dependencies.observer.sent(TransportCode.UDP, end - start)
    return true
  }

  datagram(bytes: Uint8Array, start: number, end: number, remote: Endpoint): void {
    const { observer, user } = this.#dependencies
    observer.received(TransportCode.UDP, end - start)
    const first = firstOctet(bytes, start, end)
    if (first === end || isStun(bytes, start, end)) {
      observer.keepalive(TransportCode.UDP)
      return
    }
    const source = this.#sourceOf(remote)
    if (source !== null) user.receive(bytes, first, end, source)
  }

  failed(bytes: Uint8Array, start: number, end: number, remote: Endpoint): void {
    const to = this.#sourceOf(remote)
    if (to !== null) this.#dependencies.user.sendFailed(to, bytes, start, end)
  }

  async close(): Promise<void> {
    await this.#port?.close()
    this.#port = null
  }

  #sourceOf(remote: Endpoint): Source | null {
    const known = this.#sources.get(remote)
    if (known !== undefined) return known
    const packed = this.#dependencies.endpoints.packed(remote)
    const listener = packed === null ? null : this.#dependencies.listeners.choose(TransportCode.UDP, packed, this.#own)
    if (listener === null) return null
    const source = { transport: TransportCode.UDP, listener, remote, connection: 0 }
    if (this.#sources.size >= SOURCES) this.#sources.clear()
    this.#sources.set(remote, source)
    return source
  }
}

/** Offset of the first octet that is not part of a keepalive or of the empty lines before a message (RFC 3261 7.5). */
function firstOctet(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === CR || bytes[at] === LF || bytes[at] === NUL || bytes[at] === SPACE)) at++
  return at
}

/** RFC 8489 5: two zero bits first, the magic cookie at octet 4. No SIP message has that cookie there. */
function isStun(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    end - start >= 20 &&
    bytes[start] < 0x40 &&
    bytes[start + 4] === 0x21 &&
    bytes[start + 5] === 0x12 &&
    bytes[start + 6] === 0xa4 &&
    bytes[start + 7] === 0x42
  )
}
