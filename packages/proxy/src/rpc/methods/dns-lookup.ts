import type { DnsCacheEntry } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Every SIP thread has a cache of its own: the first is asked. */
export function dnsLookup(pool: WorkerPool): RpcMethod {
  return rpcMethod('dns.lookup', async ([type, name]) => (await pool.callFirst('dns.lookup', [type, name])) as DnsCacheEntry)
}
