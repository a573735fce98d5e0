import { defaultPort, TransportCode, type SipMessage } from '@signalbox/sip'
import type { Endpoint } from '../transport/endpoint.ts'
import type { Source } from '../transport/transport.ts'

/** The interned endpoint of an IP address (no brackets) and port; null when it is none. */
export type EndpointOf = (address: string, port: number) => Endpoint | null

/** Replies to requests over streams go back on the connection they came on. */
export function isReliable(transport: number): boolean {
  return transport !== TransportCode.UDP
}

/** Where the reply to `message` goes: RFC 3261 18.2.2, RFC 3581 4. `forceRport` answers as if rport had been asked for. */
export function replyDestination(message: SipMessage, source: Source, forceRport: boolean, endpoint: EndpointOf): Source {
  const via = message.via
  if (isReliable(source.transport) || via.rportStart >= 0 || forceRport) return source
  const port = via.port === 0 ? defaultPort(source.transport) : via.port
  const maddr = via.maddrStart >= 0 ? endpoint(message.text(via.maddrStart, via.maddrEnd), port) : null
  if (maddr !== null) return { ...source, remote: maddr }
  if (port === source.remote.port) return source
  return { ...source, remote: endpoint(source.remote.address, port) ?? source.remote }
}

/** Does the top Via need `received` (RFC 3261 18.2.1; RFC 3581 4 wants it whenever rport is filled in)? */
export function needsReceived(message: SipMessage, source: Source, forceRport: boolean): boolean {
  const via = message.via
  return via.rportStart >= 0 || forceRport || !sentByIs(message, source.remote.address)
}

function sentByIs(message: SipMessage, address: string): boolean {
  const { bytes, via } = message
  const bracket = bytes[via.hostStart] === 0x5b ? 1 : 0
  const start = via.hostStart + bracket
  if (via.hostEnd - bracket - start !== address.length) return false
  for (let i = 0; i < address.length; i++) if ((bytes[start + i] | 0x20) !== (address.charCodeAt(i) | 0x20)) return false
  return true
}
