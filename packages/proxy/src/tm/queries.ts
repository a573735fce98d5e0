import { RouteType } from '../forward/route-type.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Branch, Cell } from './cell.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'

/** What scripts ask about a transaction (tm-reference 8.2): 1 yes, -1 no or no transaction. */

function answer(yes: boolean): number {
  return yes ? 1 : -1
}

function anyBranch(m: RoutedMessage, test: (branch: Branch) => boolean): number {
  const cell = m.cell as Cell | null
  return answer(cell !== null && cell.branches.slice(0, cell.outgoings).some(test))
}

/** The branch that a failure or branch-failure route is about. */
function currentBranch(m: RoutedMessage): Branch | null {
  const cell = m.cell as Cell | null
  if (cell === null) return null
  const index = m.routeType === RouteType.FAILURE ? cell.winner : m.branch
  return index >= 0 && index < cell.outgoings ? cell.branches[index] : null
}

export function isCanceled(m: RoutedMessage): number {
  return answer((m.cell as Cell | null)?.has(TransactionFlag.CANCELLED) ?? false)
}

export function isExpired(tm: TransactionCore, m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  return answer(cell !== null && tm.clock.now() > cell.endOfLife)
}

export function anyTimeout(m: RoutedMessage): number {
  return anyBranch(m, (branch) => branch.timedOut)
}

export function anyReplied(m: RoutedMessage): number {
  return anyBranch(m, (branch) => branch.replied)
}

export function branchTimeout(m: RoutedMessage): number {
  return answer(currentBranch(m)?.timedOut ?? false)
}

export function branchReplied(m: RoutedMessage): number {
  return answer(currentBranch(m)?.replied ?? false)
}

export function grepStatus(m: RoutedMessage, status: number): number {
  return anyBranch(m, (branch) => branch.status === status)
}

/** Request route: last code sent; reply route: code of the reply; failure routes: the winning, or this, branch's code. */
export function statusCode(m: RoutedMessage): number {
  const cell = m.cell as Cell | null
  if (!m.message.isRequest) return m.message.status
  if (m.routeType === RouteType.FAILURE || m.routeType === RouteType.BRANCH_FAILURE) return currentBranch(m)?.status ?? -1
  return cell === null || cell.status === 0 ? -1 : cell.status
}

export function branchIndex(m: RoutedMessage): number {
  return m.branch < 0 ? 0 : m.branch
}
