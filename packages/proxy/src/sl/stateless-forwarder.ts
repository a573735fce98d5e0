import { ByteWriter, defaultPort, HeaderId, MESSAGE_ROOM, octetHash, parseVia, Via, type SipMessage } from '@signalbox/sip'
import { Counter, Direction, requestCounter, responseCounter } from '../metrics/counter-layout.ts'
import type { Endpoint } from '../transport/endpoint.ts'
import type { Destination, Listener, Transport } from '../transport/transport.ts'
import type { Place } from '../dns/rfc3263.ts'
import { destinationOf } from '../forward/destination-of.ts'
import { detached } from '../forward/detached-message.ts'
import { hasSecondVia, removeTopVia, writeForwardedRequest } from '../forward/forward-request.ts'
import { nextHopOf, type NextHop } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { EndpointOf } from '../forward/via.ts'
import type { ResolveHop } from '../tm/transaction-core.ts'

/** What stateless forwarding needs of the world. */
export interface ForwardingWorld {
  readonly transport: Transport
  readonly counters: Float64Array
  readonly endpoint: EndpointOf
  readonly resolve: ResolveHop
  /** False: the script does not let this request go there. */
  readonly mayLeave: (m: RoutedMessage, to: Destination) => boolean
}

/** Forwarding without a transaction: ACKs to 2xx, and whatever belongs to no transaction (RFC 3261 16.11, 16.7 step 9). */
export class StatelessForwarder {
  readonly #world: ForwardingWorld
  readonly #out = new ByteWriter(MESSAGE_ROOM)
  readonly #branch = new ByteWriter(64)
  readonly #via = new Via()

  constructor(world: ForwardingWorld) {
    this.#world = world
  }

  /** Forwards a request; `proxy` overrides the next hop. False: no way to send it. */
  request(m: RoutedMessage, proxy: NextHop | null): boolean {
    const hop = proxy ?? nextHopOf(m.destinationUri !== '' ? m.destinationUri : m.currentUri())
    if (hop === null) return false
    if (!hop.literal) return this.#resolveAndSend(m, hop)
    const remote = this.#world.endpoint(hop.host, hop.port)
    return remote !== null && this.#sendRequest(m, { remote, transport: hop.transport })
  }

  /** The name's address comes later; by then the message is gone, so a copy waits for it. */
  #resolveAndSend(m: RoutedMessage, hop: NextHop): boolean {
    const late = detached(m)
    // By then its transaction may be another's.
    late.cell = null
    const found = (places: readonly Place[]): void => {
      if (places.length === 0 || !this.#sendRequest(late, places[0])) this.#world.counters[Counter.sendErrors]++
    }
    // RFC 3263 4.4: a retransmission must go where the request went, so the draw depends on the message alone.
    const share = branchHash(m.message) / 0x1_0000_0000
    this.#world.resolve(hop, found, () => share)
    return true
  }

  #sendRequest(m: RoutedMessage, { transport, remote }: Place): boolean {
    const listener = this.#listenerTowards(m, transport, remote)
    if (listener === null) return false
    const to = destinationOf(transport, listener, remote)
    if (!this.#world.mayLeave(m, to)) return false
    this.#write(m, listener)
    this.#world.counters[requestCounter(Direction.SENT, transport, m.message.method)]++
    return this.#send(to)
  }

  #listenerTowards(m: RoutedMessage, transport: number, remote: Endpoint): Listener | null {
    const wanted = m.forcedListener ?? m.source.listener
    if (wanted.transport === transport && wanted.family === remote.family) return wanted
    return this.#world.transport.listenerFor(transport, remote)
  }

  #write(m: RoutedMessage, listener: Listener): void {
    this.#branch.at = 0
    writeStatelessBranch(this.#branch, m.message)
    this.#out.at = 0
    writeForwardedRequest(this.#out, m, listener, this.#branch)
  }

  /** Forwards a reply to the second Via (RFC 3261 18.2.2). False: it is not ours to forward. */
  reply(m: RoutedMessage): boolean {
    const { message } = m
    if (!this.#isOurs(message) || !hasSecondVia(message)) return false
    const to = this.#secondHop(m)
    if (to === null) return false
    removeTopVia(m)
    this.#out.at = 0
    m.edits.apply(message, message.start, message.end, this.#out)
    this.#world.counters[responseCounter(Direction.SENT, to.transport, message.status)]++
    return this.#send(to)
  }

  /** RFC 3261 18.1.2: a reply whose top Via is not this proxy was never asked for. */
  #isOurs(message: SipMessage): boolean {
    const { via } = message
    return this.#world.transport.isOwnAddress(bareHost(message, via), via.port === 0 ? defaultPort(via.transport) : via.port)
  }

  #secondHop(m: RoutedMessage): Destination | null {
    const { message } = m
    const via = this.#via
    const line = message.next(message.first(HeaderId.VIA))
    try {
      if (message.via.nextStart >= 0) parseVia(via, message.bytes, message.via.nextStart, message.valueEnd[message.first(HeaderId.VIA)])
      else parseVia(via, message.bytes, message.valueStart[line], message.valueEnd[line])
    } catch {
      return null
    }
    const host = via.receivedStart >= 0 ? bare(message.text(via.receivedStart, via.receivedEnd)) : bareHost(message, via)
    const port = via.rport > 0 ? via.rport : via.port === 0 ? defaultPort(via.transport) : via.port
    const remote = this.#world.endpoint(host, port)
    if (remote === null) return null
    const listener = this.#world.transport.listenerFor(via.transport, remote)
    return listener === null ? null : destinationOf(via.transport, listener, remote)
  }

  #send(to: Destination): boolean {
    if (this.#world.transport.send(to, this.#out.bytes, 0, this.#out.at)) return true
    this.#world.counters[Counter.sendErrors]++
    return false
  }
}

function bareHost(message: SipMessage, via: Via): string {
  return bare(message.text(via.hostStart, via.hostEnd))
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host
}

/**
 * A branch that depends on nothing but the request, so that its retransmissions carry the same one (RFC 3261 16.11). It has the
 * form of our other branches, with zeros where they name a transaction.
 */
function writeStatelessBranch(out: ByteWriter, message: SipMessage): void {
  const { bytes, via, callIdStart, callIdEnd } = message
  const start = via.branchStart >= 0 ? via.branchStart : callIdStart
  const end = via.branchStart >= 0 ? via.branchEnd : callIdEnd
  let first = 0x811c9dc5
  let second = 0x1000193
  for (let i = start; i < end; i++) {
    first = Math.imul(first ^ bytes[i], 0x01000193)
    second = Math.imul(second + bytes[i], 0x9e3779b1)
  }
  out.ascii('z9hG4bK0.000000000000000000')
  out.hex(first, 7)
  out.hex(second, 7)
  out.ascii('.0')
}

/** A number in [0, 2^32) that depends on nothing but the branch of the request, or its Call-ID. */
function branchHash({ bytes, via, callIdStart, callIdEnd }: SipMessage): number {
  const start = via.branchStart >= 0 ? via.branchStart : callIdStart
  const end = via.branchStart >= 0 ? via.branchEnd : callIdEnd
  const hash = octetHash(bytes, start, end)
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0
}
