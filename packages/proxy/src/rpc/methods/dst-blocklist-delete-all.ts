import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function dstBlocklistDeleteAll(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.delete_all', async () => {
    await pool.callAll('dst_blocklist.delete_all')
    return {}
  })
}
