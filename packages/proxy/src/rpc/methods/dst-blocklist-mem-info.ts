import type { MemoryUse } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { sumOfThreads } from '../thread-sums.ts'

export function dstBlocklistMemInfo(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.mem_info', async () => (await sumOfThreads(pool, 'dst_blocklist.mem_info', [])) as MemoryUse)
}
