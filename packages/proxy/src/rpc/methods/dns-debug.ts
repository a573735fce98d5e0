import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'
import { cachedNames } from '../thread-caches.ts'

/** The values of one entry: its name, the number of its type, and the rest. */
type FlatEntry = readonly (string | number)[]

export function dnsDebug(pool: WorkerPool): readonly RpcMethod[] {
  const debug = async (method: string): Promise<(string | number)[]> => {
    const entries = await cachedNames<FlatEntry>(pool, method, ([name, type]) => `${type} ${name}`)
    return entries.flat()
  }
  return [rpcMethod('dns.debug', () => debug('dns.debug')), rpcMethod('dns.debug_all', () => debug('dns.debug_all'))]
}
