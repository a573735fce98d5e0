import { ByteWriter, HeaderId, TransportCode, type Octets, type SipMessage, transportName } from '@signalbox/sip'
import type { Endpoint } from '../transport/endpoint.ts'
import type { Listener } from '../transport/transport.ts'
import type { RoutedMessage } from './routed-message.ts'
import { isReliable, needsReceived } from './via.ts'

/** What a listener puts into messages, as text and as octets. */
interface OwnLines {
  readonly viaStart: string
  readonly via: Octets
  readonly recordRoute: Octets
}

/** Listeners live as long as the process. */
const known = new WeakMap<Listener, OwnLines>()
/** Mostly the same one as before. */
let last: Listener | null = null
let lastLines: OwnLines

function linesOf(listener: Listener): OwnLines {
  if (listener === last) return lastLines
  let lines = known.get(listener)
  if (lines === undefined) {
    lines = makeLines(listener)
    known.set(listener, lines)
  }
  last = listener
  lastLines = lines
  return lines
}

function makeLines({ transport, advertise }: Listener): OwnLines {
  const start = `Via: SIP/2.0/${transportName(transport).toUpperCase()} ${advertise};branch=`
  const over = transport === TransportCode.UDP ? '' : `;transport=${transportName(transport)}`
  return { viaStart: start, via: octets(start), recordRoute: octets(`Record-Route: <sip:${advertise}${over}`) }
}

function octets(text: string): Octets {
  const out = new ByteWriter(text.length)
  out.ascii(text)
  return out
}

/** Our Via header through a listener, up to the value of its branch. */
export function viaStart(listener: Listener): string {
  return linesOf(listener).viaStart
}

/** The lines that a request gets from us. */
const lines = new ByteWriter(65_536)

/**
 * Writes `m` as it goes to a next hop through `listener`: RFC 3261 16.6 steps 1, 2, 4, 6, 8 (steps 3 and 5 are the script's edits).
 * `branch` holds the value of our branch parameter: [0, branch.at).
 */
export function writeForwardedRequest(out: ByteWriter, m: RoutedMessage, listener: Listener, branch: ByteWriter): void {
  const { message, edits } = m
  const mark = edits.mark()
  if (m.requestUri !== '') edits.replace(message.uriStart, message.uriEnd, m.requestUri)
  lines.at = 0
  writeVia(listener, branch)
  if (m.recordRoute) writeRecordRoutes(m, listener)
  if (m.path !== '') lines.utf8(`Route: ${m.path}\r\n`)
  edits.insertBytes(message.lineStart[0], lines, 0, lines.at)
  addReceived(m)
  if (isReliable(listener.transport) && message.contentLength < 0)
    edits.insert(message.headersEnd, `Content-Length: ${message.end - message.bodyStart}\r\n`)
  edits.apply(message, message.start, message.end, out)
  edits.rewind(mark)
}

function writeVia(listener: Listener, branch: ByteWriter): void {
  const { via } = linesOf(listener)
  lines.copy(via, 0, via.bytes.length)
  lines.copy(branch, 0, branch.at)
  lines.ascii('\r\n')
}

/** RFC 3261 16.6 step 4; two values when the request leaves through another listener than it came in (RFC 5658). */
function writeRecordRoutes(m: RoutedMessage, listener: Listener): void {
  const incoming = m.source.listener
  const double = incoming !== listener
  writeRecordRoute(m, listener, double)
  if (double) writeRecordRoute(m, incoming, double)
}

function writeRecordRoute({ message, recordRouteTag, recordRouteParams }: RoutedMessage, listener: Listener, double: boolean): void {
  const { recordRoute } = linesOf(listener)
  lines.copy(recordRoute, 0, recordRoute.bytes.length)
  if (double) lines.ascii(';r2=on')
  lines.ascii(';lr')
  if (recordRouteTag) {
    lines.ascii(';ftag=')
    lines.copy(message, message.from.tagStart, message.from.tagEnd)
  }
  lines.utf8(recordRouteParams)
  lines.ascii('>\r\n')
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
