import { TransportCode } from '@signalbox/sip'

/** Default port of a transport, RFC 3261 19.1.2. */
export function defaultPort(transport: number): number {
  return transport === TransportCode.TLS || transport === TransportCode.WSS ? 5061 : 5060
}
