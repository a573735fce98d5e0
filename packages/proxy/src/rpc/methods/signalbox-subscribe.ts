import { faults } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import { textParameter, wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcCaller, type RpcMethod } from '../rpc-method.ts'
import type { Subscriber, Subscriptions } from '../subscriptions.ts'

export function signalboxSubscribe(subscriptions: Subscriptions): RpcMethod {
  return rpcMethod('signalbox.subscribe', ([topic, options], caller) =>
    subscriptions.subscribe(subscriberOf(caller), textParameter(topic, 'topic'), sinceOf(options)),
  )
}

/** For the methods that belong to a connection. */
export function subscriberOf(caller: RpcCaller): Subscriber {
  if (caller.subscriber === null) throw new ControlFault(faults.socketOnly)
  return caller.subscriber
}

function sinceOf(options: unknown): number | undefined {
  if (options === undefined || options === null) return undefined
  const since = typeof options === 'object' && 'since' in options ? options.since : options
  return since === undefined || typeof since === 'object' ? undefined : wholeNumber(since, 'since')
}
