import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function cfgList(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.list', ([group]) => settings.list(group === undefined ? undefined : textParameter(group, 'group')))
}
