import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgCommit(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.commit', async () => {
    await settings.commit()
    return {}
  })
}
