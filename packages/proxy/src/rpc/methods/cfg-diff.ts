import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgDiff(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.diff', () => settings.diff())
}
