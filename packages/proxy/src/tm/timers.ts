import { EventKind, TimerKind } from '../bus/event-kind.ts'
import { UAS_SIDE } from '../bus/event-bus.ts'
import { Counter } from '../metrics/counter-layout.ts'
import { blockSilent, blockUnsendable } from './blocklisting.ts'
import { heard, Moment } from './callbacks.ts'
import type { Branch, Cell } from './cell.ts'
import { endCancel, retransmitCancel, sendCancel } from './cancel.ts'
import { failOver } from './dns-failover.ts'
import { Action, actionsOf, Input, nextState, State, transition } from './machine.ts'
import { endHeldReply, fakeReply } from './replies.ts'
import { reportTimer } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { clientMachine, enterClientState, retransmitRequest, waitsUnsent } from './uac.ts'
import { ackTimeout, retransmitReply } from './uas.ts'
import { endWait, putOnWait } from './wait.ts'

/** What fires when: the timers of the server side. */
export function onCellTimer(tm: TransactionCore, cell: Cell, kind: number, now: number): void {
  if (tm.bus.on) reportTimer(tm, EventKind['timer-fired'], cell, UAS_SIDE, kind)
  if (kind === TimerKind.retr_rpl) retransmitReply(tm, cell, now)
  else if (kind === TimerKind.fr_ack) ackTimeout(tm, cell)
  else endWait(tm, cell, now)
}

/** The timers of a branch. */
export function onBranchTimer(tm: TransactionCore, branch: Branch, kind: number, now: number): void {
  if (tm.bus.on) reportTimer(tm, EventKind['timer-fired'], branch.cell, branch.index, kind === TimerKind.fr ? branch.timeoutKind : kind)
  if (kind === TimerKind.retr) retransmit(tm, branch, now)
  else if (kind === TimerKind.fr) timeOut(tm, branch)
  else if (kind === TimerKind.cancel_retr) retransmitCancel(tm, branch, now)
  else endCancel(tm, branch)
}

function retransmit(tm: TransactionCore, branch: Branch, now: number): void {
  if (transition(clientMachine(branch.cell), branch.state, Input.retransmit) < 0) return
  if (!retransmitRequest(tm, branch, now)) unreachable(tm, branch)
}

/** A send error counts as a 503 from downstream (tm-reference 5.2, RFC 3261 16.9). */
export function unreachable(tm: TransactionCore, branch: Branch): void {
  const packed = transition(clientMachine(branch.cell), branch.state, Input.transportError)
  if (packed < 0) return
  blockUnsendable(tm, branch)
  if (waitsUnsent(tm, branch)) return
  enterClientState(tm, branch, nextState(packed))
  failOver(tm, branch)
  fakeReply(tm, branch, 503, 'Service Unavailable')
}

/** No final reply in time (tm-reference 5.4). */
function timeOut(tm: TransactionCore, branch: Branch): void {
  const { cell } = branch
  if (branch.held !== null && branch.status >= 200) return endHeldReply(tm, branch.held)
  const packed = transition(clientMachine(cell), branch.state, Input.timeout)
  if (packed < 0 || (actionsOf(packed) & Action.timedOut) === 0) return
  tm.counters[Counter.timeouts]++
  if (cell.isInvite) tm.counters[Counter.inviteTimeouts]++
  const proceeding = branch.state === State.proceeding
  enterClientState(tm, branch, nextState(packed))
  branch.timedOut = true
  if (tm.params.noisy_ctimer === 0 && endsSilently(tm, branch)) {
    branch.status = tm.params.reply_408_code
    branch.faked = true
    putOnWait(tm, cell)
    return
  }
  if (!branch.replied) {
    blockSilent(tm, branch)
    failOver(tm, branch)
  }
  if (proceeding && cell.isInvite) sendCancel(tm, branch)
  fakeReply(tm, branch, tm.params.reply_408_code, tm.params.reply_408_reason)
}

const FAILURES = Moment.ON_FAILURE_RO | Moment.ON_FAILURE | Moment.ON_BRANCH_FAILURE_RO | Moment.ON_BRANCH_FAILURE

/** noisy_ctimer 0: an INVITE that nothing ever answered may end without a word (tm-reference 2.1). */
function endsSilently(tm: TransactionCore, branch: Branch): boolean {
  const { cell } = branch
  return (
    cell.isInvite &&
    !cell.isLocal &&
    !cell.has(TransactionFlag.NOISY) &&
    cell.outgoings === 1 &&
    !branch.replied &&
    cell.onFailure === '' &&
    branch.onBranchFailure === '' &&
    !heard(tm, cell, FAILURES)
  )
}
