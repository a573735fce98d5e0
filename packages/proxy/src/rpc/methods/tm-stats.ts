import type { EngineCounters } from '../../metrics/engine-counters.ts'
import { tmStatsOf } from '../../metrics/tm-stats.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function tmStats(counters: EngineCounters): RpcMethod {
  return rpcMethod('tm.stats', () => tmStatsOf(counters))
}
