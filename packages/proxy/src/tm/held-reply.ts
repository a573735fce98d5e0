import { copyDecisions, detached } from '../forward/detached-message.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import type { Branch, Cell } from './cell.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { armTimeout, rememberRequest, restoreRequest } from './uac.ts'

/*
 * Replies that wait for their onreply route, and failures of branches that wait for theirs (tm-reference 10). A branch whose final
 * reply is held counts as open, and its final-response timer runs again, so that no route can hold it for ever.
 */

/** The branch that a reply at hand came on. */
export function branchOf(m: RoutedMessage): Branch | null {
  const cell = m.cell as Cell | null
  return cell === null || m.branch < 0 || m.branch >= cell.outgoings ? null : cell.branches[m.branch]
}

/** Keeps a copy of the reply until endReply. Null: an equal one is held already, or a later one. */
export function holdReply(tm: TransactionCore, m: RoutedMessage): RoutedMessage | null {
  const branch = branchOf(m)
  const { status } = m.message
  if (branch === null || (branch.held !== null && branch.held.message.status >= status)) return null
  const held = detached(m)
  branch.held = held
  if (status >= 200) armTimeout(tm, branch, tm.clock.now(), branch.cell.frTimer)
  return held
}

/** Keeps the failure of a branch back until endReply; the copy is of the request, as its route sees it. Null: the call is over. */
export function holdFailure(tm: TransactionCore, m: RoutedMessage): RoutedMessage | null {
  const branch = branchOf(m)
  if (branch === null || branch.held !== null) return null
  const { cell } = branch
  if (cell.status >= 200 || cell.has(TransactionFlag.CANCELLED)) return null
  const held = keepRequest(tm, m, cell)
  branch.held = held
  armTimeout(tm, branch, tm.clock.now(), cell.frTimer)
  return held
}

/** A copy of the request with all that the script has decided, which outlives the buffer that it came in. */
export function keepRequest(tm: TransactionCore, m: RoutedMessage, cell: Cell): RoutedMessage {
  rememberRequest(tm, cell, m)
  const kept = new RoutedMessage()
  restoreRequest(cell, kept)
  copyDecisions(m, kept)
  kept.branch = m.branch
  kept.tmError = m.tmError
  return kept
}

/** The branch that this copy waits for; a relay in its route has made another one the branch at hand. Null: it waits no longer. */
export function heldBranch(held: RoutedMessage): Branch | null {
  const cell = held.cell as Cell | null
  if (cell === null) return null
  for (let i = 0; i < cell.outgoings; i++) if (cell.branches[i].held === held) return cell.branches[i]
  return null
}

/** t_is_retr_async_reply: is `m` the repetition of a reply that waits? */
export function repeatsHeld(m: RoutedMessage): boolean {
  const held = branchOf(m)?.held ?? null
  return held !== null && held !== m && !held.message.isRequest && held.message.status === m.message.status
}
