import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { chosenStatistics, type ReadStatistics } from '../statistics-choice.ts'

export function statsFetch(read: ReadStatistics): RpcMethod {
  return rpcMethod('stats.fetch', async (names) =>
    Object.fromEntries(chosenStatistics(await read(), names).map(({ group, name, value }) => [`${group}.${name}`, String(value)])),
  )
}
