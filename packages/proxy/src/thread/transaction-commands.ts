import type { Listener } from '../transport/transport.ts'
import type { TransactionName } from '../tm/find-transaction.ts'
import { hashLoad } from '../tm/hash-load.ts'
import {
  cancelOneBranch,
  cancelTransaction,
  cleanTransactions,
  replyToTransaction,
  retransmitLastReply,
  type ManagementRefusal,
} from '../tm/management.ts'
import { localReplyOf, type OperatorReply } from '../tm/operator-reply.ts'
import { startOperatorRequest, type OperatorOutcome, type OperatorRequest } from '../tm/operator-request.ts'
import type { TransactionLayer } from '../tm/transaction-layer.ts'
import { listTransactions } from '../tm/transaction-list.ts'
import { transactionSnapshot } from '../tm/transaction-snapshot.ts'
import { CommandRefusal, type Command } from './command-table.ts'

/*
 * Commands of the control thread about transactions. A transaction that is not here is answered with null: another SIP thread
 * may have it. Parameters were checked by the control thread.
 */

const BAD_REQUEST = 400
/** HTTP's "conflicts with the state of the resource". */
const CONFLICT = 409

export function transactionCommands(
  transactions: TransactionLayer,
  listeners: () => readonly Listener[],
): Readonly<Record<string, Command>> {
  const tm = transactions.core
  return {
    'tm.list': () => listTransactions(tm),
    'tm.hash_stats': () => hashLoad(tm),
    'tm.clean': () => cleanTransactions(tm),
    'tm.snapshot': ([index, label]) => transactionSnapshot(tm, index as number, label as number),
    'tm.cancel': ([callId, cseq]) => cancelTransaction(tm, callId as string, cseq as number),
    'tm.cancel_branch': ([name, branch]) => orRefuse(cancelOneBranch(tm, name as TransactionName, branch as number)),
    'tm.reply': ([name, order]) => {
      const reply = localReplyOf(order as OperatorReply)
      if (typeof reply === 'string') throw new CommandRefusal(BAD_REQUEST, reply)
      return orRefuse(replyToTransaction(tm, name as TransactionName, reply))
    },
    'tm.retransmit_reply': ([name]) => orRefuse(retransmitLastReply(tm, name as TransactionName)),
    'tm.uac_start': ([request]) => {
      start(transactions, listeners(), request as OperatorRequest, () => undefined)
      return null
    },
    'tm.uac_wait': ([request]) =>
      new Promise<OperatorOutcome>((resolve) => start(transactions, listeners(), request as OperatorRequest, resolve)),
  }
}

function orRefuse<T>(result: T | ManagementRefusal): T {
  if (typeof result === 'object' && result !== null && 'refused' in result) throw new CommandRefusal(CONFLICT, result.refused)
  return result
}

function start(
  transactions: TransactionLayer,
  listeners: readonly Listener[],
  request: OperatorRequest,
  done: (outcome: OperatorOutcome) => void,
): void {
  const refusal = startOperatorRequest(request, listeners, (local, ended) => transactions.startLocal(local, ended), done)
  if (refusal !== null) throw new CommandRefusal(refusal.code, refusal.message)
}
