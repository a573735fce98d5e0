import { EventKind, Machine as MachineNumber } from '../bus/event-kind.ts'
import { emptyFact, UAS_SIDE } from '../bus/event-bus.ts'
import { hostPort } from '../forward/forward-request.ts'
import type { Destination } from '../transport/transport.ts'
import { Branch, type Cell } from './cell.ts'
import type { Block } from './byte-slab.ts'
import { inviteClient } from './invite-client.ts'
import { inviteServer } from './invite-server.ts'
import type { Machine } from './machine.ts'
import { nonInviteClient } from './non-invite-client.ts'
import { nonInviteServer } from './non-invite-server.ts'
import type { TransactionCore } from './transaction-core.ts'

/*
 * What the transaction layer tells the event bus, of the transactions that are recorded. One fact object serves all: the bus copies
 * what it keeps.
 */
const fact = emptyFact()
const NOTHING = fact.bytes

function numbers(a: number, b: number, c: number): void {
  fact.a = a
  fact.b = b
  fact.c = c
  fact.text = ''
  fact.bytes = NOTHING
  fact.start = 0
  fact.end = 0
}

function content(bytes: Uint8Array, start: number, end: number): void {
  fact.bytes = bytes
  fact.start = start
  fact.end = end
}

/** `local remote`, both as host:port. */
function addresses(destination: Destination): string {
  return `${destination.listener.advertise} ${hostPort(destination.remote)}`
}

/** created: a = machine, b = 1 when local, 2 when recorded late, c = transport; text: addresses; bytes: the request. */
export function reportCreated(tm: TransactionCore, cell: Cell, machine: Machine, block: Block): void {
  if (cell.recorded) emitCreated(tm, cell, machine, block, 0)
}

/** Something happens that an operator should see: from here on the transaction is recorded, if it is not yet. */
export function recordFromHere(tm: TransactionCore, cell: Cell): void {
  if (cell.recorded || cell.request === null || !tm.bus.notable()) return
  cell.recorded = true
  emitCreated(tm, cell, machineOf(cell), cell.request, LATE)
}

const LOCAL = 1
const LATE = 2

function machineOf(cell: Cell): Machine {
  if (cell.isLocal) return cell.isInvite ? inviteClient : nonInviteClient
  return cell.isInvite ? inviteServer : nonInviteServer
}

function emitCreated(tm: TransactionCore, cell: Cell, machine: Machine, block: Block, late: number): void {
  numbers(MachineNumber[machine.name], (cell.isLocal ? LOCAL : 0) | late, cell.source.transport)
  fact.text = addresses(cell.source)
  content(block.bytes, block.start, block.start + block.length)
  tm.bus.emit(EventKind.created, cell, UAS_SIDE, fact)
}

/** state: a = machine, b = from, c = to. */
export function reportState(tm: TransactionCore, cell: Cell, branch: number, machine: Machine, from: number, to: number): void {
  if (!cell.recorded) return
  numbers(MachineNumber[machine.name], from, to)
  tm.bus.emit(EventKind.state, cell, branch, fact)
}

/** A message as it crossed the network. */
export interface Wire {
  readonly over: Destination
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** msg-in, msg-out, retransmit: a = 1 for outgoing, c = transport; text: addresses; bytes: the message. */
export function reportMessage(tm: TransactionCore, kind: number, place: Cell | Branch, wire: Wire): void {
  const cell = place instanceof Branch ? place.cell : place
  if (!cell.recorded) return
  numbers(kind === EventKind['msg-in'] ? 0 : 1, 0, wire.over.transport)
  fact.text = addresses(wire.over)
  content(wire.bytes, wire.start, wire.end)
  tm.bus.emit(kind, cell, place instanceof Branch ? place.index : UAS_SIDE, fact)
}

/** timer-armed: a = timer, b = ms from now. timer-fired, timer-cancelled: a = timer. */
export function reportTimer(tm: TransactionCore, kind: number, cell: Cell, branch: number, timer: number, ms = 0): void {
  if (!cell.recorded) return
  numbers(timer, ms, 0)
  tm.bus.emit(kind, cell, branch, fact)
}

/** reply-candidate, reply-dropped: a = status, b = priority, c = 1 when made up here; text: reason. */
export function reportCandidate(tm: TransactionCore, kind: number, branch: Branch, priority: number): void {
  if (!branch.cell.recorded) return
  numbers(branch.status, priority, branch.faked ? 1 : 0)
  fact.text = branch.reason
  tm.bus.emit(kind, branch.cell, branch.index, fact)
}

/** reply-picked: a = status, branch = the winner (UAS side: made here); text: the rule that chose it. */
export function reportPicked(tm: TransactionCore, cell: Cell, branch: number, status: number, rule: string): void {
  if (!cell.recorded) return
  numbers(status, 0, 0)
  fact.text = rule
  tm.bus.emit(EventKind['reply-picked'], cell, branch, fact)
}

/** overdue: a = timer that keeps it (0 none), b = age in ms. */
export function reportOverdue(tm: TransactionCore, cell: Cell, timer: number, ageMs: number): void {
  recordFromHere(tm, cell)
  if (!cell.recorded) return
  numbers(timer, ageMs, 0)
  tm.bus.emit(EventKind.overdue, cell, UAS_SIDE, fact)
}

/** blocklisted: a = why (BlocklistReason), c = transport; text: addresses. */
export function reportBlocklisted(tm: TransactionCore, cell: Cell, to: Destination, reason: number): void {
  recordFromHere(tm, cell)
  if (!cell.recorded) return
  numbers(reason, 0, to.transport)
  fact.text = addresses(to)
  tm.bus.emit(EventKind.blocklisted, cell, UAS_SIDE, fact)
}

/** destroyed: nothing more. */
export function reportDestroyed(tm: TransactionCore, cell: Cell): void {
  if (!cell.recorded) return
  numbers(0, 0, 0)
  tm.bus.emit(EventKind.destroyed, cell, UAS_SIDE, fact)
}
