import { faults } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import { transactionHistory } from '../../control/transaction-history.ts'
import { wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const U32 = 2 ** 32 - 1

/** Ended transactions too, as long as their events are kept. */
export function signalboxTxGet(log: EventLog, decode: DecodeEvent): RpcMethod {
  return rpcMethod('signalbox.tx.get', ([index, label]) => {
    const history = transactionHistory(log, decode, wholeNumber(index, 'index', U32), wholeNumber(label, 'label', U32))
    if (history.row === null) throw new ControlFault(faults.transactionNotFound)
    return { row: history.row, events: [...history.events], complete: history.complete }
  })
}
