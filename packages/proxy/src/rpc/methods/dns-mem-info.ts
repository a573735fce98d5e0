import type { MemoryUse } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { sumOfThreads } from '../thread-sums.ts'

export function dnsMemInfo(pool: WorkerPool): RpcMethod {
  return rpcMethod('dns.mem_info', async () => (await sumOfThreads(pool, 'dns.mem_info', [])) as MemoryUse)
}
