import { Method } from '@signalbox/sip'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Branch, Cell } from './cell.ts'
import { endLateFailureRoute, failTransaction } from './failure.ts'
import { keepRequest } from './held-reply.ts'
import { errorReply, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { armTimeout, clientMachine, stopTimeout } from './uac.ts'
import { createServerTransaction, replyLocally, sendTrying } from './uas.ts'

/*
 * Transactions that wait for something outside of SIP (tm-reference 10). A blind branch stands for what is awaited, so that the
 * final-response timer runs and a CANCEL ends the wait like any other branch.
 */

/** t_suspend: 1 suspended, -3 there is a final reply already, or the TmError of a transaction that was cancelled. */
export function suspend(tm: TransactionCore, m: RoutedMessage): number {
  if (m.message.method === Method.ACK) return TmError.UNSPECIFIED
  const cell = (m.cell as Cell | null) ?? createServerTransaction(tm, m)
  if (cell.status >= 200) return -3
  if (cell.has(TransactionFlag.CANCELLED)) {
    // The script has nothing to go on with, so the end of it answers.
    cell.tmError = TmError.CANCELED
    return TmError.CANCELED
  }
  if (cell.has(TransactionFlag.SUSPENDED)) return TmError.UNSPECIFIED
  sendTrying(tm, cell, null)
  const blind = blindBranch(cell)
  blind.state = clientMachine(cell).initial
  armTimeout(tm, blind, tm.clock.now(), cell.isInvite ? cell.frInvTimer : cell.frTimer)
  cell.flags |= TransactionFlag.SUSPENDED
  cell.suspendedBranch = blind.index
  cell.suspendedIn = m.routeType
  cell.held = keepRequest(tm, m, cell)
  tm.counters[Counter.suspensions]++
  tm.counters[Counter.suspended]++
  m.answered = true
  return 1
}

/** A route that waits several times in a row does so on one branch; that of a wait that timed out keeps its reply. */
function blindBranch(cell: Cell): Branch {
  if (cell.suspendedBranch < 0 || cell.suspendedBranch !== cell.outgoings - 1) return cell.addBranch()
  const blind = cell.branches[cell.suspendedBranch]
  if (blind.faked) return cell.addBranch()
  blind.reset()
  return blind
}

/**
 * t_continue: runs `route` for a suspended transaction. 0 done, -1 no such transaction or it is over, -2 not suspended,
 * 1 cancelled or timed out meanwhile.
 */
export function resume(tm: TransactionCore, tx: TransactionKey, route: string): number {
  return resumeWith(tm, tx, (m) => tm.user.failureRoute(route, m))
}

/** What names a transaction, as long as it lives. */
export interface TransactionKey {
  readonly index: number
  readonly label: number
}

/** The same with a continuation instead of a route's name. */
export function resumeWith(tm: TransactionCore, tx: TransactionKey, work: (m: RoutedMessage) => void): number {
  const held = resumeHeld(tm, tx)
  if (typeof held === 'number') return held
  held.routeType = RouteType.FAILURE
  try {
    work(held)
  } catch (error) {
    // A defect costs this call a 500, never the process.
    tm.defect(error)
  }
  endHeld(tm, held)
  return 0
}

/**
 * The same in two parts: the message to work on, to be followed by endHeld; or the number that t_continue returns. `wait` is the
 * branch that stands for the wait that is meant, if only one is.
 */
export function resumeHeld(tm: TransactionCore, { index, label }: TransactionKey, wait?: number): RoutedMessage | number {
  const cell = tm.table.find(index, label)
  if (cell === null) return -1
  if (wait !== undefined && wait !== cell.suspendedBranch) return 1
  const held = endSuspension(tm, cell)
  if (held === null) return notSuspended(cell)
  if (cell.status >= 200 || cell.has(TransactionFlag.CANCELLED | TransactionFlag.WAITING)) return 1
  cell.flags |= TransactionFlag.IN_ROUTE
  return held
}

function notSuspended(cell: Cell): number {
  if (cell.suspendedBranch >= 0 && cell.branches[cell.suspendedBranch].faked) return 1
  return cell.has(TransactionFlag.WAITING) ? -1 : -2
}

/** The work on a resumed message is done: what is still open is closed, unless the transaction waits again. */
export function endHeld(tm: TransactionCore, held: RoutedMessage): void {
  const cell = held.cell as Cell | null
  if (cell === null || cell.label === 0) return
  cell.flags &= ~TransactionFlag.IN_ROUTE
  if (cell.has(TransactionFlag.SUSPENDED) || cell.status >= 200) return
  if (cell.suspendedIn === RouteType.FAILURE) endLateFailureRoute(tm, cell)
  else if (!cell.awaitsReply()) closeUnanswered(tm, cell)
}

/** t_cancel_suspend: the wait is over without a route. 1, or -1 when there was none. */
export function cancelSuspend(tm: TransactionCore, m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  return cell !== null && endSuspension(tm, cell) !== null ? 1 : -1
}

/**
 * The wait is over. A blind branch that was not ended by a time-out or CANCEL no longer counts, neither as pending nor as a reply
 * to choose from.
 */
export function endSuspension(tm: TransactionCore, cell: Cell): RoutedMessage | null {
  const { held } = cell
  if (held === null || !cell.has(TransactionFlag.SUSPENDED)) return null
  cell.flags &= ~TransactionFlag.SUSPENDED
  if (!cell.has(TransactionFlag.WAITING)) tm.counters[Counter.suspended]--
  cell.held = null
  const blind = cell.branches[cell.suspendedBranch]
  if (blind.pending) {
    stopTimeout(tm, blind)
    blind.status = 500
    blind.dropped = true
  }
  return held
}

/** The route has not answered, and whatever it relayed to has failed already: the caller must not wait for nothing. */
function closeUnanswered(tm: TransactionCore, cell: Cell): void {
  if (cell.outgoings > cell.suspendedBranch + 1) {
    failTransaction(tm, cell)
    return
  }
  const { status, reason } = errorReply(cell.tmError)
  replyLocally(tm, cell, status, reason)
}
