import { Method } from '@signalbox/sip'
import { removeVias } from '../forward/forward-request.ts'
import { nextHopOf, nextHopOfProxy, type NextHop } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import type { Target } from '../forward/target.ts'
import type { Branch, Cell } from './cell.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import { cancelPending } from './cancel.ts'
import { failOver } from './dns-failover.ts'
import { failTransaction } from './failure.ts'
import { matchAcknowledged, matchCancelled } from './matching.ts'
import { headersForCancel } from './received-cancel.ts'
import { relayToBranches } from './relayed-cancel.ts'
import { endHeldFailures, endReplicated, fakeReply, giveUp } from './replies.ts'
import { errorReply, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { addBranch, endUnsent, rememberRequest, type BranchPlan } from './uac.ts'
import { createServerTransaction, endServer, noteAck, replyLocally, sendTrying } from './uas.ts'
import { putOnWait, waitForFinal } from './wait.ts'

/** Flags of t_relay_to (tm-reference 8.1). COPY is ours: replies stay here, and nothing that becomes of the branches is answered. */
export const RelayFlag = { NO_AUTO_100: 1, NO_INTERNAL_REPLY: 2, NO_DNS_FAILOVER: 4, COPY: 8 } as const

/** Forwards a request statefully: t_relay and its relatives. Returns 1, or a negative code with the error kept for the reply. */
export function relay(tm: TransactionCore, m: RoutedMessage, flags: number, proxy: string): number {
  if (!m.message.isRequest) return fail(m, TmError.UNSPECIFIED)
  let hop: NextHop | null = null
  if (proxy !== '') {
    hop = nextHopOfProxy(proxy)
    if (hop === null) return fail(m, TmError.BAD_ADDRESS)
  }
  if (m.message.method === Method.ACK) return relayAck(tm, m, hop)
  if (m.message.method === Method.CANCEL) {
    const cancelled = relayCancel(tm, m)
    if (cancelled <= 0) return cancelled === 0 ? 1 : cancelled
    const unmatched = relayUnmatchedCancel(tm, m, hop)
    if (unmatched !== 0) return unmatched
  }
  return relayStateful(tm, m, flags, hop)
}

/** An ACK to a 2xx makes no transaction: RFC 3261 16.11, 17. */
function relayAck(tm: TransactionCore, m: RoutedMessage, hop: NextHop | null): number {
  m.answered = true
  if ((tm.callbacks.ever & (Moment.E2EACK_IN | Moment.E2EACK_RETR_IN)) !== 0) {
    const invite = matchAcknowledged(tm, m.message)
    if (invite !== null) noteAck(tm, invite, m)
  }
  return relayStateless(tm, m, hop)
}

/** unmatched_cancel (tm-reference 2.4). 0: go on statefully. */
function relayUnmatchedCancel(tm: TransactionCore, m: RoutedMessage, hop: NextHop | null): number {
  if (tm.params.unmatched_cancel === 0) return 0
  m.answered = true
  if (tm.params.unmatched_cancel === 2) return 1
  return relayStateless(tm, m, hop)
}

/** Bit of headers_mode (tm-reference 2.4). */
const ONE_VIA = 2

function relayStateless(tm: TransactionCore, m: RoutedMessage, hop: NextHop | null): number {
  if ((tm.params.headers_mode & ONE_VIA) !== 0) removeVias(m)
  return tm.stateless.request(m, hop) ? 1 : fail(m, TmError.SEND)
}

/** A Request-URI that leads nowhere is refused before anything is begun. */
function isRoutable(m: RoutedMessage): boolean {
  return m.requestUriConsumed || m.destinationUri !== '' || m.path !== '' || nextHopOf(m.currentUri()) !== null
}

/** Of the flags of t_relay_to those that outlast the call, as flags of the transaction. */
function lastingFlags(flags: number): number {
  const failover = flags & RelayFlag.NO_DNS_FAILOVER ? TransactionFlag.DISABLE_FAILOVER : 0
  return failover | (flags & RelayFlag.NO_INTERNAL_REPLY ? TransactionFlag.NO_INTERNAL_REPLY : 0)
}

function relayStateful(tm: TransactionCore, m: RoutedMessage, flags: number, hop: NextHop | null): number {
  if (m.cell === null && hop === null && !isRoutable(m)) return refuseRelay(tm, m, flags)
  // A script that has had its own transaction may have changed the message since.
  const request = m.cell === null ? m.message : null
  const cell = (m.cell as Cell | null) ?? createServerTransaction(tm, m)
  if (cell.has(TransactionFlag.CANCELLED)) {
    return failRelay(tm, m, TmError.CANCELED)
  }
  // After a 6xx nothing is tried before the failure route says so (tm-reference 2.3 disable_6xx_block).
  if (cell.has(TransactionFlag.GLOBAL_FAILURE)) return fail(m, TmError.UNSPECIFIED)
  cell.flags |= lastingFlags(flags)
  rememberRequest(tm, cell, m)
  if ((flags & RelayFlag.NO_AUTO_100) === 0) sendTrying(tm, cell, request)
  const nested = cell.has(TransactionFlag.IN_ROUTE)
  cell.flags |= TransactionFlag.IN_ROUTE
  const copied = (flags & RelayFlag.COPY) !== 0
  const result = addBranches(tm, m, hop, copied)
  if (!nested) cell.flags &= ~TransactionFlag.IN_ROUTE
  if (result < 0) return failRelay(tm, m, result)
  m.answered = true
  noteMoment(tm, Moment.REQUEST_PENDING, cell, m)
  if (!nested && !copied && !cell.awaitsReply() && cell.status < 200) failTransaction(tm, cell)
  return 1
}

/** No transaction is begun for a request that leads nowhere, unless it must be answered at once. */
function refuseRelay(tm: TransactionCore, m: RoutedMessage, flags: number): number {
  m.transactionFlags |= lastingFlags(flags)
  if ((m.transactionFlags & TransactionFlag.NO_INTERNAL_REPLY) !== 0) return keepError(m, TmError.BAD_URI)
  if (tm.params.delayed_reply !== 0) return fail(m, TmError.BAD_URI)
  createServerTransaction(tm, m)
  return failRelay(tm, m, TmError.BAD_URI)
}

/** Nothing was sent: the error is kept for the end of the script, or answered now (delayed_reply, tm-reference 8.3). */
function failRelay(tm: TransactionCore, m: RoutedMessage, error: number): number {
  const cell = m.cell as Cell
  cell.tmError = error
  if (cell.has(TransactionFlag.NO_INTERNAL_REPLY)) return keepError(m, error)
  if (tm.params.delayed_reply === 0 && m.routeType === RouteType.REQUEST && cell.outgoings === 0) answerError(tm, m, cell)
  return fail(m, error)
}

function answerError(tm: TransactionCore, m: RoutedMessage, cell: Cell): void {
  const { status, reason } = errorReply(cell.tmError)
  if (replyLocally(tm, cell, status, reason)) m.answered = true
}

/** The error is for t_reply_error. */
function keepError(m: RoutedMessage, error: number): number {
  m.tmError = error
  return TmError.NOT_ANSWERED
}

/** One branch for the Request-URI unless it was used already, one for every further target (RFC 3261 16.6). Returns 1 or a TmError. */
function addBranches(tm: TransactionCore, m: RoutedMessage, hop: NextHop | null, copied: boolean): number {
  const cell = m.cell as Cell
  const via = hop === null && !copied ? BY_TARGET : { proxy: hop, replicated: copied, failed: branchUnreachable }
  const targets = takeTargets(m)
  const step = cell.outgoings
  const armed = cell.onBranch
  let result = m.requestUriConsumed ? TmError.UNSPECIFIED : relayed(addBranch(tm, m, null, via))
  m.requestUriConsumed = true
  for (const target of targets) result = better(result, relayed(addBranch(tm, m, target, via)))
  // Armed for one step; what the branch route armed itself is for the next (tm-reference 5.1).
  if (cell.onBranch === armed) cell.onBranch = ''
  if (cell.outgoings > step) cell.branches[step].firstOfStep = true
  return result
}

/** The next hop is where the target says. */
const BY_TARGET: BranchPlan = { proxy: null, replicated: false, failed: branchUnreachable }
const NO_TARGETS: readonly Target[] = []

/** A branch that its route dropped was not sent either. */
function relayed(result: number): number {
  return result === 0 ? TmError.CONFIGURATION : result
}

/** One branch that is sent is enough; of errors the last one counts. */
function better(before: number, result: number): number {
  return before > 0 ? before : result
}

function takeTargets(m: RoutedMessage): readonly Target[] {
  // Setting the length of an array costs a call into the engine, even when it is empty.
  return m.targets.length === 0 ? NO_TARGETS : m.targets.splice(0)
}

function branchUnreachable(tm: TransactionCore, branch: Branch, error: number): void {
  const { status, reason } = errorReply(error)
  if (!branch.replicated) branch.cell.tmError = error
  // What never was on the wire does not compete with what was.
  branch.dropped = error === TmError.SEND && failOver(tm, branch)
  endUnsent(tm, branch)
  fakeReply(tm, branch, status, reason)
}

function fail(m: RoutedMessage, error: number): number {
  m.tmError = error
  return error
}

/**
 * CANCEL of a request that we serve: RFC 3261 16.10, tm-reference 6.3. 0: found and, if it is an INVITE, cancelled; 1: not found.
 */
export function relayCancel(tm: TransactionCore, m: RoutedMessage): number {
  const invite = matchCancelled(tm, m.message)
  if (invite === null) return 1
  const headers = headersForCancel(tm, invite, m.message)
  const cancel = (m.cell as Cell | null) ?? createServerTransaction(tm, m)
  m.answered = true
  const alive = invite.status < 200 && hasRealBranch(invite)
  // RFC 3261 9.2: on any other request a CANCEL has no effect.
  if (invite.isInvite) invite.flags |= TransactionFlag.CANCELLED
  noteMoment(tm, Moment.E2ECANCEL_IN, invite, m)
  // RFC 3261 9.2: the CANCEL is answered whatever becomes of the INVITE, and before the 487 of the INVITE.
  replyLocally(tm, cancel, 200, alive ? 'canceling' : 'ok -- no more pending branches')
  if (alive) cancelBranches(tm, m, invite, headers)
  else if (invite.isInvite) {
    replyLocally(tm, invite, 487, 'Request canceled')
    if (invite.hasPendingBranch()) cancelBranches(tm, m, invite, headers)
  }
  return 0
}

/** Is anybody asked? The branch that stands for a suspended script is nobody, and a copy (t_replicate) brings no answer. */
function hasRealBranch(cell: Cell): boolean {
  const blind = cell.has(TransactionFlag.SUSPENDED) ? cell.suspendedBranch : -1
  for (let i = 0; i < cell.outgoings; i++) {
    const { pending, replicated } = cell.branches[i]
    if (i !== blind && pending && !replicated) return true
  }
  return false
}

function cancelBranches(tm: TransactionCore, m: RoutedMessage, invite: Cell, headers: string): void {
  const abandon = (branch: Branch): void => giveUp(tm, branch)
  if (tm.params.e2e_cancel_hop_by_hop === 0 && invite.isInvite) relayToBranches(tm, m, invite, { headers, giveUp: abandon })
  else cancelPending(tm, invite, headers, abandon)
  endHeldFailures(tm, invite)
}

function noteMoment(tm: TransactionCore, moment: number, cell: Cell, m: RoutedMessage): void {
  if (heard(tm, cell, moment)) tellMoment(tm, moment, cell, m)
}

/** The script is through with a request: whatever it left open is closed (tm-reference 4, end of request script). */
export function endOfScript(tm: TransactionCore, m: RoutedMessage): void {
  const cell = m.cell as Cell | null
  if (cell === null) return endUnbegun(tm, m)
  if (cell.label === 0 || cell.status >= 200 || !hasOnlyCopies(cell)) return
  if (cell.has(TransactionFlag.SUSPENDED | TransactionFlag.WAITING)) return
  if (cell.tmError !== 0 && !cell.has(TransactionFlag.NO_INTERNAL_REPLY)) answerError(tm, m, cell)
  else if (cell.outgoings > 0) endReplicated(tm, cell)
  else if (cell.status > 0) waitForFinal(tm, cell)
  else {
    tm.user.unanswered(m)
    endServer(tm, cell)
    putOnWait(tm, cell)
  }
}

/** Has nobody got the request but those who got a copy? */
function hasOnlyCopies(cell: Cell): boolean {
  for (let i = 0; i < cell.outgoings; i++) if (!cell.branches[i].replicated) return false
  return true
}

/** A relay that was refused before it made a transaction, in a script that left it at that (tm-reference 8.3). */
function endUnbegun(tm: TransactionCore, m: RoutedMessage): void {
  if (m.tmError === 0 || m.answered || m.message.method === Method.ACK) return
  if ((m.transactionFlags & TransactionFlag.NO_INTERNAL_REPLY) !== 0) return
  const cell = createServerTransaction(tm, m)
  cell.tmError = m.tmError
  answerError(tm, m, cell)
}
