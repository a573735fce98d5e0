import type { DnsCacheEntry } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Every SIP thread has a cache of its own: that of the first is shown. */
export function dnsView(pool: WorkerPool): RpcMethod {
  return rpcMethod('dns.view', async () => (await pool.callFirst('dns.view')) as DnsCacheEntry[])
}
