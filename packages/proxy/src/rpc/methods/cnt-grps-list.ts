import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import type { ReadStatistics } from '../statistics-choice.ts'

export function cntGrpsList(read: ReadStatistics): RpcMethod {
  return rpcMethod('cnt.grps_list', async () => [...new Set((await read()).map((one) => one.group))].sort())
}
