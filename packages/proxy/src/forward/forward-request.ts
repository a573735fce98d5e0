import { HeaderId, TransportCode, type ByteWriter, type SipMessage } from '@signalbox/sip'
import type { Endpoint } from '../transport/endpoint.ts'
import type { Listener } from '../transport/transport.ts'
import type { RoutedMessage } from './routed-message.ts'
import { isReliable, needsReceived, transportName } from './via.ts'

/** Listeners live as long as the process. */
const viaStarts = new WeakMap<Listener, string>()

/** Our Via header through a listener, up to the value of its branch. */
export function viaStart(listener: Listener): string {
  let start = viaStarts.get(listener)
  if (start === undefined) {
    start = `Via: SIP/2.0/${transportName(listener.transport).toUpperCase()} ${listener.advertise};branch=`
    viaStarts.set(listener, start)
  }
  return start
}

/**
 * Writes `m` as it goes to a next hop through `listener`: RFC 3261 16.6 steps 1, 2, 4, 6, 8 (steps 3 and 5 are the script's edits).
 * `branch` holds the value of our branch parameter: [0, branch.at).
 */
export function writeForwardedRequest(out: ByteWriter, m: RoutedMessage, listener: Listener, branch: ByteWriter): void {
  const { message, edits } = m
  const mark = edits.mark()
  if (m.requestUri !== '') edits.replace(message.uriStart, message.uriEnd, m.requestUri)
  const top = message.lineStart[0]
  edits.insert(top, viaStart(listener))
  edits.insertBytes(top, branch.bytes, 0, branch.at)
  edits.insert(top, '\r\n')
  if (m.recordRoute) edits.insert(top, recordRouteLines(m, listener))
  if (m.path !== '') edits.insert(top, `Route: ${m.path}\r\n`)
  addReceived(m)
  if (isReliable(listener.transport) && message.contentLength < 0)
    edits.insert(message.headersEnd, `Content-Length: ${message.end - message.bodyStart}\r\n`)
  edits.apply(message.bytes, message.start, message.end, out)
  edits.rewind(mark)
}

/** `received` and the value of `rport` on the Via of the hop before us (RFC 3261 18.2.1, RFC 3581 4). */
export function addReceived(m: RoutedMessage): void {
  const { message, source, edits } = m
  const via = message.via
  if (!needsReceived(message, source, m.forceRport)) return
  // The value of rport goes first: where rport ends the Via, received is inserted at the same place.
  if (via.rportStart >= 0 && via.rport < 0) edits.insert(via.rportEnd, `=${source.remote.port}`)
  if (via.receivedStart >= 0) edits.replace(via.receivedStart, via.receivedEnd, source.remote.address)
  else edits.insert(via.end, `;received=${source.remote.address}`)
  if (via.rportStart < 0 && m.forceRport) edits.insert(via.end, `;rport=${source.remote.port}`)
}

/** RFC 3261 16.6 step 4; two values when the request leaves through another listener than it came in (RFC 5658). */
function recordRouteLines(m: RoutedMessage, listener: Listener): string {
  const incoming = m.source.listener
  if (incoming === listener) return recordRouteLine(listener, m.recordRouteParams)
  const params = `;r2=on${m.recordRouteParams}`
  return recordRouteLine(listener, params) + recordRouteLine(incoming, params)
}

function recordRouteLine(listener: Listener, params: string): string {
  const transport = listener.transport === TransportCode.UDP ? '' : `;transport=${transportName(listener.transport)}`
  return `Record-Route: <sip:${listener.advertise}${transport};lr${params}>\r\n`
}

/** Removes our Via, which is the top value, from a reply (RFC 3261 16.7 step 3). */
export function removeTopVia(m: RoutedMessage): void {
  const { message, edits } = m
  const line = message.first(HeaderId.VIA)
  if (message.via.nextStart >= 0) edits.remove(message.via.start, message.via.nextStart)
  else edits.remove(message.lineStart[line], message.lineEnd[line])
}

/** The hops before us are not told to those behind us; nor will a reply find its way back. */
export function removeVias({ message, edits }: RoutedMessage): void {
  for (let line = message.first(HeaderId.VIA); line >= 0; line = message.next(line))
    edits.remove(message.lineStart[line], message.lineEnd[line])
}

/** Is there a hop behind us: a second Via value? */
export function hasSecondVia(message: SipMessage): boolean {
  return message.via.nextStart >= 0 || message.next(message.first(HeaderId.VIA)) >= 0
}

/** The advertised name of an address, as it stands in a header. */
export function hostPort(endpoint: Endpoint): string {
  return endpoint.family === 6 ? `[${endpoint.address}]:${endpoint.port}` : `${endpoint.address}:${endpoint.port}`
}
