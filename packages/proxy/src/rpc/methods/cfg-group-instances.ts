import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgGroupInstances(settings: RuntimeSettings): readonly RpcMethod[] {
  return [
    rpcMethod('cfg.add_group_inst', async ([group]) => {
      await settings.addInstance(textParameter(group, 'group'))
      return {}
    }),
    rpcMethod('cfg.del_group_inst', async ([group]) => {
      await settings.deleteInstance(textParameter(group, 'group'))
      return {}
    }),
  ]
}
