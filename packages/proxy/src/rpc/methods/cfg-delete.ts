import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Values that an instance of a group has of its own. */
export function cfgDelete(settings: RuntimeSettings): readonly RpcMethod[] {
  return [
    rpcMethod('cfg.del', async ([group, name]) => {
      await settings.delete(textParameter(group, 'group'), textParameter(name, 'name'))
      return {}
    }),
    rpcMethod('cfg.del_delayed', ([group, name]) => {
      settings.delayDeletion(textParameter(group, 'group'), textParameter(name, 'name'))
      return {}
    }),
  ]
}
