import { faults, findMethod } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function systemMethodHelp(): RpcMethod {
  return rpcMethod('system.methodHelp', ([name]) => {
    const definition = findMethod(textParameter(name, 'name'))
    if (definition === null) throw new ControlFault(faults.methodNotFound)
    return definition.help
  })
}
