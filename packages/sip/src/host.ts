import { parseDecimal } from './decimal.ts'
import { HOST, IPV6, LBRACKET, RBRACKET, skipClass } from './octets.ts'

/** Offset after the host (hostname, IPv4address or IPv6reference) at `start`, -1 when there is none. */
export function hostEndFrom(bytes: Uint8Array, start: number, end: number): number {
  if (start < end && bytes[start] === LBRACKET) {
    // RFC 5118 4.10: both ABNFs of IPv6 addresses are tolerated, so the colons are not counted.
    const close = skipClass(bytes, start + 1, end, IPV6)
    return close < end && bytes[close] === RBRACKET && close > start + 2 ? close + 1 : -1
  }
  const hostEnd = skipClass(bytes, start, end, HOST)
  return hostEnd === start ? -1 : hostEnd
}

/** The number [start, end) when it is a port, else -1. */
export function parsePort(bytes: Uint8Array, start: number, end: number): number {
  return parseDecimal(bytes, start, end, 65_535)
}
