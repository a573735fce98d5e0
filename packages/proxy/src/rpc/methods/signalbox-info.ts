import type { EngineInfo } from '@signalbox/contract'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function signalboxInfo(info: () => EngineInfo): RpcMethod {
  return rpcMethod('signalbox.info', info)
}
