import { findMethod } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function systemMethodHelp(): RpcMethod {
  return rpcMethod('system.methodHelp', ([name]) => {
    const asked = textParameter(name, 'name')
    const definition = findMethod(asked)
    // Not 500 Method Not Found: that would be said of system.methodHelp itself.
    if (definition === null) throw new ControlFault({ code: 400, message: `no such method: ${asked}` })
    return definition.help
  })
}
