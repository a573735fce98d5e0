import { RoutedMessage } from '../forward/routed-message.ts'
import { cancelPending } from './cancel.ts'
import { findTransaction } from './find-transaction.ts'
import { acknowledge, type LocalAck } from './local-ack.ts'
import { cancelCall } from './management.ts'
import { relay } from './relay.ts'
import { giveUp } from './replies.ts'
import type { TransactionKey } from './suspend.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { restoreRequest } from './uac.ts'
import { replyLocally } from './uas.ts'

/** What a script does to a transaction that is not the one at hand but named (tm-reference 8.2): 1 done, negative not. */

/** How scripts name one by its request. */
interface CallIdName {
  readonly callId: string
  readonly cseq: number
}

/** t_cell_append_branches. */
export function appendBranches(tm: TransactionCore, m: RoutedMessage, to: TransactionKey): number {
  const cell = tm.table.find(to.index, to.label)
  if (cell === null) return -1
  if (cell.has(TransactionFlag.CANCELLED)) return -2
  if (cell.status >= 200) return -3
  const other = new RoutedMessage()
  restoreRequest(cell, other)
  other.requestUriConsumed = m.requestUriConsumed
  other.requestUri = m.currentUri()
  other.destinationUri = m.destinationUri
  other.path = m.path
  other.targets.push(...m.targets)
  return relay(tm, other, 0, '')
}

export function cancelCallId(
  tm: TransactionCore,
  { callId, cseq }: CallIdName,
  { flag, status }: { readonly flag: number; readonly status: number },
): number {
  const cell = findTransaction(tm, { callId, cseq, method: '' })
  if (cell === null) return -1
  if (flag > 0 && flag < 32) cell.messageFlags |= 1 << flag
  cancelCall(tm, cell, status >= 100 && status < 700 ? `Reason: SIP;cause=${status}\r\n` : '')
  return 1
}

export function replyCallId(
  tm: TransactionCore,
  { callId, cseq }: CallIdName,
  { status, reason }: { readonly status: number; readonly reason: string },
): number {
  const cell = findTransaction(tm, { callId, cseq, method: '' })
  if (cell === null || cell.isLocal || !replyLocally(tm, cell, status, reason)) return -1
  if (status >= 200) cancelPending(tm, cell, '', (branch) => giveUp(tm, branch))
  return 1
}

/** tmx.t_uac_ack_local. */
export function acknowledgeLocal(tm: TransactionCore, { callId, cseq }: CallIdName, ack: LocalAck): number {
  const cell = findTransaction(tm, { callId, cseq, method: 'INVITE' })
  return cell !== null && cell.isLocal && acknowledge(tm, cell, ack) ? 1 : -1
}
