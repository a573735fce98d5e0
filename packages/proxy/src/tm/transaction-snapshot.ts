import type { LiveBranch, LiveTimer, LiveTransaction, TransactionRow } from '@signalbox/contract'
import { HeaderId, type SipMessage, transportName } from '@signalbox/sip'
import { hostPort } from '../forward/forward-request.ts'
import type { Destination } from '../transport/transport.ts'
import type { Branch, Cell } from './cell.ts'
import { State, stateNames } from './machine.ts'
import { loadRequest } from './matching.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { clientMachine } from './uac.ts'
import { serverMachine } from './uas.ts'

/** A transaction as it stands now. */
export interface TransactionSnapshot {
  /** As the event history would tell it; `updatedAt` is now. */
  readonly row: TransactionRow
  readonly live: LiveTransaction
}

/** signalbox.tx.get: null when this thread has no such transaction. */
export function transactionSnapshot(tm: TransactionCore, index: number, label: number): TransactionSnapshot | null {
  const cell = tm.table.find(index, label)
  if (cell === null || cell.request === null) return null
  return { row: rowOf(tm, cell), live: liveOf(tm, cell) }
}

function liveOf(tm: TransactionCore, cell: Cell): LiveTransaction {
  const timers = [
    ...armed(tm, 'retr_rpl', cell.retransmitTimer),
    ...armed(tm, 'fr_ack', cell.ackTimer),
    ...armed(tm, 'wait', cell.waitTimer),
  ]
  return {
    state: serverState(cell),
    status: cell.status === 0 ? null : cell.status,
    cancelled: cell.has(TransactionFlag.CANCELLED),
    suspended: cell.has(TransactionFlag.SUSPENDED),
    waiting: cell.has(TransactionFlag.WAITING),
    endsInMs: Math.max(0, Math.ceil(cell.endOfLife - tm.clock.now())),
    timers,
    branches: inUse(cell).map((branch) => branchOf(tm, branch)),
  }
}

function branchOf(tm: TransactionCore, branch: Branch): LiveBranch {
  const { cell } = branch
  const timeout = cell.isInvite && branch.state === State.proceeding ? 'fr_inv' : 'fr'
  return {
    index: branch.index,
    uri: branch.uri,
    target: placeOf(branch.destination),
    state: stateNames[branch.state],
    status: branch.status === 0 ? null : branch.status,
    reason: branch.reason,
    faked: branch.faked,
    timedOut: branch.timedOut,
    cancelled: branch.cancelled,
    retransmissions: branch.retransmissions,
    timers: [
      ...armed(tm, 'retr', branch.retransmitTimer),
      ...armed(tm, timeout, branch.timeoutTimer),
      ...armed(tm, 'cancel_retr', branch.cancelRetransmitTimer),
      ...armed(tm, 'cancel_fr', branch.cancelTimeoutTimer),
    ],
  }
}

function armed(tm: TransactionCore, name: string, timer: number): readonly LiveTimer[] {
  if (!tm.wheel.isArmed(timer)) return []
  return [{ timer: name, firesInMs: Math.max(0, Math.ceil(tm.wheel.deadlineOf(timer) - tm.clock.now())) }]
}

function rowOf(tm: TransactionCore, cell: Cell): TransactionRow {
  const request = loadRequest(tm, cell)
  const { clock } = tm
  const branches = inUse(cell)
  return {
    key: `${cell.index}:${cell.label}`,
    index: cell.index,
    label: cell.label,
    kind: (cell.isLocal ? clientMachine(cell) : serverMachine(cell)).name,
    method: request.text(request.methodStart, request.methodEnd),
    ruri: request.text(request.uriStart, request.uriEnd),
    from: value(request, HeaderId.FROM),
    to: value(request, HeaderId.TO),
    callId: request.text(request.callIdStart, request.callIdEnd),
    cseq: value(request, HeaderId.CSEQ),
    source: cell.isLocal ? '' : placeOf(cell.source),
    local: cell.isLocal,
    state: serverState(cell),
    status: cell.status === 0 ? null : cell.status,
    branches: branches.map(({ index, destination, state, status }) => ({
      index,
      target: placeOf(destination),
      state: stateNames[state],
      status: status === 0 ? null : status,
    })),
    retransmissions: branches.reduce((sum, branch) => sum + branch.retransmissions, 0),
    createdAt: clock.wall() - (clock.now() - cell.created),
    updatedAt: clock.wall(),
    endedAt: null,
  }
}

/** Of a local transaction the state of its client machine. */
function serverState(cell: Cell): string {
  return stateNames[cell.isLocal && cell.outgoings > 0 ? cell.branches[0].state : cell.state]
}

function inUse(cell: Cell): readonly Branch[] {
  return cell.branches.slice(0, cell.outgoings)
}

/** `proto:ip:port`, '' before there is one. */
function placeOf(destination: Destination | null): string {
  return destination === null ? '' : `${transportName(destination.transport)}:${hostPort(destination.remote)}`
}

function value(message: SipMessage, id: number): string {
  const line = message.first(id)
  return line < 0 ? '' : message.text(message.valueStart[line], message.valueEnd[line])
}
