import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

type FlatValues = (string | number)[]

/** Every SIP thread has a cache of its own: that of the first is shown. */
export function dnsDebug(pool: WorkerPool): readonly RpcMethod[] {
  return [
    rpcMethod('dns.debug', async () => (await pool.callFirst('dns.debug')) as FlatValues),
    rpcMethod('dns.debug_all', async () => (await pool.callFirst('dns.debug_all')) as FlatValues),
  ]
}
