import type { Clock } from '../../clock/clock.ts'
import { ctime } from '../ctime.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** `startedAt`: Unix milliseconds. */
export function coreUptime(clock: Clock, startedAt: number): RpcMethod {
  return rpcMethod('core.uptime', () => {
    const now = clock.wall()
    return { now: ctime(now), up_since: ctime(startedAt), uptime: Math.max(0, Math.floor((now - startedAt) / 1000)) }
  })
}
