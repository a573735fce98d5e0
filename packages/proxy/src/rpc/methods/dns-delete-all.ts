import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Permanent entries go with `force` only. */
export function dnsDeleteAll(pool: WorkerPool): readonly RpcMethod[] {
  const clear = async (force: boolean) => {
    await pool.callAll('dns.delete_all', [force])
    return { status: 'ok' }
  }
  return [rpcMethod('dns.delete_all', () => clear(false)), rpcMethod('dns.delete_all_force', () => clear(true))]
}
