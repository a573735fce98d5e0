import { ControlFault } from '../../control/control-fault.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import type { ReadStatistics } from '../statistics-choice.ts'

export function cntGet(read: ReadStatistics): RpcMethod {
  return rpcMethod('cnt.get', async ([givenGroup, givenName]) => {
    const group = textParameter(givenGroup, 'group')
    const name = textParameter(givenName, 'name')
    const found = (await read()).find((one) => one.group === group && one.name === name)
    if (found === undefined) throw new ControlFault({ code: 400, message: `non-existent counter ${group}.${name}` })
    return found.value
  })
}
