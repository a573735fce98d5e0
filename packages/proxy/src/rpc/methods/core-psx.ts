import type { EngineInfo } from '@signalbox/contract'
import { engineThreads } from '../engine-threads.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function corePsx(info: () => EngineInfo): RpcMethod {
  return rpcMethod('core.psx', () => {
    const { pid } = info()
    return engineThreads(info()).map((thread, i) => ({ IDX: i, PID: pid, DSC: thread }))
  })
}
