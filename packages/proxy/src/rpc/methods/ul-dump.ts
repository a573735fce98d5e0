import type { LocationDump } from '@signalbox/contract'
import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** Every SIP thread holds the whole location table: the first is asked. */
export function ulDump(pool: WorkerPool): RpcMethod {
  return rpcMethod('ul.dump', async ([brief]) => {
    if (brief !== undefined && brief !== 'brief') throw new ControlFault({ code: 400, message: 'The only parameter of ul.dump is brief' })
    return (await pool.callFirst('ul.dump', brief === undefined ? [] : [brief])) as LocationDump
  })
}
