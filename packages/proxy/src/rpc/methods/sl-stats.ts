import type { EngineCounters } from '../../metrics/engine-counters.ts'
import { slCodes } from '../../metrics/statistics.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function slStats(counters: EngineCounters): RpcMethod {
  return rpcMethod('sl.stats', () => slCodes(counters))
}
