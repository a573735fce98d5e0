import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { chosenStatistics, type ReadStatistics } from '../statistics-choice.ts'

export function statsFetchn(read: ReadStatistics): RpcMethod {
  return rpcMethod('stats.fetchn', async (names) =>
    Object.fromEntries(chosenStatistics(await read(), names).map(({ group, name, value }) => [`${group}.${name}`, value])),
  )
}
