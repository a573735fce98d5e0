import type { BranchRow, EngineEvent, EngineEventOf, MessageData, TransactionRow } from '@signalbox/contract'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** RFC 3261 17.2.1, 17.2.2, 17.1.1.2, 17.1.2.2: a machine tells its changes, not where it begins. */
const INITIAL_STATE: Readonly<Record<GrowingRow['kind'], string>> = { ist: 'proceeding', nist: 'trying', ict: 'calling', nict: 'trying' }

/** A TransactionRow that grows with the events of its transaction. */
export interface GrowingRow extends Mutable<Omit<TransactionRow, 'branches'>> {
  readonly branches: Mutable<BranchRow>[]
}

/** More branches than a transaction can have; a number beyond it is no branch number. */
const MOST_BRANCHES = 64

export function rowOf(event: EngineEventOf<'created'>): GrowingRow {
  const { kind, method, ruri, from, to, callId, cseq, source, local } = event.data
  return { ...unknownRowOf(event), kind, method, ruri, from, to, callId, cseq, source, local, state: INITIAL_STATE[kind] }
}

/** For a transaction whose `created` is not kept any more: what it is stays empty, what happens to it from here on is right. */
export function unknownRowOf(event: EngineEvent): GrowingRow {
  const { index, label } = event.tx ?? { index: 0, label: 0 }
  return {
    key: `${index}:${label}`,
    index,
    label,
    kind: 'nist',
    method: '',
    ruri: '',
    from: '',
    to: '',
    callId: '',
    cseq: '',
    source: '',
    local: false,
    state: '',
    status: null,
    branches: [],
    retransmissions: 0,
    createdAt: event.tWall,
    updatedAt: event.tWall,
    endedAt: null,
  }
}

/** What one more event of its transaction changes in a row. */
export function growRow(row: GrowingRow, event: EngineEvent): void {
  row.updatedAt = event.tWall
  const branch = event.branch === null ? null : branchOf(row, event.branch)
  switch (event.kind) {
    case 'state':
      if (branch !== null) branch.state = event.data.to
      if (branch === null || row.local) row.state = event.data.to
      return
    case 'msg-out':
      return growBySent(row, branch, event.data)
    case 'msg-in':
      return growByReceived(row, branch, event.data.status)
    case 'retransmit':
      row.retransmissions++
      return
    case 'timer-armed':
      // The wait timer starts when the last machine has ended (tm-reference 4).
      if (event.data.timer === 'wait') row.endedAt ??= event.tWall
      return
    case 'destroyed':
      row.endedAt ??= event.tWall
      return
    default:
  }
}

/** CANCEL and ACK go where their INVITE went, or where its answer said: they do not name the target. */
function growBySent(row: GrowingRow, branch: Mutable<BranchRow> | null, sent: MessageData): void {
  if (sent.status !== null) {
    if (branch === null) row.status = sent.status
    return
  }
  if (branch !== null && sent.method !== 'CANCEL' && sent.method !== 'ACK') branch.target = `${sent.transport}:${sent.remote}`
}

function growByReceived(row: GrowingRow, branch: Mutable<BranchRow> | null, status: number | null): void {
  if (status === null || branch === null) return
  branch.status = status
  if (row.local) row.status = status
}

function branchOf(row: GrowingRow, index: number): Mutable<BranchRow> | null {
  if (index >= MOST_BRANCHES) return null
  while (row.branches.length <= index) row.branches.push({ index: row.branches.length, target: '', state: '', status: null })
  return row.branches[index]
}
