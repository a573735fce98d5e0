import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function tmClean(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.clean', async () => {
    await pool.callAll('tm.clean')
    return {}
  })
}
