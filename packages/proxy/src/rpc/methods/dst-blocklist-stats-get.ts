import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { chosenCounters } from '../thread-sums.ts'

export function dstBlocklistStatsGet(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.stats_get', ([name, reset]) =>
    chosenCounters(pool, 'dst_blocklist.stats_get', { name, reset, unknown: 'unknown dst blocklist stat parameter' }),
  )
}
