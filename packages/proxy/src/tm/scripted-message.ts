import { parseMessage, SipParseError } from '@signalbox/sip'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { cancelBranch, cancelPending } from './cancel.ts'
import type { Branch, Cell } from './cell.ts'
import { branchOf } from './held-reply.ts'
import { giveUp } from './replies.ts'
import type { TransactionCore } from './transaction-core.ts'
import { rememberRequest } from './uac.ts'
import { endServer } from './uas.ts'
import { putOnWait } from './wait.ts'

/** What scripts seldom do to the message at hand and its transaction (tm-reference 8.2): 1 done, negative not. */

/** t_save_lumps. */
export function saveEdits(tm: TransactionCore, m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  if (cell === null) return -1
  rememberRequest(tm, cell, m)
  return 1
}

/** tmx.t_flush_flags. */
export function flushFlags(m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  if (cell === null) return -1
  cell.messageFlags = m.flags
  return 1
}

/** t_msg_apply_changes: the edits become part of the message, for as long as the branch route runs. -1: they would break it. */
export function applyChanges(tm: TransactionCore, m: RoutedMessage): number {
  const { message, edits } = m
  const { bytes, start, end } = message
  tm.out.at = 0
  edits.apply(message, start, end, tm.out)
  const edited = tm.out.bytes.slice(0, tm.out.at)
  try {
    parseMessage(message, edited, 0, edited.length, 'kept')
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    parseMessage(message, bytes, start, end, 'kept')
    return -1
  }
  edits.clear()
  m.rewritten = true
  return 1
}

/** tmx.t_reuse_branch. */
export function reuseBranch(m: RoutedMessage): number {
  const branch = branchOf(m)
  if (branch === null) return -1
  const { uri, destinationUri, path, q, flags, listener, instance, ruid } = branch
  m.targets.push({ uri, destinationUri, path, q, flags, listener, instance, ruid })
  return 1
}

export function branchFlag(m: RoutedMessage, bit: number, action: 'set' | 'reset' | 'ask'): number {
  const branch = branchOf(m)
  if (branch === null || bit < 0 || bit > 31) return -1
  const mask = 1 << bit
  if (action === 'ask') return (branch.flags & mask) === 0 ? -1 : 1
  branch.flags = action === 'set' ? branch.flags | mask : branch.flags & ~mask
  m.branchFlags = branch.flags
  return 1
}

export function cancelBranchIndex(tm: TransactionCore, m: RoutedMessage, index: number): number {
  const cell = m.cell as Cell | null
  if (cell === null || index < 0 || index >= cell.outgoings) return -1
  const branch: Branch = cell.branches[index]
  if (cancelBranch(tm, branch, '') === 'given up') giveUp(tm, branch)
  return 1
}

/** tmx.t_drop: retransmissions are still absorbed for a while. */
export function drop(tm: TransactionCore, m: RoutedMessage, status: number): number {
  const cell = m.cell as Cell | null
  if (cell === null || cell.status >= 200) return -1
  cell.status = status < 200 ? 500 : status
  m.answered = true
  cancelPending(tm, cell, '', (branch) => giveUp(tm, branch))
  endServer(tm, cell)
  putOnWait(tm, cell)
  return 1
}
