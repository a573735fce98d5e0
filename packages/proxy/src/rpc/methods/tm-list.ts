import type { TmListItem } from '@signalbox/contract'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function tmList(pool: WorkerPool): RpcMethod {
  return rpcMethod('tm.list', async () => (await pool.callList('tm.list')) as TmListItem[])
}
