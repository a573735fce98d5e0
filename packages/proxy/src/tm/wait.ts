import { EventKind, TimerKind } from '../bus/event-kind.ts'
import { UAS_SIDE } from '../bus/event-bus.ts'
import { Counter } from '../metrics/counter-layout.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import type { Branch, Cell } from './cell.ts'
import type { Block } from './byte-slab.ts'
import { reportDestroyed, reportTimer } from './report.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'

/** Past its end of life by this much, a transaction leaves the table whatever still refers to it (tm-reference 4.4), in ms. */
export const LONGEST_WAIT = 90_000

/** The transaction is complete: absorb late retransmissions for wt_timer, then go (RFC timers D, I, J, K; tm-reference 4.3). */
export function putOnWait(tm: TransactionCore, cell: Cell): void {
  if (cell.has(TransactionFlag.WAITING)) return
  cell.flags |= TransactionFlag.WAITING
  tm.counters[Counter.tmWaiting]++
  if (cell.held !== null) tm.counters[Counter.suspended]--
  armWait(tm, cell, tm.clock.now())
}

function armWait(tm: TransactionCore, cell: Cell, now: number): void {
  tm.wheel.arm(cell.waitTimer, now + tm.params.wt_timer)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], cell, UAS_SIDE, TimerKind.wait, tm.params.wt_timer)
}

/**
 * The script sent a provisional reply by itself and left it at that: a CANCEL, or an operator, may still end it. It goes at the
 * end of its life when nobody does.
 */
export function waitForFinal(tm: TransactionCore, cell: Cell): void {
  tm.wheel.arm(cell.waitTimer, cell.endOfLife)
  if (tm.bus.on) reportTimer(tm, EventKind['timer-armed'], cell, UAS_SIDE, TimerKind.wait, cell.endOfLife - tm.clock.now())
}

/** The wait is over, unless an ACK or a cancelled branch is still due: then once more. */
export function endWait(tm: TransactionCore, cell: Cell, now: number): void {
  const isDue = tm.wheel.isArmed(cell.ackTimer) || cell.hasPendingBranch()
  if (!isDue || now > cell.endOfLife + LONGEST_WAIT) destroy(tm, cell)
  else {
    if (cell.has(TransactionFlag.WAITING)) cell.flags |= TransactionFlag.AGONY
    armWait(tm, cell, now)
  }
}

/** Takes the transaction out of the table and gives everything back. */
export function destroy(tm: TransactionCore, cell: Cell): void {
  if (heard(tm, cell, Moment.DESTROY)) tellMoment(tm, Moment.DESTROY, cell, null)
  const { counters, wheel } = tm
  if (cell.has(TransactionFlag.WAITING)) counters[Counter.tmWaiting]--
  else if (cell.held !== null) counters[Counter.suspended]--
  wheel.cancel(cell.retransmitTimer)
  wheel.cancel(cell.ackTimer)
  wheel.cancel(cell.waitTimer)
  for (let i = 0; i < cell.outgoings; i++) releaseBranch(tm, cell.branches[i])
  if (tm.bus.on) reportDestroyed(tm, cell)
  cell.request = giveBack(tm, cell.request)
  cell.reply = giveBack(tm, cell.reply)
  cell.edits = giveBack(tm, cell.edits)
  tm.table.remove(cell)
  counters[Counter.tmDeleted]++
  counters[Counter.tmFreed]++
}

function releaseBranch(tm: TransactionCore, branch: Branch): void {
  const { wheel } = tm
  wheel.cancel(branch.retransmitTimer)
  wheel.cancel(branch.timeoutTimer)
  wheel.cancel(branch.cancelRetransmitTimer)
  wheel.cancel(branch.cancelTimeoutTimer)
  branch.request = giveBack(tm, branch.request)
  branch.reply = giveBack(tm, branch.reply)
  branch.cancel = giveBack(tm, branch.cancel)
  branch.edits = giveBack(tm, branch.edits)
}

function giveBack(tm: TransactionCore, block: Block | null): null {
  if (block !== null) tm.slab.give(block)
  return null
}
