import type { EngineInfo } from '@signalbox/contract'
import { engineThreads } from '../engine-threads.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function corePs(info: () => EngineInfo): RpcMethod {
  return rpcMethod('core.ps', () => {
    const { pid } = info()
    return engineThreads(info()).flatMap((thread) => [pid, thread])
  })
}
