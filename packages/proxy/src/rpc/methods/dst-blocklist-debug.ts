import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function dstBlocklistDebug(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.debug', async () => (await pool.callList('dst_blocklist.debug')) as (string | number)[])
}
