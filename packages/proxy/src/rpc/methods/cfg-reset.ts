import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgReset(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.reset', async ([group]) => {
    await settings.reset(textParameter(group, 'group'))
    return {}
  })
}
