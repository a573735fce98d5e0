import { HeaderId, NameAddr, parseNameAddr, type SipMessage } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { nextHopOf } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Destination } from '../transport/transport.ts'
import type { Branch } from './cell.ts'
import { loadRequest } from './matching.ts'
import { reportMessage } from './report.ts'
import { destination, type TransactionCore } from './transaction-core.ts'

/** The ACK to a 2xx for an INVITE of ours: to the dialog's target, along its route set (RFC 3261 13.2.2.4, 12.1.2). */
export function sendLocalAck(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const reply = m.message
  const invite = loadRequest(tm, branch.cell)
  const routes = routeSet(reply)
  const target = firstUri(reply, HeaderId.CONTACT) ?? branch.uri
  const to = ackDestination(tm, branch, m, routes.length > 0 ? routes[0] : target)
  if (to === null) return
  const { out } = tm
  out.at = 0
  out.utf8(`ACK ${target} SIP/2.0\r\nVia: ${invite.text(invite.via.start, invite.via.end)}\r\n`)
  for (const route of routes) out.utf8(`Route: <${route}>\r\n`)
  copyLine(tm, invite, HeaderId.FROM)
  copyLine(tm, reply, HeaderId.TO)
  copyLine(tm, invite, HeaderId.CALL_ID)
  out.utf8(`CSeq: ${invite.cseq} ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n`)
  if (tm.bus.on) reportMessage(tm, EventKind['msg-out'], branch, { over: to, bytes: out.bytes, start: 0, end: out.at })
  if (!tm.transport.send(to, out.bytes, 0, out.at)) tm.counters[Counter.sendErrors]++
}

/** local_ack_mode: 0 by the route set, 1 where the INVITE went, 2 where the 2xx came from. */
function ackDestination(tm: TransactionCore, branch: Branch, m: RoutedMessage, uri: string): Destination | null {
  if (tm.params.local_ack_mode === 1) return branch.destination
  if (tm.params.local_ack_mode === 2) return m.source
  const hop = nextHopOf(uri)
  const remote = hop !== null && hop.literal ? tm.endpoint(hop.host, hop.port) : null
  if (hop === null || remote === null) return branch.destination
  const listener = tm.transport.listenerFor(hop.transport, remote)
  return listener === null ? branch.destination : destination(hop.transport, listener, remote)
}

function copyLine(tm: TransactionCore, message: SipMessage, id: number): void {
  const line = message.first(id)
  if (line >= 0) tm.out.range(message.bytes, message.lineStart[line], message.lineEnd[line])
}

/** Record-Route of the reply, last value first (RFC 3261 12.1.2). */
export function routeSet(reply: SipMessage): string[] {
  return uris(reply, HeaderId.RECORD_ROUTE).toReversed()
}

function firstUri(message: SipMessage, id: number): string | null {
  return uris(message, id)[0] ?? null
}

function uris(message: SipMessage, id: number): string[] {
  const view = new NameAddr()
  const found: string[] = []
  for (let line = message.first(id); line >= 0; line = message.next(line)) {
    for (let at = message.valueStart[line]; at >= 0; at = view.nextStart) {
      parseNameAddr(view, message.bytes, at, message.valueEnd[line])
      found.push(message.text(view.uriStart, view.uriEnd))
    }
  }
  return found
}
