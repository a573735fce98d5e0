import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** `names` is asked late: this method is in the list too. */
export function systemListMethods(names: () => readonly string[]): RpcMethod {
  return rpcMethod('system.listMethods', () => [...names()].sort())
}
