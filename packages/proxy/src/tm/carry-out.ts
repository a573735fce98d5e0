import { RoutedMessage } from '../forward/routed-message.ts'
import { acknowledgeLocal, appendBranches, cancelCallId, replyCallId } from './named-transactions.ts'
import { resume } from './suspend.ts'
import type { TransactionCore } from './transaction-core.ts'
import type { AppendedBranches, TransactionOrder } from './transaction-order.ts'

/** Orders between the scripts of several SIP threads: how they are given and carried out. */

/** `result` of having tried here; -1, "no such transaction", sends the order to whoever may have it. */
export function orElsewhere(tm: TransactionCore, result: number, order: () => TransactionOrder): number {
  return result === -1 && tm.others !== null ? tm.others.order(order()) : result
}

export function branchesOf(m: RoutedMessage): AppendedBranches {
  return {
    uri: m.currentUri(),
    consumed: m.requestUriConsumed,
    destinationUri: m.destinationUri,
    path: m.path,
    targets: m.targets.map((target) => ({ ...target, listener: null })),
  }
}

/** Does what another thread's script has ordered. A transaction that is not here any more is left alone. */
export function carryOut(tm: TransactionCore, order: TransactionOrder): void {
  if (order.what === 'resume') resume(tm, order, order.route)
  else if (order.what === 'append') appendBranches(tm, messageWith(order.branches), order)
  else if (order.what === 'cancel') cancelCallId(tm, order, order)
  else if (order.what === 'reply') replyCallId(tm, order, order)
  else acknowledgeLocal(tm, order, order)
}

function messageWith({ uri, consumed, destinationUri, path, targets }: AppendedBranches): RoutedMessage {
  const m = new RoutedMessage()
  m.requestUri = uri
  m.requestUriConsumed = consumed
  m.destinationUri = destinationUri
  m.path = path
  m.targets.push(...targets)
  return m
}
