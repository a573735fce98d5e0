import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import type { Cell } from './cell.ts'
import { errorReply, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { armTimeout, clientMachine, rememberRequest, restoreRequest, stopTimeout } from './uac.ts'
import { createServerTransaction, replyLocally } from './uas.ts'

/*
 * Transactions that wait for something outside of SIP (tm-reference 10). A blind branch stands for what is awaited, so that the
 * final-response timer runs and a CANCEL ends the wait like any other branch.
 */

/** t_suspend: 1 suspended, -3 there is a final reply already, or the TmError of a transaction that was cancelled. */
export function suspend(tm: TransactionCore, m: RoutedMessage): number {
  const cell = (m.cell as Cell | null) ?? createServerTransaction(tm, m)
  if (cell.status >= 200) return -3
  if (cell.has(TransactionFlag.CANCELLED)) return TmError.CANCELED
  if (cell.has(TransactionFlag.AUTO_100) && cell.status === 0) replyLocally(tm, cell, 100, tm.params.auto_inv_100_reason)
  const blind = cell.addBranch()
  blind.state = clientMachine(cell).initial
  armTimeout(tm, blind, tm.clock.now(), cell.isInvite ? cell.frInvTimer : cell.frTimer)
  cell.flags |= TransactionFlag.SUSPENDED
  cell.suspendedBranch = blind.index
  cell.held = hold(tm, m, cell)
  m.answered = true
  return 1
}

/** A copy of the message with all that the script has decided, which outlives the buffer that it came in. */
function hold(tm: TransactionCore, m: RoutedMessage, cell: Cell): RoutedMessage {
  rememberRequest(tm, cell, m)
  const held = new RoutedMessage()
  restoreRequest(cell, held)
  held.requestUri = m.requestUri
  held.requestUriConsumed = m.requestUriConsumed
  held.destinationUri = m.destinationUri
  held.path = m.path
  held.q = m.q
  held.instance = m.instance
  held.ruid = m.ruid
  held.forcedListener = m.forcedListener
  held.branchFlags = m.branchFlags
  held.routeParams = m.routeParams
  held.targets.push(...m.targets)
  held.answered = true
  return held
}

/**
 * t_continue: runs `route` for a suspended transaction. 0 done, -1 no such transaction or it is over, -2 not suspended,
 * 1 cancelled or timed out meanwhile.
 */
export function resume(tm: TransactionCore, tx: { readonly index: number; readonly label: number }, route: string): number {
  return resumeWith(tm, tx, (m) => tm.user.failureRoute(route, m))
}

/** The same with a continuation instead of a route's name. */
export function resumeWith(
  tm: TransactionCore,
  tx: { readonly index: number; readonly label: number },
  work: (m: RoutedMessage) => void,
): number {
  const cell = tm.table.find(tx.index, tx.label)
  if (cell === null) return -1
  const held = endSuspension(tm, cell)
  if (held === null) return cell.has(TransactionFlag.WAITING) ? -1 : -2
  if (cell.status >= 200 || cell.has(TransactionFlag.CANCELLED)) return 1
  cell.flags |= TransactionFlag.IN_ROUTE
  held.routeType = RouteType.FAILURE
  work(held)
  cell.flags &= ~TransactionFlag.IN_ROUTE
  closeUnanswered(tm, cell)
  return 0
}

/** t_cancel_suspend: the wait is over without a route. 1, or -1 when there was none. */
export function cancelSuspend(tm: TransactionCore, m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  return cell !== null && endSuspension(tm, cell) !== null ? 1 : -1
}

/** The blind branch no longer counts, neither as pending nor as a reply to choose from. */
function endSuspension(tm: TransactionCore, cell: Cell): RoutedMessage | null {
  const { held } = cell
  if (held === null || !cell.has(TransactionFlag.SUSPENDED)) return null
  cell.flags &= ~TransactionFlag.SUSPENDED
  cell.held = null
  const blind = cell.branches[cell.suspendedBranch]
  if (blind.pending) {
    stopTimeout(tm, blind)
    blind.status = 500
    blind.dropped = true
  }
  return held
}

/** The route has neither answered nor relayed: the caller must not wait for nothing. */
function closeUnanswered(tm: TransactionCore, cell: Cell): void {
  if (cell.status >= 200 || cell.label === 0 || cell.hasPendingBranch() || cell.has(TransactionFlag.SUSPENDED)) return
  const { status, reason } = errorReply(cell.tmError)
  replyLocally(tm, cell, status, reason)
}
