import { ByteWriter, parseMessage } from '@signalbox/sip'
import { EventKind, TimerKind } from '../bus/event-kind.ts'
import type { Place } from '../dns/rfc3263.ts'
import { destinationOf } from '../forward/destination-of.ts'
import { removeVias, writeForwardedRequest } from '../forward/forward-request.ts'
import { nextHopOf, type NextHop } from '../forward/next-hop.ts'
import { detached } from '../forward/detached-message.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import { enterTarget } from '../forward/target-set.ts'
import type { Target } from '../forward/target.ts'
import { isReliable } from '../forward/via.ts'
import { Counter, Direction, requestCounter } from '../metrics/counter-layout.ts'
import type { Listener } from '../transport/transport.ts'
import { blockUnsendable, isBlocked } from './blocklisting.ts'
import type { Block } from './byte-slab.ts'
import type { Branch, Cell } from './cell.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import { requestMayLeave } from './hooks.ts'
import { inviteClient } from './invite-client.ts'
import { State, type Machine } from './machine.ts'
import { nonInviteClient } from './non-invite-client.ts'
import { reportMessage, reportState, reportTimer } from './report.ts'
import { errorOfWriting, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'

/** The client side of a transaction: branches are built, sent and retransmitted (RFC 3261 16.6, 17.1). */

/** How branches are sent. */
export interface BranchPlan {
  /** Overrides the next hop of the target. */
  readonly proxy: NextHop | null
  /** Replies are not relayed (t_replicate). */
  readonly replicated: boolean
  /** Told when a branch fails after it was accepted: its next hop has no address, or the message could not be sent. */
  readonly failed: (tm: TransactionCore, branch: Branch, error: number) => void
}

/** The branch value of the Via being written. */
const branchValue = new ByteWriter(64)

export function clientMachine(cell: Cell): Machine {
  return cell.isInvite ? inviteClient : nonInviteClient
}

/**
 * Adds a branch for `target`, null for the Request-URI as it stands in `m`, and sends it: branch route, next hop, message
 * (tm-reference 5.1). Returns 1, a TmError, or 0 when the branch route dropped it.
 */
export function addBranch(tm: TransactionCore, m: RoutedMessage, target: Target | null, plan: BranchPlan): number {
  const cell = m.cell as Cell
  if (cell.outgoings >= tm.params.max_branches) return TmError.TOO_MANY_BRANCHES
  const branch = cell.addBranch()
  const mark = m.edits.mark()
  const { bytes, start, end } = m.message
  m.branch = branch.index
  if (target !== null) enterTarget(m, target)
  branch.replicated = plan.replicated
  branch.onReply = cell.onReply
  branch.onBranchFailure = cell.onBranchFailure
  branch.onBranch = cell.onBranch
  let result = 0
  try {
    if (runBranchRoute(tm, m, cell.onBranch)) {
      leaveTarget(m, branch)
      result = startBranch(tm, m, branch, plan)
    }
  } finally {
    if (m.rewritten) {
      // The branch route has made its edits part of the message (t_msg_apply_changes), for this branch only.
      parseMessage(m.message, bytes, start, end, 'kept')
      loadEdits(m, cell.edits)
      m.rewritten = false
    } else m.edits.rewind(mark)
    m.branch = -1
    if (result <= 0) withdraw(tm, branch)
  }
  return result
}

/** The newest branch was not sent: as if it had never been there. */
function withdraw(tm: TransactionCore, branch: Branch): void {
  branch.state = State.none
  stopRetransmission(tm, branch)
  stopTimeout(tm, branch)
  forgetRequest(tm, branch)
  branch.cell.outgoings--
}

/** Nothing will be retransmitted, cancelled or acknowledged: the memory is for the next message, while it is still in the cache. */
export function forgetRequest(tm: TransactionCore, branch: Branch): void {
  if (branch.request !== null) tm.slab.give(branch.request)
  branch.request = null
}

/** The branch route may have changed any of it. */
export function leaveTarget(m: RoutedMessage, branch: Branch): void {
  branch.uri = m.requestUri
  branch.destinationUri = m.destinationUri
  branch.path = m.path
  branch.listener = m.forcedListener
  branch.flags = m.branchFlags
  branch.instance = m.instance
  branch.ruid = m.ruid
  branch.q = m.q
}

/** False: the route dropped the branch. */
export function runBranchRoute(tm: TransactionCore, m: RoutedMessage, name: string): boolean {
  if (name === '') return true
  const { routeType } = m
  m.routeType = RouteType.BRANCH
  const kept = tm.user.branchRoute(name, m)
  m.routeType = routeType
  return kept
}

function startBranch(tm: TransactionCore, m: RoutedMessage, branch: Branch, plan: BranchPlan): number {
  const hop = plan.proxy ?? nextHopOf(nextUri(m))
  if (hop === null) return TmError.BAD_URI
  branch.state = clientMachine(branch.cell).initial
  if (!hop.literal) {
    branch.edits = keepEdits(tm, m, branch.edits)
    // Waiting for an address is waiting for the final reply: it may not last for ever either.
    armTimeout(tm, branch, tm.clock.now(), branch.cell.frTimer)
    resolveLater(tm, branch, hop, { failed: plan.failed, changed: m.rewritten ? detached(m) : null })
    return 1
  }
  const remote = tm.endpoint(hop.host, hop.port)
  return remote === null ? TmError.BAD_ADDRESS : sendBranch(tm, m, branch, { remote, transport: hop.transport })
}

/** The URI that says where to send: $du, else the first Path value, else the Request-URI. */
function nextUri(m: RoutedMessage): string {
  if (m.destinationUri !== '') return m.destinationUri
  if (m.path !== '') return m.path.slice(m.path.indexOf('<') + 1, m.path.indexOf('>'))
  return m.currentUri()
}

/** The name's address comes later; by then the message is gone, so the branch is rebuilt from the stored request. */
function resolveLater(
  tm: TransactionCore,
  branch: Branch,
  hop: NextHop,
  { failed, changed }: { readonly failed: BranchPlan['failed']; readonly changed: RoutedMessage | null },
): void {
  const { cell } = branch
  const { label } = cell
  tm.resolve(hop, (places) => {
    if (cell.label !== label || !branch.pending || branch.status >= 200 || branch.cancelled) return
    if (places.length === 0) return failed(tm, branch, TmError.BAD_ADDRESS)
    const m = changed ?? rebuild(tm, branch)
    branch.places = places
    branch.nextPlace = 1
    const result = sendBranch(tm, m, branch, places[0])
    if (result < 0) failed(tm, branch, result)
  })
}

/** The request as the script left it for `branch`, in `tm.rebuilt`. */
function rebuild(tm: TransactionCore, branch: Branch): RoutedMessage {
  const m = tm.rebuilt
  restoreRequest(branch.cell, m)
  loadEdits(m, branch.edits)
  m.requestUri = branch.uri
  m.path = branch.path
  m.forcedListener = branch.listener
  return m
}

/** Loads the stored request into `m` as it was when it was relayed (tm-reference 6.2). */
export function restoreRequest(cell: Cell, m: RoutedMessage): void {
  const block = cell.request
  if (block === null) throw new Error('transaction without stored request')
  m.reset(cell.source)
  parseMessage(m.message, block.bytes, block.start, block.start + block.length, 'kept')
  loadEdits(m, cell.edits)
  m.recordRoute = cell.recordRoute
  m.recordRouteTag = cell.recordRouteTag
  m.recordRouteParams = cell.recordRouteParams
  m.flags = cell.messageFlags
  m.scriptFlags = cell.scriptFlags
  m.replyHeaders = cell.replyHeaders
  m.forceRport = cell.forceRport
  m.cell = cell
}

/** Keeps what the script decided, for failure routes. */
export function rememberRequest(tm: TransactionCore, cell: Cell, m: RoutedMessage): void {
  cell.edits = keepEdits(tm, m, cell.edits)
  cell.recordRoute = m.recordRoute
  cell.recordRouteTag = m.recordRouteTag
  cell.recordRouteParams = m.recordRouteParams
  cell.messageFlags = m.flags
  cell.scriptFlags = m.scriptFlags
  cell.replyHeaders = m.replyHeaders
}

/** Takes the edits of `m` into the slab, in place of those kept before; null when there are none. */
function keepEdits(tm: TransactionCore, m: RoutedMessage, before: Block | null): Block | null {
  if (before !== null) tm.slab.give(before)
  if (m.edits.count === 0) return null
  tm.out.at = 0
  m.edits.save(m.message.start, tm.out)
  return tm.slab.copy(tm.out.bytes, 0, tm.out.at)
}

function loadEdits(m: RoutedMessage, kept: Block | null): void {
  if (kept === null) m.edits.clear()
  else m.edits.load(kept.bytes, kept.start, kept.start + kept.length, m.message.start)
}

/** Builds `m` for `branch` and sends it. Returns 1 or a TmError. */
export function sendBranch(tm: TransactionCore, m: RoutedMessage, branch: Branch, to: Place): number {
  const listener = listenerTowards(tm, m, to)
  if (listener === null) return TmError.NO_SOCKET
  const written = writeBranch(tm, m, branch, listener)
  if (written < 0) return written
  branch.destination = destinationOf(to.transport, listener, to.remote)
  branch.request = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  if (heard(tm, branch.cell, Moment.REQUEST_FWDED)) tellMoment(tm, Moment.REQUEST_FWDED, branch, m)
  return launch(tm, branch) ? 1 : TmError.SEND
}

/** Into `tm.out`. Returns 1 or a TmError. */
function writeBranch(tm: TransactionCore, m: RoutedMessage, branch: Branch, listener: Listener): number {
  tm.out.at = 0
  try {
    // The stored form of a request of our own has a Via of ours already.
    if (branch.cell.isLocal) removeVias(m)
    writeForwardedRequest(tm.out, m, listener, branchValueOf(tm, branch))
    return 1
  } catch (error) {
    return errorOfWriting(error)
  }
}

/** Valid until the next call. */
export function branchValueOf(tm: TransactionCore, branch: Branch): ByteWriter {
  branchValue.at = 0
  tm.branchIds.write(branchValue, branch.cell, branch.index)
  return branchValue
}

/**
 * First transmission of a branch that has its request and destination: sent and guarded by timers. False: it could not be sent,
 * or nothing may be sent there for a while.
 */
export function launch(tm: TransactionCore, branch: Branch): boolean {
  const { cell, destination: to } = branch
  if (to === null || isBlocked(tm, branch) || !requestMayLeave(tm, branch, to)) return false
  tm.counters[requestCounter(Direction.SENT, to.transport, cell.method)]++
  if (!transmit(tm, branch, EventKind['msg-out'])) {
    blockUnsendable(tm, branch)
    return waitsUnsent(tm, branch)
  }
  startTimers(tm, branch)
  if (heard(tm, cell, Moment.REQUEST_OUT)) tellMoment(tm, Moment.REQUEST_OUT, branch, null)
  return true
}

/** failure_exec_mode 1: what cannot be sent, anywhere, times out like a branch that nobody answers (tm-reference 2.3). */
export function waitsUnsent(tm: TransactionCore, branch: Branch): boolean {
  const { cell, places, nextPlace } = branch
  if (tm.params.failure_exec_mode === 0 || cell.isLocal || branch.retransmissions > 0) return false
  if (tm.core.use_dns_failover !== 0 && nextPlace < places.length) return false
  stopRetransmission(tm, branch)
  if (!tm.wheel.isArmed(branch.timeoutTimer)) armTimeout(tm, branch, tm.clock.now(), cell.frTimer)
  return true
}

function listenerTowards(tm: TransactionCore, m: RoutedMessage, to: Place): Listener | null {
  const wanted = m.forcedListener ?? m.source.listener
  if (wanted.transport === to.transport && wanted.family === to.remote.family) return wanted
  return tm.transport.listenerFor(to.transport, to.remote)
}

function startTimers(tm: TransactionCore, branch: Branch): void {
  const { cell } = branch
  const now = tm.clock.now()
  if (tm.bus.on) reportState(tm, cell, branch.index, clientMachine(cell), State.none, branch.state)
  armTimeout(tm, branch, now, cell.frTimer)
  if (branch.destination !== null && isReliable(branch.destination.transport)) return
  branch.retransmitInterval = cell.retrTimer1
  armRetransmission(tm, branch, now)
}

/** Arms the final-response timer, capped at the transaction's end of life (tm-reference 2.1). */
export function armTimeout(tm: TransactionCore, branch: Branch, now: number, wait: number): void {
  const { cell } = branch
  const ms = Math.max(1, Math.min(wait, cell.endOfLife - now))
  const kind = cell.isInvite && branch.status >= 100 ? TimerKind.fr_inv : TimerKind.fr
  if (kind !== branch.timeoutKind) stopTimeout(tm, branch)
  branch.timeoutKind = kind
  tm.wheel.arm(branch.timeoutTimer, now + ms)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], cell, branch.index, kind, ms)
}

function armRetransmission(tm: TransactionCore, branch: Branch, now: number): void {
  tm.wheel.arm(branch.retransmitTimer, now + branch.retransmitInterval)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], branch.cell, branch.index, TimerKind.retr, branch.retransmitInterval)
}

/** Timers A and E: T1, doubled up to T2 (tm-reference 5.2). False: the transport failed. */
export function retransmitRequest(tm: TransactionCore, branch: Branch, now: number): boolean {
  branch.retransmissions++
  tm.counters[Counter.requestRetransmissions]++
  if (!transmit(tm, branch, EventKind.retransmit)) return false
  branch.retransmitInterval = Math.min(branch.retransmitInterval * 2, branch.cell.retrTimer2)
  armRetransmission(tm, branch, now)
  return true
}

/** Timer E after a provisional reply: at T2 (RFC 3261 17.1.2.2). */
export function slowRetransmission(tm: TransactionCore, branch: Branch, now: number): void {
  if (!tm.wheel.isArmed(branch.retransmitTimer)) return
  branch.retransmitInterval = branch.cell.retrTimer2
  armRetransmission(tm, branch, now)
}

export function stopRetransmission(tm: TransactionCore, branch: Branch): void {
  stopTimer(tm, branch, branch.retransmitTimer, TimerKind.retr)
}

export function stopTimeout(tm: TransactionCore, branch: Branch): void {
  stopTimer(tm, branch, branch.timeoutTimer, branch.timeoutKind)
}

export function stopTimer(tm: TransactionCore, branch: Branch, timer: number, kind: number): void {
  if (!tm.wheel.isArmed(timer)) return
  tm.wheel.cancel(timer)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-cancelled'], branch.cell, branch.index, kind)
}

function transmit(tm: TransactionCore, branch: Branch, kind: number): boolean {
  const { request, destination: to } = branch
  if (request === null || to === null) return false
  const end = request.start + request.length
  if (tm.bus.on) reportMessage(tm, kind, branch, { over: to, bytes: request.bytes, start: request.start, end })
  if (tm.transport.send(to, request.bytes, request.start, end)) {
    if (heard(tm, branch.cell, Moment.REQUEST_SENT)) tellMoment(tm, Moment.REQUEST_SENT, branch, null)
    return true
  }
  tm.counters[Counter.sendErrors]++
  return false
}

/** A branch that could not be sent is over: with callid_cseq_matching, replies to another transaction of its request may match it. */
export function endUnsent(tm: TransactionCore, branch: Branch): void {
  enterClientState(tm, branch, State.completed)
}

export function enterClientState(tm: TransactionCore, branch: Branch, state: number): void {
  if (state === branch.state) return
  if (tm.bus.on) reportState(tm, branch.cell, branch.index, clientMachine(branch.cell), branch.state, state)
  branch.state = state
}
