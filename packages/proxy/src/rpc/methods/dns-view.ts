import type { DnsCacheEntry } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { cachedNames } from '../thread-caches.ts'

export function dnsView(pool: WorkerPool): RpcMethod {
  return rpcMethod('dns.view', async () => cachedNames<DnsCacheEntry>(pool, 'dns.view', ({ name, type }) => `${type} ${name}`))
}
