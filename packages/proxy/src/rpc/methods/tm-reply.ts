import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { replyOf } from '../reply-parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameById } from '../transaction-name.ts'

export function tmReply(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.reply', async ([code, reason, transaction, toTag, headers, body]) => {
    const reply = replyOf({ code, reason, toTag, headers, body })
    const name = nameById(transaction)
    if (name === null) throw new ControlFault({ code: 400, message: 'Parameter trans_id must be tindex:tlabel, as tm.list tells them' })
    await transactionCommand(pool, 'tm.reply', [name, reply], { notFound: 481, notFoundText: 'No such transaction', conflict: 500 })
    return {}
  })
}
