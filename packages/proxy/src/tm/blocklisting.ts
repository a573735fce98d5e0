import { HeaderId } from '@signalbox/sip'
import { BlocklistReason } from '../dns/dst-blocklist.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Branch, Cell } from './cell.ts'
import { recordFromHere, reportBlocklisted } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'

/** When a transaction puts a destination on the blocklist, and when it asks (tm-reference 2.5, blst_*). */

/** May the request of `branch` not be sent to its destination? */
export function isBlocked(tm: TransactionCore, branch: Branch): boolean {
  if (!tm.blocklist.on || branch.destination === null) return false
  return (tm.params.blst_methods_lookup & branch.cell.method) !== 0 && tm.blocklist.blocks(branch.destination)
}

/** Its request could not be sent: that is recorded, too. */
export function blockUnsendable(tm: TransactionCore, branch: Branch): void {
  recordFromHere(tm, branch.cell)
  if (tm.blocklist.on) block(tm, branch, BlocklistReason.SEND)
}

/** Nothing at all came back. */
export function blockSilent(tm: TransactionCore, branch: Branch): void {
  if (tm.blocklist.on && (tm.params.blst_methods_add & branch.cell.method) !== 0) block(tm, branch, BlocklistReason.TIMEOUT)
}

function block(tm: TransactionCore, { cell, destination }: Branch, reason: number): void {
  if (destination !== null && tm.blocklist.add(destination, reason)) reportBlocklisted(tm, cell, destination, reason)
}

/** RFC 3261 21.5.4: whoever sends a 503 wants to be left alone for its Retry-After. */
export function blockUnavailable(tm: TransactionCore, reply: RoutedMessage): void {
  const { params, blocklist } = tm
  if (!blocklist.on || params.blst_503 === 0) return
  const asked = retryAfter(reply)
  const seconds =
    asked < 0 ? params.blst_503_def_timeout : Math.min(Math.max(asked, params.blst_503_min_timeout), params.blst_503_max_timeout)
  if (seconds <= 0 || !blocklist.addFor(reply.source, BlocklistReason.UNAVAILABLE, seconds * 1000)) return
  if (reply.cell !== null) reportBlocklisted(tm, reply.cell as Cell, reply.source, BlocklistReason.UNAVAILABLE)
}

/** Seconds of the Retry-After header, -1 when there is none (RFC 3261 20.33). */
function retryAfter({ message }: RoutedMessage): number {
  const line = message.first(HeaderId.RETRY_AFTER)
  if (line < 0) return -1
  const digits = /^\d{1,10}/.exec(message.text(message.valueStart[line], message.valueEnd[line]).trimStart())
  return digits === null ? -1 : Number(digits[0])
}
