import { Method, SipMessage, writeCancel, writeHopByHopAck } from '@signalbox/sip'
import { EventKind, TimerKind } from '../bus/event-kind.ts'
import { isReliable } from '../forward/via.ts'
import { Counter, Direction, requestCounter } from '../metrics/counter-layout.ts'
import type { Branch, Cell } from './cell.ts'
import { ALSO_ACK, ALSO_CANCEL, announceHopByHop } from './hooks.ts'
import { State } from './machine.ts'
import { loadBlock } from './matching.ts'
import { reportMessage, reportTimer } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'
import { stopRetransmission, stopTimer } from './uac.ts'

/** Hop-by-hop CANCEL of branches (RFC 3261 9.1, 16.10; tm-reference 2.4) and the ACK to their negative replies (17.1.1.3). */

/** What becomes of a branch that is to be cancelled. */
export type CancelOutcome = 'cancelled' | 'given up' | 'nothing to do'

/**
 * Cancels a branch that has no final reply yet. `reason` is complete Reason header lines or ''. 'given up': the branch is
 * to be completed by a 487 made up here, because nothing can be sent for it (cancel_b_method 0, or never sent).
 */
export function cancelBranch(tm: TransactionCore, branch: Branch, reason: string): CancelOutcome {
  if (!branch.pending || branch.status >= 200 || branch.cancelled || !branch.cell.isInvite) return 'nothing to do'
  branch.cancelled = true
  branch.cancelReason = reason
  if (branch.destination === null) return 'given up'
  if (branch.state === State.proceeding) {
    sendCancel(tm, branch)
    return 'cancelled'
  }
  if (tm.params.cancel_b_method === 0) {
    stopRetransmission(tm, branch)
    return 'given up'
  }
  if (tm.params.cancel_b_method === 2) {
    stopRetransmission(tm, branch)
    sendCancel(tm, branch)
  }
  return 'cancelled'
}

/**
 * The call was answered: branches that ring get their CANCEL, those that never answered are not asked again and get it only
 * when they ring after all (RFC 3261 16.7 step 10, 9.1), whatever cancel_b_method says.
 */
export function cancelLosers(tm: TransactionCore, cell: Cell, reason: string): void {
  for (let i = 0; i < cell.outgoings; i++) {
    const branch = cell.branches[i]
    if (branch.state !== State.calling) cancelBranch(tm, branch, reason)
    else if (!branch.cancelled) {
      branch.cancelled = true
      branch.cancelReason = reason
      stopRetransmission(tm, branch)
    }
  }
}

const ANSWERED = 'Reason: SIP;cause=200;text="Call completed elsewhere"\r\n'

/** `Reason` for CANCELs that a final reply caused (RFC 3326, tm-reference 2.4 local_cancel_reason). */
export function localReason(tm: TransactionCore, status: number): string {
  if (tm.params.local_cancel_reason === 0) return ''
  return status >= 200 && status < 300 ? ANSWERED : `Reason: SIP;cause=${status}\r\n`
}

/** A provisional reply of a branch that is cancelled or given up for lost: it gets its CANCEL, for the first time or once more. */
export function cancelAgain(tm: TransactionCore, branch: Branch): void {
  const { cell } = branch
  if (branch.cancel !== null) {
    transmitCancel(tm, branch, EventKind.retransmit)
    return
  }
  if (!branch.cancelled && cell.status >= 200) branch.cancelReason = localReason(tm, cell.status)
  sendCancel(tm, branch)
}

/** Builds, sends and guards the CANCEL of a branch, once. */
export function sendCancel(tm: TransactionCore, branch: Branch): void {
  if (branch.cancel !== null || branch.destination === null) return
  tm.out.at = 0
  writeOwnCancel(tm, branch)
  if (!announceHopByHop(tm, branch, ALSO_CANCEL)) return
  branch.cancel = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  transmitCancel(tm, branch, EventKind['msg-out'])
  const now = tm.clock.now()
  const { cell } = branch
  arm(tm, branch, branch.cancelTimeoutTimer, TimerKind.cancel_fr, now, cell.frTimer)
  giveUpWith(tm, branch, now)
  if (isReliable(branch.destination.transport)) return
  branch.cancelInterval = cell.retrTimer1
  arm(tm, branch, branch.cancelRetransmitTimer, TimerKind.cancel_retr, now, branch.cancelInterval)
}

/** Into `tm.out`. */
export function writeOwnCancel(tm: TransactionCore, branch: Branch): void {
  const invite = loadBlock(tm.stored, branch.request)
  if (tm.params.reparse_invite === 0) writeCancel(tm.out, invite, branch.cancelReason, receivedRequest(branch))
  else writeCancel(tm.out, invite, extraHeaders(tm, invite) + branch.cancelReason)
}

/** What reparse_invite 0 makes CANCEL and ACK of (tm-reference 2.4). */
function receivedRequest({ cell }: Branch): SipMessage {
  return loadBlock(new SipMessage(), cell.request)
}

/** RFC 3261 9.1: when no final reply comes for the INVITE either, it counts as cancelled. */
export function giveUpWith(tm: TransactionCore, branch: Branch, now: number): void {
  const latest = now + branch.cell.frTimer
  if (tm.wheel.isArmed(branch.timeoutTimer) && tm.wheel.deadlineOf(branch.timeoutTimer) > latest)
    arm(tm, branch, branch.timeoutTimer, TimerKind.fr, now, branch.cell.frTimer)
}

function arm(tm: TransactionCore, branch: Branch, timer: number, kind: number, now: number, ms: number): void {
  tm.wheel.arm(timer, now + ms)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], branch.cell, branch.index, kind, ms)
}

function transmitCancel(tm: TransactionCore, branch: Branch, kind: number): void {
  const { cancel, destination } = branch
  if (cancel === null || destination === null) return
  const end = cancel.start + cancel.length
  if (kind === EventKind['msg-out']) tm.counters[requestCounter(Direction.SENT, destination.transport, Method.CANCEL)]++
  else tm.counters[Counter.requestRetransmissions]++
  if (tm.bus.on) reportMessage(tm, kind, branch, { over: destination, bytes: cancel.bytes, start: cancel.start, end })
  if (!tm.transport.send(destination, cancel.bytes, cancel.start, end)) tm.counters[Counter.sendErrors]++
}

export function retransmitCancel(tm: TransactionCore, branch: Branch, now: number): void {
  transmitCancel(tm, branch, EventKind.retransmit)
  branch.cancelInterval = Math.min(branch.cancelInterval * 2, branch.cell.retrTimer2)
  arm(tm, branch, branch.cancelRetransmitTimer, TimerKind.cancel_retr, now, branch.cancelInterval)
}

/** A reply to the CANCEL, or nothing for too long: it is done either way. */
export function endCancel(tm: TransactionCore, branch: Branch): void {
  stopTimer(tm, branch, branch.cancelRetransmitTimer, TimerKind.cancel_retr)
  stopTimer(tm, branch, branch.cancelTimeoutTimer, TimerKind.cancel_fr)
}

/** ACK to a negative reply: same branch, To of the reply, straight to where the INVITE went (RFC 3261 17.1.1.3). */
export function sendAck(tm: TransactionCore, branch: Branch, reply: SipMessage): void {
  const { destination } = branch
  if (destination === null) return
  const invite = loadBlock(tm.stored, branch.request)
  tm.out.at = 0
  if (tm.params.reparse_invite === 0) writeHopByHopAck(tm.out, invite, reply, '', receivedRequest(branch))
  else writeHopByHopAck(tm.out, invite, reply, extraHeaders(tm, invite))
  if (!announceHopByHop(tm, branch, ALSO_ACK)) return
  tm.counters[requestCounter(Direction.SENT, destination.transport, Method.ACK)]++
  if (tm.bus.on) reportMessage(tm, EventKind['msg-out'], branch, { over: destination, bytes: tm.out.bytes, start: 0, end: tm.out.at })
  if (!tm.transport.send(destination, tm.out.bytes, 0, tm.out.at)) tm.counters[Counter.sendErrors]++
}

/** Header lines of the INVITE whose names begin with ac_extra_hdrs. */
function extraHeaders(tm: TransactionCore, invite: SipMessage): string {
  const prefix = tm.params.ac_extra_hdrs.toLowerCase()
  if (prefix === '') return ''
  let lines = ''
  for (let line = 0; line < invite.headerCount; line++) {
    const name = invite.text(invite.lineStart[line], invite.nameEnd[line]).toLowerCase()
    if (name.startsWith(prefix)) lines += invite.text(invite.lineStart[line], invite.lineEnd[line])
  }
  return lines
}

/** Cancels every branch that is still open. Branches to be given up are handed to `giveUp`. */
export function cancelPending(tm: TransactionCore, cell: Cell, reason: string, giveUp: (branch: Branch) => void): number {
  let open = 0
  for (let i = 0; i < cell.outgoings; i++) {
    const branch = cell.branches[i]
    const outcome = cancelBranch(tm, branch, reason)
    if (outcome === 'given up') giveUp(branch)
    if (outcome !== 'nothing to do') open++
  }
  return open
}
