import type { RoutedMessage } from '../forward/routed-message.ts'
import * as queries from './queries.ts'
import { armHook, isArmed, setAutoInv100, setFr, setMaxLifetime, setRetr, setTransactionFlag } from './scripted-settings.ts'
import type { TransactionCore } from './transaction-core.ts'

/** The part of the API that only sets something for a transaction or asks about it; it sends nothing. */
export abstract class ScriptedTransaction {
  abstract get core(): TransactionCore

  armBranch(m: RoutedMessage, name: string): number {
    return armHook(m, 'onBranch', name)
  }

  armReply(m: RoutedMessage, name: string): number {
    return armHook(m, 'onReply', name)
  }

  armFailure(m: RoutedMessage, name: string): number {
    return armHook(m, 'onFailure', name)
  }

  armBranchFailure(m: RoutedMessage, name: string): number {
    return armHook(m, 'onBranchFailure', name)
  }

  isSet(m: RoutedMessage, what: string): number {
    return isArmed(m, what)
  }

  setFr(m: RoutedMessage, inviteMs: number, otherMs: number): number {
    return setFr(this.core, m, inviteMs, otherMs)
  }

  resetFr(m: RoutedMessage): number {
    return setFr(this.core, m, this.core.params.fr_inv_timer, this.core.params.fr_timer)
  }

  setMaxLifetime(m: RoutedMessage, inviteMs: number, otherMs: number): number {
    return setMaxLifetime(this.core, m, inviteMs, otherMs)
  }

  resetMaxLifetime(m: RoutedMessage): number {
    return setMaxLifetime(this.core, m, this.core.params.max_inv_lifetime, this.core.params.max_noninv_lifetime)
  }

  setRetr(m: RoutedMessage, t1Ms: number, t2Ms: number): number {
    return setRetr(m, t1Ms, t2Ms)
  }

  resetRetr(m: RoutedMessage): number {
    return setRetr(m, this.core.params.retr_timer1, this.core.params.retr_timer2)
  }

  setFlag(m: RoutedMessage, flag: number, on: boolean): number {
    return setTransactionFlag(m, flag, on)
  }

  setAutoInv100(m: RoutedMessage, on: boolean): number {
    return setAutoInv100(m, on)
  }

  isCanceled(m: RoutedMessage): number {
    return queries.isCanceled(m)
  }

  isExpired(m: RoutedMessage): number {
    return queries.isExpired(this.core, m)
  }

  anyTimeout(m: RoutedMessage): number {
    return queries.anyTimeout(m)
  }

  anyReplied(m: RoutedMessage): number {
    return queries.anyReplied(m)
  }

  branchTimeout(m: RoutedMessage): number {
    return queries.branchTimeout(m)
  }

  branchReplied(m: RoutedMessage): number {
    return queries.branchReplied(m)
  }

  grepStatus(m: RoutedMessage, status: number): number {
    return queries.grepStatus(m, status)
  }

  statusCode(m: RoutedMessage): number {
    return queries.statusCode(m)
  }

  branchIndex(m: RoutedMessage): number {
    return queries.branchIndex(m)
  }
}
