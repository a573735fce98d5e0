import type { WorkerPool } from '../../control/worker-pool.ts'
import { textParameter, wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function dstBlocklistAdd(pool: WorkerPool): RpcMethod {
  return rpcMethod('dst_blocklist.add', async ([ip, port, protocol, flags]) => {
    const to = [textParameter(ip, 'ip'), wholeNumber(port, 'port', 65_535), wholeNumber(protocol, 'proto')]
    await pool.callAll('dst_blocklist.add', [...to, wholeNumber(flags, 'flags', 255)])
    return {}
  })
}
