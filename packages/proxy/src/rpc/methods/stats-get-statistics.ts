import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { chosenStatistics, type ReadStatistics } from '../statistics-choice.ts'

export function statsGetStatistics(read: ReadStatistics): RpcMethod {
  return rpcMethod('stats.get_statistics', async (names) =>
    chosenStatistics(await read(), names).map(({ group, name, value }) => `${group}:${name} = ${value}`),
  )
}
