import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Texts, also of numbers (control-reference 2). */
export function coreEcho(): RpcMethod {
  return rpcMethod('core.echo', (values) => values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))))
}
