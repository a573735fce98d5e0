import type { WorkerPool } from '../../control/worker-pool.ts'
import { replyOf } from '../reply-parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameByCallId } from '../transaction-name.ts'

export function tmReplyCallid(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.reply_callid', async ([code, reason, callid, cseq, toTag, headers, body]) => {
    const reply = replyOf({ code, reason, toTag, headers, body })
    await transactionCommand(pool, 'tm.reply', [nameByCallId(callid, cseq), reply], { notFound: 404, conflict: 500 })
    return {}
  })
}
