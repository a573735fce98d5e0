import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameById, nameByNumbers } from '../transaction-name.ts'

/** The transaction as two numbers or as one text. */
export function tmRetransmitReply(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.retransmit_reply', async ([tindex, tlabel]) => {
    const name = nameById(tindex) ?? nameByNumbers(tindex, tlabel)
    await transactionCommand(pool, 'tm.retransmit_reply', [name], { notFound: 404, conflict: 500 })
    return {}
  })
}
