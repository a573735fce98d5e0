import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { transactionCommand } from '../transaction-command.ts'
import { nameByCallId } from '../transaction-name.ts'

/** Both faults are 400, as in Kamailio (tm-reference 12). */
export function tmCancel(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.cancel', async ([callid, cseq]) => {
    const name = nameByCallId(callid, cseq)
    const open = await transactionCommand(pool, 'tm.cancel', [name.callId, name.cseq], { notFound: 400, conflict: 400 })
    return [open as number, 'branches remaining (waiting for timeout)']
  })
}
