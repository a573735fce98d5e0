import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import type { ReadStatistics } from '../statistics-choice.ts'

export function cntVarList(read: ReadStatistics): RpcMethod {
  return rpcMethod('cnt.var_list', async ([given]) => {
    const group = textParameter(given, 'group')
    return (await read()).filter((one) => one.group === group).map((one) => one.name)
  })
}
