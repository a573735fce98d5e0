import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgRollback(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.rollback', () => {
    settings.rollback()
    return {}
  })
}
