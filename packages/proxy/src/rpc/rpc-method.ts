import type { MethodName, ParamsOf, ResultOf } from '@signalbox/contract'
import type { Subscriber } from './subscriptions.ts'

/** Who calls. Only a connection that takes notifications can subscribe. */
export interface RpcCaller {
  readonly subscriber: Subscriber | null
}

export interface RpcMethod {
  readonly name: MethodName
  call(params: readonly unknown[], caller: RpcCaller): unknown
}

/** What may stand where the contract has a parameter: anything, until the method has checked it. */
type Unchecked<P extends readonly unknown[]> = { readonly [K in keyof P]?: unknown }

/** Ties the code of a method to its result type in the contract. */
export function rpcMethod<M extends MethodName>(
  name: M,
  call: (params: Unchecked<ParamsOf<M>>, caller: RpcCaller) => ResultOf<M> | Promise<ResultOf<M>>,
): RpcMethod {
  return { name, call: (params, caller) => call(params, caller) }
}
