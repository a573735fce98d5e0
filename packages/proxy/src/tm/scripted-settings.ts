import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Cell } from './cell.ts'
import { State } from './machine.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { armTimeout } from './uac.ts'

/*
 * Hooks, timers and flags that a script sets for a transaction: before it exists they are kept with the message and taken over
 * when it is made, afterwards they apply at once (tm-reference 8.2).
 */

type Hook = 'onBranch' | 'onReply' | 'onFailure' | 'onBranchFailure'

/** `"0"` and `""` disarm. In a branch or reply route the hook is the branch's own as well (tm-reference 5.1). */
export function armHook(m: RoutedMessage, hook: Hook, name: string): number {
  const route = name === '0' ? '' : name
  const cell = m.cell as Cell | null
  if (cell === null) m[hook] = route
  else cell[hook] = route
  if (cell !== null && m.branch >= 0 && (hook === 'onReply' || hook === 'onBranchFailure')) cell.branches[m.branch][hook] = route
  return 1
}

const hooks: Readonly<Record<string, Hook>> = { branch_route: 'onBranch', failure_route: 'onFailure', onreply_route: 'onReply' }

export function isArmed(m: RoutedMessage, what: string): number {
  const hook = hooks[what]
  if (hook === undefined) return -1
  const route = m.cell === null ? m[hook] : (m.cell as Cell)[hook]
  return route === '' ? -1 : 1
}

/** t_set_fr: 0 keeps the current value; running branches are re-timed at once. */
export function setFr(tm: TransactionCore, m: RoutedMessage, inviteMs: number, otherMs: number): number {
  const cell = m.cell as Cell | null
  if (cell === null) {
    if (inviteMs > 0) m.frInvTimer = inviteMs
    if (otherMs > 0) m.frTimer = otherMs
    return 1
  }
  if (inviteMs > 0) cell.frInvTimer = inviteMs
  if (otherMs > 0) cell.frTimer = otherMs
  for (let i = 0; i < cell.outgoings; i++) {
    const branch = cell.branches[i]
    if (!branch.pending || !tm.wheel.isArmed(branch.timeoutTimer)) continue
    armTimeout(tm, branch, tm.clock.now(), cell.isInvite && branch.state === State.proceeding ? cell.frInvTimer : cell.frTimer)
  }
  return 1
}

export function setMaxLifetime(tm: TransactionCore, m: RoutedMessage, inviteMs: number, otherMs: number): number {
  const cell = m.cell as Cell | null
  if (cell === null) {
    if (inviteMs > 0) m.maxInvLifetime = inviteMs
    if (otherMs > 0) m.maxNonInvLifetime = otherMs
    return 1
  }
  const ms = cell.isInvite ? inviteMs : otherMs
  if (ms > 0) cell.endOfLife = tm.clock.now() + ms
  return 1
}

export function setRetr(m: RoutedMessage, t1Ms: number, t2Ms: number): number {
  const cell = m.cell as Cell | null
  if (t1Ms > 0) (cell ?? m).retrTimer1 = t1Ms
  if (t2Ms > 0) (cell ?? m).retrTimer2 = t2Ms
  return 1
}

export function setTransactionFlag(m: RoutedMessage, flag: number, on: boolean): number {
  const cell = m.cell as Cell | null
  if (cell !== null) cell.flags = on ? cell.flags | flag : cell.flags & ~flag
  else m.transactionFlags = on ? m.transactionFlags | flag : m.transactionFlags & ~flag
  return 1
}

export function setAutoInv100(m: RoutedMessage, on: boolean): number {
  m.autoInv100 = on ? 1 : 0
  return m.cell === null ? 1 : setTransactionFlag(m, TransactionFlag.AUTO_100, on)
}
