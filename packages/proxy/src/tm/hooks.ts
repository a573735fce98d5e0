import { parseMessage } from '@signalbox/sip'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Destination } from '../transport/transport.ts'
import type { Branch, Cell } from './cell.ts'
import type { TransactionCore } from './transaction-core.ts'
import { Hook } from './transaction-user.ts'

/*
 * Routes that look at what is about to leave, or has left (tm-reference 7). They see the message as it goes out, which stands
 * in `tm.out`. Callers test `tm.user.hooks` where the path is a busy one.
 */

/** What stands in `tm.out`, as a message in bytes of its own: routes may send others meanwhile. */
function outgoing(tm: TransactionCore, cell: Cell | null, to: Destination): RoutedMessage {
  const m = tm.outgoing
  const bytes = tm.out.bytes.slice(0, tm.out.at)
  m.reset(to)
  parseMessage(m.message, bytes, 0, bytes.length, 'kept')
  m.cell = cell
  return m
}

/** Writes the message back into `tm.out`, with the route's edits. */
function takeBack(tm: TransactionCore, m: RoutedMessage): void {
  const { message, edits } = m
  tm.out.at = 0
  edits.apply(message, message.start, message.end, tm.out)
}

/** tm:local-request for the request of our own in `tm.out`, which the route may still edit. False: it is not to be sent. */
export function announceRequest(tm: TransactionCore, branch: Branch, to: Destination): boolean {
  if ((tm.user.hooks & Hook.LOCAL_REQUEST) === 0) return true
  const m = outgoing(tm, branch.cell, to)
  m.branch = branch.index
  const kept = tm.user.event(Hook.LOCAL_REQUEST, m)
  takeBack(tm, m)
  return kept
}

/** Bits of evlreq_mode: hop-by-hop requests that tm:local-request is told of, too. */
export const ALSO_CANCEL = 1
export const ALSO_ACK = 2

/** The same for CANCEL and hop-by-hop ACK, if evlreq_mode asks for it. */
export function announceHopByHop(tm: TransactionCore, branch: Branch, mode: number): boolean {
  if ((tm.params.evlreq_mode & mode) === 0 || branch.destination === null) return true
  return announceRequest(tm, branch, branch.destination)
}

/** A message of our own, in `tm.out`, has been sent. */
export function reportOutgoing(tm: TransactionCore, hook: number, cell: Cell, to: Destination): void {
  if ((tm.user.hooks & hook) !== 0) tm.user.event(hook, outgoing(tm, cell, to))
}

/** ksr_onsend_route for the first transmission of a branch. False: it is not to be sent. */
export function requestMayLeave(tm: TransactionCore, branch: Branch, to: Destination): boolean {
  if ((tm.user.hooks & Hook.ONSEND) === 0 || branch.request === null) return true
  const { bytes, start, length } = branch.request
  tm.out.at = 0
  tm.out.range(bytes, start, start + length)
  const m = outgoing(tm, branch.cell, to)
  m.flags = branch.cell.messageFlags
  m.branch = branch.index
  m.branchFlags = branch.flags
  return tm.user.onsendRoute(m, to)
}

/** ksr_onsend_route for the reply in `tm.out` (onsend_route_reply). False: it is not to be sent. */
export function replyMayLeave(tm: TransactionCore, cell: Cell): boolean {
  if ((tm.user.hooks & Hook.ONSEND_REPLY) === 0) return true
  const m = outgoing(tm, cell, cell.replyTo)
  const kept = tm.user.onsendRoute(m, cell.replyTo)
  takeBack(tm, m)
  return kept
}
