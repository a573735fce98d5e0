import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameByCallId } from '../transaction-name.ts'

export function tmRetransmitReplyCallid(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.retransmit_reply_callid', async ([callid, cseq]) => {
    await transactionCommand(pool, 'tm.retransmit_reply', [nameByCallId(callid, cseq)], { notFound: 404, conflict: 500 })
    return {}
  })
}
