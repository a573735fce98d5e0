import type { BlockedDestination } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Every SIP thread has a list of its own: a destination may stand on several. */
export function dstBlocklistView(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.view', async () => (await pool.callList('dst_blocklist.view')) as BlockedDestination[])
}
