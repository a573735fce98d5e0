import type { RuntimeSettings } from '../../control/runtime-settings.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** The last line is the one that Kamailio has. */
export function cfgHelp(settings: RuntimeSettings): RpcMethod {
  return rpcMethod('cfg.help', ([group, name]) => {
    const { help, range, kind } = settings.help(textParameter(group, 'group'), textParameter(name, 'name'))
    return [help, range, `(parameter type is ${kind === 'int' ? 'integer' : 'string'})`]
  })
}
