import { detached } from '../forward/detached-message.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Branch, Cell } from './cell.ts'
import type { TransactionCore } from './transaction-core.ts'
import { armTimeout } from './uac.ts'

/*
 * Replies that wait for their onreply route (tm-reference 10). A branch whose final reply is held counts as open, and its
 * final-response timer runs again, so that no route can hold a reply for ever.
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

/** Is this copy still waiting? */
export function isHeld(held: RoutedMessage): boolean {
  return branchOf(held)?.held === held
}

/** t_is_retr_async_reply: is `m` the repetition of a reply that waits? */
export function repeatsHeld(m: RoutedMessage): boolean {
  const held = branchOf(m)?.held ?? null
  return held !== null && held !== m && held.message.status === m.message.status
}
