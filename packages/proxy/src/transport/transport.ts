import type { Endpoint } from './endpoint.ts'

/** A socket that the engine listens on. `advertise` is what stands in Via and Record-Route: host:port, IPv6 in brackets. */
export interface Listener {
  readonly index: number
  /** TransportCode of @signalbox/sip. */
  readonly transport: number
  readonly address: string
  readonly port: number
  readonly family: 4 | 6
  readonly advertise: string
  readonly wildcard: boolean
}

/** Where a message goes, or came from. */
export interface Destination {
  readonly transport: number
  readonly listener: Listener
  readonly remote: Endpoint
  /** Stream transports: the connection to use, 0 for any. */
  readonly connection: number
}

/** Where a message came from is where its replies go (RFC 3261 18.2.2, RFC 3581 4). */
export type Source = Destination

/** What the layers above see of RFC 3261 section 18. */
export interface Transport {
  /** False: it could not even be queued. The bytes may be reused as soon as this returns. */
  send(to: Destination, bytes: Uint8Array, start: number, end: number): boolean
  /** The listener that sends to `remote` over `transport`, or null when nothing listens there. */
  listenerFor(transport: number, remote: Endpoint): Listener | null
  /** True when host (no brackets) and port name one of the listeners: RFC 3261 16.4, Kamailio's `myself`. Port 0 is the transport's default. */
  isOwnAddress(host: string, port: number): boolean
}

/** Called upwards by the transport layer; handed over when the process is composed. */
export interface TransportUser {
  receive(bytes: Uint8Array, start: number, end: number, source: Source): void
  /** A queued message could not be delivered; `bytes[start, end)` is that message. */
  sendFailed(to: Destination, bytes: Uint8Array, start: number, end: number): void
}
