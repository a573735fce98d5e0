import { HeaderId, type SipMessage } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import type { Branch, Cell } from './cell.ts'
import { completeLocal } from './local-request.ts'
import { loadBlock } from './matching.ts'
import { reportCandidate, reportPicked } from './report.ts'
import { branchPriority, pickBranch, pickedBy } from './response-context.ts'
import { errorReply } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { restoreRequest } from './uac.ts'
import { replyLocally, sendReply } from './uas.ts'

const FAILURE_MOMENTS = Moment.ON_FAILURE_RO | Moment.ON_FAILURE

/**
 * Every branch has failed: the failure route may add branches or answer, else the best reply goes upstream (RFC 3261 16.7
 * steps 6 to 8, tm-reference 6.2). While a route runs for the transaction nothing is decided; it is when the route ends.
 */
export function failTransaction(tm: TransactionCore, cell: Cell): void {
  if (cell.has(TransactionFlag.IN_ROUTE)) return
  while ((cell.onFailure !== '' || heard(tm, cell, FAILURE_MOMENTS)) && mayFail(tm, cell)) {
    const before = cell.outgoings
    cell.winner = pickBranch(cell, tm.params.faked_reply_prio)
    const dropMode = runFailureRoute(tm, cell)
    if (cell.status >= 200 || cell.has(TransactionFlag.SUSPENDED)) return
    dropReplies(tm, cell, dropMode, before)
    if (cell.awaitsReply()) return
    if (cell.outgoings === before) break
  }
  relayBest(tm, cell)
}

/** enable_uac_fr: failure routes for requests of our own (tm-reference 2.3). */
export function mayFail(tm: TransactionCore, cell: Cell): boolean {
  return !cell.isLocal || tm.params.enable_uac_fr !== 0
}

/** The same for a failure route that has waited: its blind branch stands between the branches before and those it added. */
export function endLateFailureRoute(tm: TransactionCore, cell: Cell): void {
  const blind = cell.suspendedBranch
  const added = cell.outgoings > blind + 1
  if (cell.dropMode !== 3 || added) dropReplies(tm, cell, cell.dropMode, blind)
  if (cell.awaitsReply()) return
  if (added) failTransaction(tm, cell)
  else relayBest(tm, cell)
}

/** One-shot: the route must arm itself again for a further step. Returns the failure_reply_mode that applies. */
function runFailureRoute(tm: TransactionCore, cell: Cell): number {
  const name = cell.onFailure
  const m = tm.failed.pop() ?? new RoutedMessage()
  cell.onFailure = ''
  cell.dropMode = tm.params.failure_reply_mode
  cell.flags &= ~TransactionFlag.GLOBAL_FAILURE
  cell.flags |= TransactionFlag.IN_ROUTE
  restoreRequest(cell, m)
  m.routeType = RouteType.FAILURE
  m.requestUriConsumed = true
  m.branch = cell.winner
  if (cell.winner >= 0) m.requestUri = cell.branches[cell.winner].uri
  if (heard(tm, cell, FAILURE_MOMENTS)) {
    tellMoment(tm, Moment.ON_FAILURE_RO, cell, m)
    tellMoment(tm, Moment.ON_FAILURE, cell, m)
  }
  if (name !== '') tm.user.failureRoute(name, m)
  cell.flags &= ~TransactionFlag.IN_ROUTE
  tm.failed.push(m)
  return cell.dropMode
}

/** failure_reply_mode (tm-reference 2.3): which replies of the branches [0, before) no longer compete. */
function dropReplies(tm: TransactionCore, cell: Cell, mode: number, before: number): void {
  if (mode === 0 || (mode === 3 && cell.outgoings === before)) return
  let from = 0
  if (mode === 2) for (let i = 0; i < before; i++) if (cell.branches[i].firstOfStep) from = i
  for (let i = from; i < before; i++) {
    const branch = cell.branches[i]
    if (branch.dropped) continue
    branch.dropped = true
    if (tm.bus.on) reportCandidate(tm, EventKind['reply-dropped'], branch, branchPriority(branch, tm.params.faked_reply_prio))
  }
}

function relayBest(tm: TransactionCore, cell: Cell): void {
  const winner = pickBranch(cell, tm.params.faked_reply_prio)
  cell.winner = winner
  if (winner < 0) return endWithout(tm, cell)
  const branch = cell.branches[winner]
  if (tm.bus.on) reportPicked(tm, cell, winner, branch.status, pickedBy(branch.status, competitors(cell)))
  if (cell.isLocal) endLocal(tm, branch)
  else relayFailure(tm, cell, branch)
}

/** No reply is left to choose from. */
function endWithout(tm: TransactionCore, cell: Cell): void {
  const { status, reason } = errorReply(cell.tmError)
  if (cell.isLocal) completeLocal(tm, cell.branches[0], { status, reason, reply: null })
  else replyLocally(tm, cell, status, reason)
}

/** A request of our own has nobody upstream: whoever started it is told. */
function endLocal(tm: TransactionCore, branch: Branch): void {
  const { status, reason } = branch
  completeLocal(tm, branch, { status, reason, reply: branch.reply === null ? null : loadBlock(tm.stored, branch.reply) })
}

function competitors(cell: Cell): number {
  let count = 0
  for (let i = 0; i < cell.outgoings; i++) if (!cell.branches[i].dropped && cell.branches[i].status >= 200) count++
  return count
}

function relayFailure(tm: TransactionCore, cell: Cell, branch: Branch): void {
  const { status } = branch
  if (branch.faked || branch.reply === null) relayFaked(tm, cell, branch)
  else if (status === 503 && tm.params.remap_503_500 !== 0) replyLocally(tm, cell, 500, 'Service Unavailable')
  else if (tm.params.aggregate_challenges !== 0 && isChallenge(status) && challenged(cell) > 1)
    replyLocally(tm, cell, status, '', challenges(tm, cell))
  else {
    tm.out.at = 0
    tm.out.range(branch.reply.bytes, branch.reply.start, branch.reply.start + branch.reply.length)
    sendReply(tm, cell, status)
  }
}

function relayFaked(tm: TransactionCore, cell: Cell, branch: Branch): void {
  if (cell.isInvite && cell.has(TransactionFlag.CANCELLED)) replyLocally(tm, cell, 487, 'Request Terminated')
  else if (branch.status === 503 && tm.params.remap_503_500 !== 0) replyLocally(tm, cell, 500, 'Service Unavailable')
  else replyLocally(tm, cell, branch.status, branch.reason)
}

function isChallenge(status: number): boolean {
  return status === 401 || status === 407
}

function challenged(cell: Cell): number {
  let count = 0
  for (let i = 0; i < cell.outgoings; i++) if (isCompetingChallenge(cell.branches[i])) count++
  return count
}

function isCompetingChallenge(branch: Branch): boolean {
  return isChallenge(branch.status) && !branch.dropped && branch.reply !== null
}

/** Every challenge of every branch that asked for credentials (RFC 3261 16.7 step 7). */
function challenges(tm: TransactionCore, cell: Cell): string {
  let lines = ''
  for (let i = 0; i < cell.outgoings; i++) {
    if (!isCompetingChallenge(cell.branches[i])) continue
    const reply = loadBlock(tm.stored, cell.branches[i].reply)
    lines += linesOf(reply, HeaderId.WWW_AUTHENTICATE) + linesOf(reply, HeaderId.PROXY_AUTHENTICATE)
  }
  return lines
}

function linesOf(message: SipMessage, id: number): string {
  let lines = ''
  for (let line = message.first(id); line >= 0; line = message.next(line))
    lines += message.text(message.lineStart[line], message.lineEnd[line])
  return lines
}
