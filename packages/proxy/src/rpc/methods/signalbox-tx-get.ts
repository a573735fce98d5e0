import { faults } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import { relatedTransactions } from '../../control/related-transactions.ts'
import { transactionHistory } from '../../control/transaction-history.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import type { TransactionSnapshot } from '../../tm/transaction-snapshot.ts'
import { wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const U32 = 2 ** 32 - 1

/** Ended transactions too, as long as their events are kept; running ones also when no events of them were recorded. */
export function signalboxTxGet(pool: WorkerPool, log: EventLog, decode: DecodeEvent): RpcMethod {
  return rpcMethod('signalbox.tx.get', async ([givenIndex, givenLabel]) => {
    const index = wholeNumber(givenIndex, 'index', U32)
    const label = wholeNumber(givenLabel, 'label', U32)
    const snapshot = (await pool.callOwner('tm.snapshot', [index, label])) as TransactionSnapshot | null
    const history = transactionHistory(log, decode, index, label)
    // Without its beginning the history knows less of what the transaction is than the transaction itself.
    const row = history.complete ? history.row : (snapshot?.row ?? history.row)
    if (row === null) throw new ControlFault(faults.transactionNotFound)
    const related = relatedTransactions(log, decode, row)
    return { row, events: [...history.events], complete: history.complete, related, live: snapshot?.live ?? null }
  })
}
