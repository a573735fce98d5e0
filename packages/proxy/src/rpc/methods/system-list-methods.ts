import { findMethod } from '@signalbox/contract'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** `names` is asked late: this method is in the list too. Who cannot be notified is not told of subscriptions. */
export function systemListMethods(names: () => readonly string[]): RpcMethod {
  return rpcMethod('system.listMethods', (_params, { subscriber }) =>
    names()
      .filter((name) => subscriber !== null || findMethod(name)?.streaming !== true)
      .sort(),
  )
}
