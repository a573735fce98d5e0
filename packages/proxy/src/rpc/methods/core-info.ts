import type { EngineInfo } from '@signalbox/contract'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function coreInfo(info: () => EngineInfo): RpcMethod {
  return rpcMethod('core.info', () => {
    const { version, node, datagramPort } = info()
    return { version: `signalbox ${version}`, id: '', compiler: `node ${node}`, compiled: '', flags: datagramPort }
  })
}
