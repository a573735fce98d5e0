import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import type { Subscriptions } from '../subscriptions.ts'
import { subscriberOf } from './signalbox-subscribe.ts'

export function signalboxUnsubscribe(subscriptions: Subscriptions): RpcMethod {
  return rpcMethod('signalbox.unsubscribe', ([topic], caller) =>
    subscriptions.unsubscribe(subscriberOf(caller), textParameter(topic, 'topic')),
  )
}
