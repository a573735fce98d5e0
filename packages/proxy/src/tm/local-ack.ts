import { HeaderId, SipMessage } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import type { Place } from '../dns/rfc3263.ts'
import { destinationOf } from '../forward/destination-of.ts'
import { nextHopOf, type NextHop } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Destination, Source } from '../transport/transport.ts'
import type { Branch, Cell } from './cell.ts'
import { headerUris } from './header-uris.ts'
import { announceRequest, reportOutgoing } from './hooks.ts'
import { loadBlock, loadRequest } from './matching.ts'
import { reportMessage } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'
import { Hook } from './transaction-user.ts'

/** What an ACK carries beside what it must. */
export interface LocalAck {
  /** Header lines, '' for none. */
  readonly headers: string
  readonly body: string
}

const PLAIN: LocalAck = { headers: '', body: '' }

/** local_ack_branch_mode 1: so many characters are others. */
const OTHER_END = 4
const DIGIT_0 = 48
const DIGIT_1 = 49
/** A branch number beyond all that exist. */
const NO_BRANCH = 32

const encoder = new TextEncoder()

/** The ACK to a 2xx for an INVITE of ours: to the dialog's target, along its route set (RFC 3261 13.2.2.4, 12.1.2). */
export function sendLocalAck(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  acknowledgeReply(tm, branch, { reply: m.message, source: m.source }, PLAIN)
}

/** The same for an INVITE whose script makes its own (t_set_no_auto_ack): from the 2xx that was kept. False: there is none. */
export function acknowledge(tm: TransactionCore, cell: Cell, ack: LocalAck): boolean {
  const branch = cell.branches[cell.winner]
  if (branch === undefined || branch.reply === null || branch.destination === null) return false
  const reply = new SipMessage()
  loadBlock(reply, branch.reply)
  return acknowledgeReply(tm, branch, { reply, source: branch.destination }, ack)
}

/** Keeps the 2xx that somebody else acknowledges. */
export function keepForAck(tm: TransactionCore, branch: Branch, { bytes, start, end }: SipMessage): void {
  if (branch.reply === null) branch.reply = tm.slab.copy(bytes, start, end)
}

function acknowledgeReply(
  tm: TransactionCore,
  branch: Branch,
  { reply, source }: { readonly reply: SipMessage; readonly source: Source },
  ack: LocalAck,
): boolean {
  const routes = routeSet(reply)
  const target = remoteTarget(reply) ?? branch.uri
  const hop = tm.params.local_ack_mode === 0 ? nextHopOf(routes[0] ?? target) : null
  writeAck(tm, branch, { reply, target, routes }, ack)
  if (hop !== null && !hop.literal) {
    resolveLater(tm, branch, hop)
    return true
  }
  const remote = hop === null ? null : tm.endpoint(hop.host, hop.port)
  const to = hop === null || remote === null ? otherDestination(tm, branch, source) : towards(tm, { transport: hop.transport, remote })
  return sendBuiltAck(tm, branch, to ?? branch.destination)
}

/** The ACK in `tm.out` waits until the name of its next hop has an address. */
function resolveLater(tm: TransactionCore, branch: Branch, hop: NextHop): void {
  const { cell } = branch
  const { label } = cell
  const ack = tm.out.bytes.slice(0, tm.out.at)
  tm.resolve(hop, ([place]) => {
    if (cell.label !== label) return
    tm.out.at = 0
    tm.out.range(ack, 0, ack.length)
    sendBuiltAck(tm, branch, (place === undefined ? null : towards(tm, place)) ?? branch.destination)
  })
}

/** What stands in `tm.out`. */
function sendBuiltAck(tm: TransactionCore, branch: Branch, to: Destination | null): boolean {
  const { out } = tm
  if (to === null || !announceRequest(tm, branch, to)) return false
  if (tm.bus.on) reportMessage(tm, EventKind['msg-out'], branch, { over: to, bytes: out.bytes, start: 0, end: out.at })
  const sent = tm.transport.send(to, out.bytes, 0, out.at)
  if (!sent) tm.counters[Counter.sendErrors]++
  else if ((tm.user.hooks & Hook.LOCAL_ACK_SENT) !== 0) reportOutgoing(tm, Hook.LOCAL_ACK_SENT, branch.cell, to)
  return sent
}

function writeAck(
  tm: TransactionCore,
  branch: Branch,
  { reply, target, routes }: { readonly reply: SipMessage; readonly target: string; readonly routes: readonly string[] },
  { headers, body }: LocalAck,
): void {
  const { out } = tm
  const invite = loadRequest(tm, branch.cell)
  const octets = encoder.encode(body)
  out.at = 0
  out.utf8(`ACK ${target} SIP/2.0\r\nVia: `)
  writeVia(tm, branch, invite)
  out.utf8('\r\n')
  for (const route of routes) out.utf8(`Route: <${route}>\r\n`)
  copyLine(tm, invite, HeaderId.FROM)
  copyLine(tm, reply, HeaderId.TO)
  copyLine(tm, invite, HeaderId.CALL_ID)
  out.utf8(`CSeq: ${invite.cseq} ACK\r\nMax-Forwards: 70\r\n`)
  for (const line of headers.split(/\r?\n(?![ \t])/)) if (line.trim() !== '') out.utf8(`${line}\r\n`)
  out.utf8(`Content-Length: ${octets.length}\r\n\r\n`)
  out.range(octets, 0, octets.length)
}

/** Our Via in the INVITE, with a branch by local_ack_branch_mode; every ACK of a transaction gets the same one. */
function writeVia(tm: TransactionCore, { cell }: Branch, { bytes, via }: SipMessage): void {
  const { out } = tm
  const mode = tm.params.local_ack_branch_mode
  const kept = mode === 0 ? via.branchEnd : mode === 1 ? via.branchEnd - OTHER_END : via.branchStart
  out.range(bytes, via.start, kept)
  if (mode === 1) for (let i = kept; i < via.branchEnd; i++) out.byte(bytes[i] === DIGIT_0 ? DIGIT_1 : DIGIT_0)
  if (mode === 2) tm.branchIds.write(out, cell, NO_BRANCH)
  out.range(bytes, via.branchEnd, via.end)
}

/** Not by the route set: local_ack_mode 2 is where the 2xx came from, 1 where the INVITE went. */
function otherDestination(tm: TransactionCore, branch: Branch, source: Source): Destination | null {
  return tm.params.local_ack_mode === 2 ? source : branch.destination
}

/** Null: no listener of ours reaches it. */
function towards(tm: TransactionCore, { transport, remote }: Place): Destination | null {
  const listener = tm.transport.listenerFor(transport, remote)
  return listener === null ? null : destinationOf(transport, listener, remote)
}

function copyLine(tm: TransactionCore, message: SipMessage, id: number): void {
  const line = message.first(id)
  if (line >= 0) tm.out.range(message.bytes, message.lineStart[line], message.lineEnd[line])
}

/** Record-Route of the reply, last value first (RFC 3261 12.1.2). */
export function routeSet(reply: SipMessage): string[] {
  return headerUris(reply, HeaderId.RECORD_ROUTE).toReversed()
}

/** The URI of its Contact (RFC 3261 12.1.2). */
export function remoteTarget(reply: SipMessage): string | null {
  return firstUri(reply, HeaderId.CONTACT)
}

function firstUri(message: SipMessage, id: number): string | null {
  return headerUris(message, id)[0] ?? null
}
