import { TimerKind } from '../bus/event-kind.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Cell } from './cell.ts'
import { reportOverdue } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'

/** Grace beyond the longest legal life, in ms: timers fire in whole milliseconds and under load a little late. */
const GRACE = 1000

/**
 * Looks for transactions that should have ended: after its end of life a transaction may still wait for the ACK of a negative reply
 * (fr_timer), for its cancelled branches (fr_timer) and to absorb (wt_timer). Each is counted and reported once. Returns how many were
 * found now.
 */
export function watchLifetimes(tm: TransactionCore): number {
  const now = tm.clock.now()
  let found = 0
  for (const cell of tm.table.cells()) {
    if (cell.overdue || now <= latestEnd(tm, cell)) continue
    cell.overdue = true
    found++
    tm.counters[Counter.overdueTransactions]++
    if (tm.bus.on) reportOverdue(tm, cell, keeper(tm, cell), now - cell.created)
  }
  return found
}

function latestEnd(tm: TransactionCore, cell: Cell): number {
  return cell.endOfLife + 2 * cell.frTimer + 2 * tm.params.wt_timer + GRACE
}

/** The timer that keeps the transaction: of the server side, else of a branch. 0 when none is armed. */
function keeper(tm: TransactionCore, cell: Cell): number {
  const { wheel } = tm
  if (wheel.isArmed(cell.ackTimer)) return TimerKind.fr_ack
  if (wheel.isArmed(cell.waitTimer)) return TimerKind.wait
  for (let i = 0; i < cell.outgoings; i++) {
    if (wheel.isArmed(cell.branches[i].timeoutTimer)) return TimerKind.fr
    if (wheel.isArmed(cell.branches[i].cancelTimeoutTimer)) return TimerKind.cancel_fr
  }
  return 0
}
