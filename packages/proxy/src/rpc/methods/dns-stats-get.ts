import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { chosenCounters } from '../thread-sums.ts'

export function dnsStatsGet(pool: WorkerPool): RpcMethod {
  return rpcMethod('dns.stats_get', ([name, reset]) =>
    chosenCounters(pool, 'dns.stats_get', { name, reset, unknown: 'unknown dns cache stat parameter' }),
  )
}
