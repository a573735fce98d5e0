import { transportName } from '@signalbox/sip'
import { nextHopOf } from '../../forward/next-hop.ts'
import type { RoutedMessage } from '../../forward/routed-message.ts'

/** `[proto:]host[:port]` as the transaction layer takes it, IPv6 in brackets. Port 0 is the protocol's own. */
export function proxyAddress(proto: string, host: string, port: number): string {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  return `${proto === '' ? '' : `${proto.toLowerCase()}:`}${bracketed}${port === 0 ? '' : `:${port}`}`
}

/** Where the message goes anyway, but over `proto`; '' when that is nowhere. */
export function overProtocol(m: RoutedMessage, proto: string): string {
  const hop = nextHopOf(m.destinationUri === '' ? m.currentUri() : m.destinationUri)
  return hop === null ? '' : proxyAddress(proto, hop.host, hop.portGiven ? hop.port : 0)
}

/** Functions that take a proxy by its SIP URI take it by its address, too. A URI that leads nowhere stays as it is, and is refused. */
export function proxyOfUri(proxy: string): string {
  const hop = /^sips?:/i.test(proxy) ? nextHopOf(proxy) : null
  if (hop === null) return proxy
  return proxyAddress(hop.transportGiven || hop.secure ? transportName(hop.transport) : '', hop.host, hop.portGiven ? hop.port : 0)
}
