import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import type { ReadStatistics } from '../statistics-choice.ts'

export function cntGrpGetAll(read: ReadStatistics): RpcMethod {
  return rpcMethod('cnt.grp_get_all', async ([given]) => {
    const group = textParameter(given, 'group')
    return Object.fromEntries((await read()).filter((one) => one.group === group).map(({ name, value }) => [name, value]))
  })
}
