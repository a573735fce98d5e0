import type { Source } from './transport.ts'

/** Told about what the transport layer sees beside messages; for counters and the log. Every call is cheap or never made. */
export interface TransportObserver {
  received(transport: number, bytes: number): void
  sent(transport: number, bytes: number): void
  /** CRLF or NUL keepalives, STUN requests: absorbed below the message layer. */
  keepalive(transport: number): void
  /** The stream of `source` lost its framing; its connection closes once what is queued for it is written. `error` is a SipParseError. */
  framingError(source: Source, error: Error): void
  connectionOpened(source: Source, inbound: boolean): void
  /** The system gave a listening socket an error instead of a connection. */
  notAccepted(error: Error): void
  /** Also of one that could not be made. */
  connectionClosed(source: Source): void
}

export const silentObserver: TransportObserver = {
  received: () => undefined,
  sent: () => undefined,
  keepalive: () => undefined,
  framingError: () => undefined,
  connectionOpened: () => undefined,
  notAccepted: () => undefined,
  connectionClosed: () => undefined,
}
