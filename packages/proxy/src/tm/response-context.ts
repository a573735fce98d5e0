import type { Branch, Cell } from './cell.ts'

/** Which reply goes upstream when every branch has failed: RFC 3261 16.7 step 6 with Kamailio's numbers (tm-reference 6.1). */

const NO_REPLY = 32_000

/** 4xx replies that tell the caller what to change go before the others. */
function isRepairable(status: number): boolean {
  return status === 401 || status === 407 || status === 415 || status === 420 || status === 484
}

/** The lower, the better. */
export function replyPriority(status: number): number {
  if (status === 0) return NO_REPLY
  if (status < 200) return 11_000
  if (status >= 700) return 10_000 + status
  if (status >= 600) return 1000 + (status - 600)
  if (status >= 500) return 5000 + (status - 500)
  if (status >= 400) return (isRepairable(status) ? 4000 : 4100) + (status - 400)
  if (status >= 300) return 3000 + (status - 300)
  return 0
}

export function branchPriority(branch: Branch, fakedPriority: number): number {
  return replyPriority(branch.status) + (branch.faked ? fakedPriority : 0)
}

/** Was any branch sent? Those that never were do not compete with it: nobody asked them (tm-reference 5.1). */
function anySent(cell: Cell): boolean {
  for (let i = 0; i < cell.outgoings; i++) {
    const { dropped, replicated, destination } = cell.branches[i]
    if (!dropped && !replicated && destination !== null) return true
  }
  return false
}

/** The branch whose reply wins, the first among equals; -1 when no branch competes. */
export function pickBranch(cell: Cell, fakedPriority: number): number {
  const sent = anySent(cell)
  let best = -1
  let bestPriority = Infinity
  for (let i = 0; i < cell.outgoings; i++) {
    const branch = cell.branches[i]
    if (branch.dropped || branch.replicated || branch.status < 200) continue
    if (sent && branch.destination === null) continue
    const priority = branchPriority(branch, fakedPriority)
    if (priority < bestPriority) {
      best = i
      bestPriority = priority
    }
  }
  return best
}

/** The rule that made `status` win, in a few words for the event stream. */
export function pickedBy(status: number, candidates: number): string {
  if (candidates === 1) return 'only reply'
  if (status >= 600) return '6xx before all others'
  if (status < 400) return '3xx before 4xx and 5xx'
  if (isRepairable(status)) return 'repairable 4xx before other 4xx'
  return status < 500 ? 'lowest 4xx' : 'lowest 5xx'
}
