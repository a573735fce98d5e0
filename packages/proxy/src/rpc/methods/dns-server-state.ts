import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** For all SIP threads alike. */
export function dnsServerState(pool: WorkerPool): readonly RpcMethod[] {
  return [
    rpcMethod('dns.set_server_state', async ([state]) => {
      if (state !== 0 && state !== 1) throw new ControlFault({ code: 400, message: 'Parameter state must be 0 (down) or 1 (up)' })
      await pool.callAll('dns.set_server_state', [state])
      return {}
    }),
    rpcMethod('dns.get_server_state', async () => (await pool.callFirst('dns.get_server_state')) as 0 | 1),
  ]
}
