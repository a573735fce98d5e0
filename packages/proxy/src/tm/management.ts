import { UAS_SIDE } from '../bus/event-bus.ts'
import type { Branch, Cell } from './cell.ts'
import { cancelBranch, cancelPending, localReason } from './cancel.ts'
import { findTransaction, type TransactionName } from './find-transaction.ts'
import { reportPicked } from './report.ts'
import { endHeldFailures, giveUp } from './replies.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { replyWith, resendReply, type LocalReply } from './uas.ts'
import { destroy, LONGEST_WAIT } from './wait.ts'

/*
 * What an operator does to transactions (tm-reference 12). null: this thread has no such transaction, another one may.
 */

/** Why something was not done, in words for the operator. */
export interface ManagementRefusal {
  readonly refused: string
}

/**
 * tm.cancel: cancels every open branch of an INVITE, and no new ones are made. The number of branches that are still without a
 * final reply afterwards.
 */
export function cancelTransaction(tm: TransactionCore, callId: string, cseq: number): number | null {
  const cell = findTransaction(tm, { callId, cseq, method: 'INVITE' })
  if (cell === null) return null
  cancelCall(tm, cell, '')
  return openBranches(cell)
}

/** Ends every branch of a call that nobody wants any more. `reason`: complete Reason header lines, '' none. */
export function cancelCall(tm: TransactionCore, cell: Cell, reason: string): void {
  // RFC 3261 9.1, 9.2: nothing else can be cancelled, and a suspended one would never go on.
  if (!cell.isInvite) return
  cell.flags |= TransactionFlag.CANCELLED
  cancelPending(tm, cell, reason, (branch) => giveUp(tm, branch))
  endHeldFailures(tm, cell)
}

function openBranches(cell: Cell): number {
  let open = 0
  for (let i = 0; i < cell.outgoings; i++) if (cell.branches[i].pending) open++
  return open
}

/** What became of a branch that was to be cancelled. */
export interface BranchCancelled {
  /** 'cancelled': a CANCEL was sent, or goes out with the first reply (cancel_b_method 1). 'given-up': ended by a 487 made here. */
  readonly outcome: 'cancelled' | 'given-up'
  /** Branches of the transaction that still have no final reply. */
  readonly open: number
}

/** signalbox.tx.cancel_branch: one branch of an INVITE; the others, and what the failure route does then, are left alone. */
export function cancelOneBranch(tm: TransactionCore, name: TransactionName, index: number): BranchCancelled | ManagementRefusal | null {
  const cell = findTransaction(tm, name)
  if (cell === null) return null
  const refused = whyNotCancelled(cell, index)
  if (refused !== null) return { refused }
  const branch = cell.branches[index]
  const outcome = cancelBranch(tm, branch, '')
  if (outcome === 'given up') giveUp(tm, branch)
  return { outcome: outcome === 'given up' ? 'given-up' : 'cancelled', open: openBranches(cell) }
}

function whyNotCancelled(cell: Cell, index: number): string | null {
  if (!cell.isInvite) return 'Only branches of an INVITE can be cancelled (RFC 3261 9.1)'
  if (index >= cell.outgoings)
    return `The transaction has ${cell.outgoings === 1 ? 'one branch' : `${cell.outgoings} branches`}, counted from 0`
  const branch: Branch = cell.branches[index]
  if (!branch.pending) return `Branch ${index} has its final reply already: ${branch.status}`
  return branch.cancelled ? `Branch ${index} is being cancelled already` : null
}

/**
 * tm.reply, tm.reply_callid, signalbox.tx.reply: answers a received request. A final reply cancels the branches that are open.
 * True when it was sent.
 */
export function replyToTransaction(tm: TransactionCore, name: TransactionName, reply: LocalReply): true | ManagementRefusal | null {
  const cell = findTransaction(tm, name)
  if (cell === null) return null
  if (cell.isLocal) return { refused: 'This proxy sent the request itself: there is nobody to reply to' }
  if (cell.status >= 200) return { refused: `The transaction has its final reply already: ${cell.status}` }
  const final = reply.status >= 200
  cell.flags |= TransactionFlag.ADMIN_REPLY
  if (final && tm.bus.on) reportPicked(tm, cell, UAS_SIDE, reply.status, 'forced by an operator')
  replyWith(tm, cell, reply)
  if (final) cancelPending(tm, cell, localReason(tm, reply.status), (branch) => giveUp(tm, branch))
  return true
}

/** tm.retransmit_reply: sends the last reply once more. */
export function retransmitLastReply(tm: TransactionCore, name: TransactionName): true | ManagementRefusal | null {
  const cell = findTransaction(tm, name)
  if (cell === null) return null
  if (cell.reply === null) return { refused: 'No reply has been sent yet' }
  resendReply(tm, cell)
  return true
}

/** tm.clean: frees what is older than it can legally be (tm-reference 4.4). How many that were. */
export function cleanTransactions(tm: TransactionCore): number {
  const now = tm.clock.now()
  let cleaned = 0
  for (const cell of tm.table.cells()) {
    if (now <= cell.endOfLife + LONGEST_WAIT || cell.has(TransactionFlag.IN_ROUTE)) continue
    const { localDone } = cell
    destroy(tm, cell)
    cleaned++
    localDone?.({ status: 408, reason: 'Request Timeout', reply: null, uri: '' })
  }
  return cleaned
}
