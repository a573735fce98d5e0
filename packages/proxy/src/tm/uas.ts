import { Method, octetHash, reasonPhrase, writeReply, type SipMessage } from '@signalbox/sip'
import { EventKind, TimerKind } from '../bus/event-kind.ts'
import { UAS_SIDE } from '../bus/event-bus.ts'
import { isReliable, needsReceived, replyDestination } from '../forward/via.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter, Direction, responseCounter } from '../metrics/counter-layout.ts'
import type { Block } from './byte-slab.ts'
import type { Cell } from './cell.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import { bucketOf } from './cell-table.ts'
import { replyMayLeave, reportOutgoing } from './hooks.ts'
import { inviteServer } from './invite-server.ts'
import { Action, actionsOf, Input, nextState, State, transition, type Machine } from './machine.ts'
import { isCancelledEarly, loadRequest, rememberKey } from './matching.ts'
import { nonInviteServer } from './non-invite-server.ts'
import { recordFromHere, reportCreated, reportMessage, reportState, reportTimer, type Wire } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { Hook } from './transaction-user.ts'
import { putOnWait } from './wait.ts'

/** Where the status stands in a reply: after `SIP/2.0 `. */
const STATUS_AT = 8
const DIGIT_2 = 50

/** The server side of a transaction: creation, replies upstream, retransmissions, ACK (RFC 3261 17.2). */

export function serverMachine(cell: Cell): Machine {
  return cell.isInvite ? inviteServer : nonInviteServer
}

/** A transaction for a received request, in the table and counted (tm-reference 4.1). */
export function createServerTransaction(tm: TransactionCore, m: RoutedMessage): Cell {
  const { message } = m
  const cell = tm.table.insert(bucketOf(message))
  const block = tm.slab.copy(message.bytes, message.start, message.end)
  cell.request = block
  cell.recorded = m.recorded
  cell.method = message.method
  cell.source = m.source
  cell.replyTo = replyDestination(message, m.source, m.forceRport, tm.endpoint)
  cell.forceRport = m.forceRport
  rememberKey(cell, block, message)
  if (message.method === Method.INVITE) {
    cell.flags |= TransactionFlag.INVITE | m.transactionFlags
    if (isCancelledEarly(tm, message)) cell.flags |= TransactionFlag.CANCELLED
  }
  applySettings(tm, cell, m)
  const machine = serverMachine(cell)
  cell.state = machine.initial
  cell.created = tm.clock.now()
  cell.endOfLife = cell.created + lifetime(tm, cell, m)
  tm.counters[Counter.tmCreated]++
  tm.counters[Counter.tmTotal]++
  if (tm.bus.on) {
    reportCreated(tm, cell, machine, block)
    reportMessage(tm, EventKind['msg-in'], cell, received(m))
    reportState(tm, cell, UAS_SIDE, machine, State.none, machine.initial)
  }
  m.cell = cell
  if (heard(tm, cell, Moment.REQUEST_IN)) tellMoment(tm, Moment.REQUEST_IN, cell, m)
  return cell
}

function received(m: RoutedMessage): Wire {
  const { bytes, start, end } = m.message
  return { over: m.source, bytes, start, end }
}

function lifetime(tm: TransactionCore, cell: Cell, m: RoutedMessage): number {
  if (cell.isInvite) return m.maxInvLifetime || tm.params.max_inv_lifetime
  return m.maxNonInvLifetime || tm.params.max_noninv_lifetime
}

function applySettings(tm: TransactionCore, cell: Cell, m: RoutedMessage): void {
  const { params } = tm
  cell.onBranch = m.onBranch
  cell.onReply = m.onReply
  cell.onFailure = m.onFailure
  cell.onBranchFailure = m.onBranchFailure
  cell.contacts = m.contacts
  cell.frTimer = m.frTimer || params.fr_timer
  cell.frInvTimer = m.frInvTimer || params.fr_inv_timer
  cell.retrTimer1 = m.retrTimer1 || params.retr_timer1
  cell.retrTimer2 = m.retrTimer2 || params.retr_timer2
  const auto100 = m.autoInv100 < 0 ? params.auto_inv_100 : m.autoInv100
  if (cell.isInvite && auto100 !== 0) cell.flags |= TransactionFlag.AUTO_100
}

/** The request again, or an ACK, for a transaction that exists. True: absorbed; false: it belongs to the script (e2e ACK). */
export function receiveAgain(tm: TransactionCore, cell: Cell, m: RoutedMessage): boolean {
  const ack = m.message.method === Method.ACK
  const packed = transition(serverMachine(cell), cell.state, ack ? Input.ack : Input.request)
  if (tm.bus.on) reportMessage(tm, EventKind['msg-in'], cell, received(m))
  if (packed < 0) return !ack
  const actions = actionsOf(packed)
  if (actions & Action.pass && !cell.has(TransactionFlag.LOCAL_2XX) && !storesFailure(cell)) return false
  enterState(tm, cell, nextState(packed))
  if (heard(tm, cell, ack ? Moment.ACK_NEG_IN : Moment.REQ_RETR_IN)) tellMoment(tm, ack ? Moment.ACK_NEG_IN : Moment.REQ_RETR_IN, cell, m)
  if (!ack) tm.counters[Counter.requestsAbsorbed]++
  if (actions & Action.resend) resendReply(tm, cell)
  if (ack) stopReplyRetransmission(tm, cell)
  return true
}

/** reply_relay_mode 1: is the reply that a 2xx has overtaken still the stored one? Then the ACK is for it. */
function storesFailure({ reply }: Cell): boolean {
  return reply !== null && reply.bytes[reply.start + STATUS_AT] > DIGIT_2
}

/** The ACK to a 2xx made here: no more retransmissions of it (RFC 3261 13.3.1.4). */
export function receiveLocalAck(tm: TransactionCore, cell: Cell, m: RoutedMessage): void {
  if (tm.bus.on) reportMessage(tm, EventKind['msg-in'], cell, received(m))
  noteAck(tm, cell, m)
  stopReplyRetransmission(tm, cell)
}

/** The ACK to the 2xx of an INVITE: the first one, or one more. */
export function noteAck(tm: TransactionCore, cell: Cell, m: RoutedMessage): void {
  const moment = cell.has(TransactionFlag.ACKNOWLEDGED) ? Moment.E2EACK_RETR_IN : Moment.E2EACK_IN
  cell.flags |= TransactionFlag.ACKNOWLEDGED
  if (heard(tm, cell, moment)) tellMoment(tm, moment, cell, m)
}

/** A reply made here. */
export interface LocalReply {
  readonly status: number
  /** '' for the standard phrase. */
  readonly reason: string
  /** Complete header lines, '' for none. */
  readonly headers: string
  /** To-tag where the request has none; '' for ours. */
  readonly toTag: string
  readonly body: string
  readonly contentType: string
}

/** Builds a reply in `tm.out` from the transaction's request. Returns false when `status` cannot be sent any more. */
export function replyLocally(tm: TransactionCore, cell: Cell, status: number, reason: string, headers = ''): boolean {
  return replyWith(tm, cell, { status, reason, headers, toTag: '', body: '', contentType: '' })
}

/** auto_inv_100: the 100 that stops the retransmissions of an INVITE. `request`: the transaction's request, if it is still at hand. */
export function sendTrying(tm: TransactionCore, cell: Cell, request: SipMessage | null): void {
  if (!cell.has(TransactionFlag.AUTO_100) || cell.status !== 0) return
  const reason = tm.params.auto_inv_100_reason
  const reply = { status: 100, reason, headers: '', toTag: '', body: '', contentType: '' }
  writeLocalReply(tm, cell, request ?? loadRequest(tm, cell), reply)
  sendLocalReply(tm, cell, 100)
}

/** The same with a To-tag and a body of the caller's. */
export function replyWith(tm: TransactionCore, cell: Cell, reply: LocalReply): boolean {
  const { status } = reply
  if (cell.status >= 200) return false
  if (status >= 500 && status < 600) recordFromHere(tm, cell)
  writeLocalReply(tm, cell, loadRequest(tm, cell), reply)
  sendLocalReply(tm, cell, status)
  return true
}

function sendLocalReply(tm: TransactionCore, cell: Cell, status: number): void {
  tm.counters[Counter.tmRplGenerated]++
  if (status >= 200 && status < 300 && cell.isInvite) cell.flags |= TransactionFlag.LOCAL_2XX
  sendReply(tm, cell, status)
  reportOutgoing(tm, Hook.LOCAL_REPLY_SENT, cell, cell.replyTo)
}

function writeLocalReply(tm: TransactionCore, cell: Cell, request: SipMessage, reply: LocalReply): void {
  const { status, reason, body, contentType } = reply
  if (status > 100) cell.localTag = reply.toTag === '' ? toTag(tm, request) : reply.toTag
  tm.out.at = 0
  writeReply(tm.out, request, status, reason === '' ? reasonPhrase(status) : reason, {
    toTag: status > 100 ? cell.localTag : '',
    headers: reply.headers + cell.replyHeaders,
    body,
    contentType,
    received: needsReceived(request, cell.source, cell.forceRport) ? cell.source.remote.address : '',
    rport: request.via.rportStart >= 0 || cell.forceRport ? cell.source.remote.port : 0,
    recordRoute: status > 100 && status < 300,
    server: tm.serverName,
  })
}

/** Kamailio's form: 32 characters per process, '-', 8 that depend on the request's top Via (tm-reference 1). */
export function toTag(tm: TransactionCore, request: SipMessage): string {
  const hash = octetHash(request.bytes, request.via.start, request.via.end)
  return `${tm.tagPrefix}-${(hash >>> 0).toString(16).padStart(8, '0')}`
}

/** Sends what stands in `tm.out` upstream as the transaction's next reply, keeps it for retransmission and counts it (tm-reference 11). */
export function sendReply(tm: TransactionCore, cell: Cell, status: number): void {
  const input = status < 200 ? Input.provisional : status < 300 ? Input.success : Input.failure
  const packed = transition(serverMachine(cell), cell.state, input)
  if (packed < 0) return
  const leaves = replyMayLeave(tm, cell)
  countReply(tm, cell, status)
  const first = keptReply(tm, cell)
  if (first === null && cell.reply !== null) tm.slab.give(cell.reply)
  cell.reply = leaves ? tm.slab.copy(tm.out.bytes, 0, tm.out.at) : null
  cell.status = status
  if (heard(tm, cell, Moment.RESPONSE_READY)) tellMoment(tm, Moment.RESPONSE_READY, cell, status)
  sendStoredReply(tm, cell, EventKind['msg-out'])
  if (heard(tm, cell, Moment.RESPONSE_OUT)) tellMoment(tm, Moment.RESPONSE_OUT, cell, status)
  if (first !== null) storeAgain(tm, cell, first)
  enterState(tm, cell, nextState(packed))
  const actions = actionsOf(packed)
  if (actions & Action.stopTimeout) stopReplyRetransmission(tm, cell)
  if (actions & Action.startTimeout || cell.has(TransactionFlag.LOCAL_2XX)) guardReply(tm, cell)
  if (status >= 200) putOnWait(tm, cell)
}

/** reply_relay_mode 1: when a 2xx is sent after the final reply, that one stays the stored one (tm-reference 2.3). */
function keptReply(tm: TransactionCore, { status, reply }: Cell): Block | null {
  return status >= 200 && tm.params.reply_relay_mode !== 0 ? reply : null
}

/** Puts it back. */
function storeAgain(tm: TransactionCore, cell: Cell, first: Block): void {
  if (cell.reply !== null) tm.slab.give(cell.reply)
  cell.reply = first
}

function countReply(tm: TransactionCore, cell: Cell, status: number): void {
  const { counters } = tm
  counters[Counter.tmRplSent]++
  if (status >= 200) counters[Counter.tm2xx + Math.floor(status / 100) - 2]++
  counters[responseCounter(Direction.SENT, cell.replyTo.transport, status)]++
}

/** Retransmits a final reply to INVITE until its ACK: negative ones over UDP (timers G, H), a 2xx made here over anything. */
function guardReply(tm: TransactionCore, cell: Cell): void {
  const now = tm.clock.now()
  tm.wheel.arm(cell.ackTimer, now + cell.frTimer)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], cell, UAS_SIDE, TimerKind.fr_ack, cell.frTimer)
  if (isReliable(cell.replyTo.transport) && !cell.has(TransactionFlag.LOCAL_2XX)) return
  cell.retransmitInterval = cell.retrTimer1
  armReplyRetransmission(tm, cell, now)
}

function armReplyRetransmission(tm: TransactionCore, cell: Cell, now: number): void {
  tm.wheel.arm(cell.retransmitTimer, now + cell.retransmitInterval)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], cell, UAS_SIDE, TimerKind.retr_rpl, cell.retransmitInterval)
}

/** Timer G, or the same for a 2xx made here. */
export function retransmitReply(tm: TransactionCore, cell: Cell, now: number): void {
  resendReply(tm, cell)
  cell.retransmitInterval = Math.min(cell.retransmitInterval * 2, cell.retrTimer2)
  armReplyRetransmission(tm, cell, now)
}

/** Timer H: nobody acknowledges; give up (RFC 3261 17.2.1, 13.3.1.4). */
export function ackTimeout(tm: TransactionCore, cell: Cell): void {
  stopReplyRetransmission(tm, cell)
  const packed = transition(serverMachine(cell), cell.state, Input.timeout)
  if (packed >= 0) enterState(tm, cell, nextState(packed))
}

export function stopReplyRetransmission(tm: TransactionCore, cell: Cell): void {
  cancelTimer(tm, cell, cell.retransmitTimer, TimerKind.retr_rpl)
  cancelTimer(tm, cell, cell.ackTimer, TimerKind.fr_ack)
}

function cancelTimer(tm: TransactionCore, cell: Cell, timer: number, kind: number): void {
  if (!tm.wheel.isArmed(timer)) return
  tm.wheel.cancel(timer)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-cancelled'], cell, UAS_SIDE, kind)
}

/** Sends the last reply once more; not counted as a reply (tm-reference 11). */
export function resendReply(tm: TransactionCore, cell: Cell): void {
  if (cell.reply === null) return
  tm.counters[Counter.replyRetransmissions]++
  sendStoredReply(tm, cell, EventKind.retransmit)
}

function sendStoredReply(tm: TransactionCore, cell: Cell, kind: number): void {
  const block = cell.reply
  if (block === null) return
  const end = block.start + block.length
  if (tm.bus.on) reportMessage(tm, kind, cell, { over: cell.replyTo, bytes: block.bytes, start: block.start, end })
  if (!tm.transport.send(cell.replyTo, block.bytes, block.start, end)) tm.counters[Counter.sendErrors]++
  else if (heard(tm, cell, Moment.RESPONSE_SENT)) tellMoment(tm, Moment.RESPONSE_SENT, cell, cell.status)
}

export function enterState(tm: TransactionCore, cell: Cell, state: number): void {
  if (state === cell.state) return
  if (tm.bus.on) reportState(tm, cell, UAS_SIDE, serverMachine(cell), cell.state, state)
  cell.state = state
}

/** Is the negative reply to an INVITE, or a 2xx made here, still waiting for its ACK? */
export function awaitsAck(tm: TransactionCore, cell: Cell): boolean {
  return tm.wheel.isArmed(cell.ackTimer)
}

/** A transaction that never got a final reply (release): nothing goes out. */
export function endServer(tm: TransactionCore, cell: Cell): void {
  stopReplyRetransmission(tm, cell)
  enterState(tm, cell, State.terminated)
}
