import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Everything can be read, unlike in Kamailio (tm-reference 2). */
export function cfgGet(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.get', ([group, name]) => {
    const groupName = textParameter(group, 'group')
    return name === undefined ? settings.getAll(groupName) : settings.get(groupName, textParameter(name, 'name'))
  })
}
