import { parseUri, Range, Scheme, SipParseError, Uri, uriParam } from '@signalbox/sip'
import type { Transport } from '../transport/transport.ts'
import { internedText } from './interned-text.ts'
import { RouteSet } from './route-set.ts'
import type { RoutedMessage } from './routed-message.ts'
import { setRequestUri } from './target-set.ts'

/** Which addresses are ours. */
export type OwnAddresses = Pick<Transport, 'isOwnAddress'>

export const LooseRoute = { NONE: -1, ROUTED: 1 } as const

const routes = new RouteSet()
const uri = new Uri()
const found = new Range()

/**
 * Follows the Route header (RFC 3261 16.4, 16.6 step 6, 16.12): removes what stands for us, sets the next hop, and undoes
 * what a strict router did to the Request-URI. NONE: there is no usable Route header, nothing was changed.
 */
export function looseRoute(m: RoutedMessage, own: OwnAddresses): number {
  const { message } = m
  if (!routes.read(message) || routes.count === 0) return LooseRoute.NONE
  let first = 0
  let end = routes.count
  if (wasStrictlyRouted(m, own)) {
    keepParams(m)
    const twice = isDouble(m)
    end--
    setRequestUri(m, message.text(routes.uriStart[end], routes.uriEnd[end]))
    if (twice && first < end && readRoute(m, first) && isOwn(m, own)) first++
  } else if (readRoute(m, 0) && isOwn(m, own)) {
    keepParams(m)
    first = 1
    // Two values of ours stand for one visit: we changed the transport or the interface (RFC 5658).
    if (isDouble(m) && end > 1 && readRoute(m, 1) && isOwn(m, own) && isDouble(m)) first = 2
  }
  routeOn(m, first, end)
  return LooseRoute.ROUTED
}

/** RFC 3261 16.4: the Request-URI is a value that we put into a Record-Route, so a strict router sent it. */
function wasStrictlyRouted(m: RoutedMessage, own: OwnAddresses): boolean {
  const { message } = m
  const received = message.uri
  if (m.requestUri !== '' || received.userStart !== -1 || !uriParam(received, message.bytes, 'lr', found)) return false
  return readUri(m, message.uriStart, message.uriEnd) && isOwn(m, own)
}

/** RFC 3261 16.6 step 6: the request goes to the first Route value, or where its Request-URI says. */
function routeOn(m: RoutedMessage, first: number, end: number): void {
  const { message, edits } = m
  m.destinationUri = ''
  if (first >= end) {
    routes.keep(message, edits, first, end)
    return
  }
  const next = message.text(routes.uriStart[first], routes.uriEnd[first])
  if (readRoute(m, first) && uriParam(uri, message.bytes, 'lr', found)) {
    routes.keep(message, edits, first, end)
    m.destinationUri = next
    return
  }
  // The next hop is a strict router: it wants its own URI in the Request-URI and the target as the last Route value.
  routes.keep(message, edits, first + 1, end)
  edits.insert(message.headersEnd, `Route: <${m.currentUri()}>\r\n`)
  setRequestUri(m, next)
}

function readRoute(m: RoutedMessage, index: number): boolean {
  return readUri(m, routes.uriStart[index], routes.uriEnd[index])
}

function readUri(m: RoutedMessage, start: number, end: number): boolean {
  try {
    parseUri(uri, m.message.bytes, start, end)
    return true
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
}

/** Is the URI just read one of our addresses? */
function isOwn(m: RoutedMessage, own: OwnAddresses): boolean {
  if (uri.scheme !== Scheme.SIP && uri.scheme !== Scheme.SIPS) return false
  const bracket = uri.isIpv6 ? 1 : 0
  return own.isOwnAddress(internedText(m.message.bytes, uri.hostStart + bracket, uri.hostEnd - bracket), uri.port)
}

function isDouble(m: RoutedMessage): boolean {
  return uriParam(uri, m.message.bytes, 'r2', found)
}

function keepParams(m: RoutedMessage): void {
  m.keepRouteParams(uri.paramsStart, uri.paramsEnd)
}
