import { Method, SipParseError } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { hasSecondVia, removeTopVia } from '../forward/forward-request.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { Counter } from '../metrics/counter-layout.ts'
import { blockUnavailable } from './blocklisting.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import type { Branch, Cell } from './cell.ts'
import { cancelAgain, cancelLosers, cancelPending, endCancel, localReason, sendAck } from './cancel.ts'
import { failOver, leadsOn } from './dns-failover.ts'
import { failTransaction, mayFail } from './failure.ts'
import { heldBranch } from './held-reply.ts'
import { completeLocal, receiveLocalReply } from './local-request.ts'
import { Action, actionsOf, Input, nextState, transition } from './machine.ts'
import { reportCandidate, reportMessage, reportPicked } from './report.ts'
import { branchPriority } from './response-context.ts'
import { endSuspension } from './suspend.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import {
  armTimeout,
  clientMachine,
  enterClientState,
  forgetRequest,
  restoreRequest,
  slowRetransmission,
  stopRetransmission,
  stopTimeout,
} from './uac.ts'
import { sendReply } from './uas.ts'
import { putOnWait } from './wait.ts'

const BRANCH_FAILURE_MOMENTS = Moment.ON_BRANCH_FAILURE_RO | Moment.ON_BRANCH_FAILURE

/** A reply from downstream on `branch`: RFC 3261 17.1 and 16.7, in the order of tm-reference 6. */
export function receiveReply(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { message } = m
  const { cell } = branch
  tm.counters[Counter.tmRplReceived]++
  if (tm.bus.on)
    reportMessage(tm, EventKind['msg-in'], branch, { over: m.source, bytes: message.bytes, start: message.start, end: message.end })
  if (message.cseqMethod === Method.CANCEL && cell.method === Method.INVITE) endCancel(tm, branch)
  else {
    cell.lastReceived = message.status
    tellReply(tm, cell.isLocal ? Moment.LOCAL_RESPONSE_IN : Moment.RESPONSE_IN, branch, m)
    advanceBranch(tm, branch, m)
  }
}

function tellReply(tm: TransactionCore, moment: number, branch: Branch, m: RoutedMessage): void {
  if (heard(tm, branch.cell, moment)) tellMoment(tm, moment, branch, m)
}

function advanceBranch(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { status } = m.message
  const input = status < 200 ? Input.provisional : status < 300 ? Input.success : Input.failure
  const packed = transition(clientMachine(branch.cell), branch.state, input)
  if (packed < 0) {
    tm.counters[Counter.repliesAbsorbed]++
    return
  }
  const actions = actionsOf(packed)
  const firstProvisional = input === Input.provisional && branch.status < 100
  const last = branch.status
  enterClientState(tm, branch, nextState(packed))
  if (actions & Action.stopRetransmission) stopRetransmission(tm, branch)
  if (actions & Action.stopTimeout) stopTimeout(tm, branch)
  if (actions & Action.acknowledge) sendAck(tm, branch, m.message)
  if (actions & Action.cancelLate && branch.faked) cancelAgain(tm, branch)
  if (actions & Action.slowRetransmission) slowRetransmission(tm, branch, tm.clock.now())
  if ((actions & Action.pass) === 0) {
    tm.counters[Counter.repliesAbsorbed]++
    return
  }
  branch.replied = true
  branch.status = status
  if (actions & Action.startInviteTimeout && restartsTimeout(tm, status, last, firstProvisional))
    armTimeout(tm, branch, tm.clock.now(), branch.cell.frInvTimer)
  passReply(tm, branch, m)
}

/** restart_fr_on_each_reply (tm-reference 2.1). */
function restartsTimeout(tm: TransactionCore, status: number, last: number, first: boolean): boolean {
  return first || tm.params.restart_fr_on_each_reply !== 0 || (status > last && status >= 180)
}

function passReply(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { status } = m.message
  if (status < 200 && branch.cancelled) {
    cancelAgain(tm, branch)
    return
  }
  const kept = runReplyRoute(tm, branch, m)
  // Its route waits, or that of the same reply before it.
  if (branch.held !== null && branch.held.message.status === status) return
  if (kept || status >= 200) deliver(tm, branch, m)
}

/** The route that held a reply, or the failure of its branch, has ended, or has waited too long. */
export function endHeldReply(tm: TransactionCore, held: RoutedMessage): void {
  const branch = heldBranch(held)
  if (branch === null) return
  branch.held = null
  if (held.message.isRequest) {
    endHeldFailure(tm, branch)
    return
  }
  const { status } = held.message
  if (status >= 200) stopTimeout(tm, branch)
  // A provisional reply comes too late for a branch that has its final one.
  if (status >= 200 || (branch.status < 200 && !held.dropped)) deliver(tm, branch, held)
}

function deliver(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { status } = m.message
  const { cell } = branch
  if (status >= 300) considerFailover(tm, branch, m)
  if (cell.isLocal && !(status >= 300 && mayFail(tm, cell))) receiveLocalReply(tm, branch, m)
  else if (branch.replicated) endReplicated(tm, cell)
  else if (status < 200) relayProvisional(tm, branch, m)
  else if (status < 300) relaySuccess(tm, branch, m)
  else storeFailure(tm, branch, m)
}

/** A 503 may blocklist its sender, and it or a code of failover_reply_codes leads on to the next address (tm-reference 5.3, 6 step 7). */
function considerFailover(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { status } = m.message
  if (status === 503) blockUnavailable(tm, m)
  if (status >= 600 && endsAll(tm, branch)) return
  if (leadsOn(tm.params.failover_reply_codes, status)) failOver(tm, branch)
}

/** RFC 3261 16.7 step 5: a 6xx is final for the whole transaction. */
function endsAll(tm: TransactionCore, { cell }: Branch): boolean {
  return tm.params.disable_6xx_block === 0 && !cell.has(TransactionFlag.DISABLE_6XX)
}

function runReplyRoute(tm: TransactionCore, branch: Branch, m: RoutedMessage): boolean {
  const name = branch.onReply
  if (name === '') return true
  m.cell = branch.cell
  m.branch = branch.index
  m.flags = branch.cell.messageFlags
  m.branchFlags = branch.flags
  m.routeType = RouteType.TM_ONREPLY
  return tm.user.replyRoute(name, m)
}

/** Writes the reply as it goes upstream into `tm.out`: without our Via, with the script's edits. False: nobody is upstream. */
function buildUpstream(tm: TransactionCore, m: RoutedMessage): boolean {
  if (!hasSecondVia(m.message)) return false
  try {
    writeUpstream(tm, m)
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    // The script has made too much of it, but somebody waits for it.
    m.edits.clear()
    writeUpstream(tm, m)
  }
  return true
}

function writeUpstream(tm: TransactionCore, m: RoutedMessage): void {
  const { message, edits } = m
  removeTopVia(m)
  tm.out.at = 0
  edits.apply(message, message.start, message.end, tm.out)
}

function relayProvisional(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { status } = m.message
  const { cell } = branch
  if (cell.status >= 200 || (status === 100 && tm.params.relay_100 === 0)) return
  tellReply(tm, Moment.RESPONSE_FWDED, branch, m)
  if (buildUpstream(tm, m)) sendReply(tm, cell, status)
}

/** 2xx: upstream at once, and the other branches are cancelled (RFC 3261 16.7 steps 5 and 10). */
function relaySuccess(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { cell } = branch
  const { status } = m.message
  if (!cell.isInvite && cell.status >= 200) return
  const first = cell.status < 200
  if (!hasSecondVia(m.message)) {
    if (first) refuseSuccess(tm, branch)
    return
  }
  tellReply(tm, Moment.RESPONSE_FWDED, branch, m)
  if (cell.isInvite && first) tellReply(tm, Moment.DLG, branch, m)
  if (first && tm.bus.on) reportPicked(tm, cell, branch.index, status, '2xx goes upstream at once')
  if (!cell.isInvite) forgetRequest(tm, branch)
  if (buildUpstream(tm, m)) sendReply(tm, cell, status)
  if (!first) return
  cell.winner = branch.index
  cancelLosers(tm, cell, localReason(tm, status))
  endHeldFailures(tm, cell)
}

/** RFC 3261 16.7 step 3: it cannot go upstream, and nothing better will come, whatever a route about an earlier failure waits for. */
function refuseSuccess(tm: TransactionCore, branch: Branch): void {
  fakeReply(tm, branch, 502, 'Bad Gateway')
  if (branch.held !== null) endHeldReply(tm, branch.held)
}

/** 3xx to 6xx: kept until every branch has one (RFC 3261 16.7 step 4). */
function storeFailure(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { message } = m
  if (branch.reply !== null) tm.slab.give(branch.reply)
  branch.reply = null
  branch.reason = message.text(message.reasonStart, message.reasonEnd)
  if (branch.cell.isLocal) branch.reply = tm.slab.copy(message.bytes, message.start, message.end)
  else if (buildUpstream(tm, m)) branch.reply = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  branchFailed(tm, branch)
}

/** A branch has its negative final reply, received or made up: go on if others are open, else choose (RFC 3261 16.7 step 6). */
function branchFailed(tm: TransactionCore, branch: Branch): void {
  const { cell } = branch
  if (tm.bus.on) reportCandidate(tm, EventKind['reply-candidate'], branch, branchPriority(branch, tm.params.faked_reply_prio))
  if (cell.status >= 200) return
  const global = branch.status >= 600 && endsAll(tm, branch)
  if (global) cell.flags |= TransactionFlag.GLOBAL_FAILURE
  runBranchFailureRoute(tm, branch)
  if (global) cancelPending(tm, cell, localReason(tm, branch.status), (open) => giveUp(tm, open))
  // Its route may have let another one go on that waited with a 2xx.
  if (cell.status < 200 && !cell.awaitsReply()) failTransaction(tm, cell)
}

/** event_route[tm:branch-failure:NAME]: one-shot; it may add branches (tm-reference 7). */
function runBranchFailureRoute(tm: TransactionCore, branch: Branch): void {
  const name = branch.onBranchFailure
  const { cell } = branch
  if ((name === '' && !heard(tm, cell, BRANCH_FAILURE_MOMENTS)) || cell.has(TransactionFlag.IN_ROUTE)) return
  branch.onBranchFailure = ''
  // Branches that the route adds have none unless it arms one again.
  cell.onBranchFailure = ''
  const m = tm.failed.pop() ?? new RoutedMessage()
  cell.flags |= TransactionFlag.IN_ROUTE
  restoreRequest(cell, m)
  m.routeType = RouteType.BRANCH_FAILURE
  m.requestUriConsumed = true
  m.branch = branch.index
  m.requestUri = branch.uri
  m.instance = branch.instance
  m.ruid = branch.ruid
  if (heard(tm, cell, BRANCH_FAILURE_MOMENTS)) {
    tellMoment(tm, Moment.ON_BRANCH_FAILURE_RO, branch, m)
    tellMoment(tm, Moment.ON_BRANCH_FAILURE, branch, m)
  }
  if (name !== '') tm.user.branchFailureRoute(name, m)
  cell.flags &= ~TransactionFlag.IN_ROUTE
  tm.failed.push(m)
}

/** Nothing is decided about the failure of a branch before its route has ended. */
function endHeldFailure(tm: TransactionCore, branch: Branch): void {
  const { cell } = branch
  stopTimeout(tm, branch)
  if (cell.status < 200 && !cell.awaitsReply()) failTransaction(tm, cell)
}

/** The caller has hung up, or somebody has answered: there is nothing left to wait for. */
export function endHeldFailures(tm: TransactionCore, cell: Cell): void {
  for (let i = 0; i < cell.outgoings; i++) {
    const { held } = cell.branches[i]
    if (held !== null && held.message.isRequest) endHeldReply(tm, held)
  }
}

/** A final reply made up here for a branch that will not get one (tm-reference 5.4). */
export function fakeReply(tm: TransactionCore, branch: Branch, status: number, reason: string): void {
  stopRetransmission(tm, branch)
  stopTimeout(tm, branch)
  branch.faked = true
  branch.status = status
  branch.reason = reason
  const { cell } = branch
  if (branch.index === cell.suspendedBranch) endSuspension(tm, cell)
  if (cell.isLocal && !mayFail(tm, cell)) {
    if (!cell.hasPendingBranch()) completeLocal(tm, branch, { status, reason, reply: null })
  } else if (branch.replicated) endReplicated(tm, cell)
  else branchFailed(tm, branch)
}

/** A cancelled branch for which nothing can be sent any more counts as answered by 487. */
export function giveUp(tm: TransactionCore, branch: Branch): void {
  enterClientState(tm, branch, nextState(transition(clientMachine(branch.cell), branch.state, Input.timeout)))
  fakeReply(tm, branch, 487, 'Request Terminated')
}

/**
 * Replies to replicated requests go nowhere; the transaction ends with its last branch if nobody else answers upstream. A script
 * that is at work may still do so.
 */
export function endReplicated(tm: TransactionCore, cell: Cell): void {
  if (cell.has(TransactionFlag.REPLICATED) && !cell.has(TransactionFlag.IN_ROUTE) && !cell.hasPendingBranch()) putOnWait(tm, cell)
}
