import { ControlFault } from '../../control/control-fault.ts'
import type { WorkerPool } from '../../control/worker-pool.ts'
import { textParameter } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** One method per type of record. */
export function dnsDelete(pool: WorkerPool): readonly RpcMethod[] {
  const remove = async (type: string, name: unknown) => {
    const removed = await pool.callAll('dns.delete', [type, textParameter(name, 'name')])
    if (!removed.includes(true)) throw new ControlFault({ code: 400, message: 'Not found' })
    return {}
  }
  return [
    rpcMethod('dns.delete_a', ([name]) => remove('A', name)),
    rpcMethod('dns.delete_aaaa', ([name]) => remove('AAAA', name)),
    rpcMethod('dns.delete_srv', ([name]) => remove('SRV', name)),
    rpcMethod('dns.delete_naptr', ([name]) => remove('NAPTR', name)),
    rpcMethod('dns.delete_cname', ([name]) => remove('CNAME', name)),
    rpcMethod('dns.delete_ptr', ([name]) => remove('PTR', name)),
    rpcMethod('dns.delete_txt', ([name]) => remove('TXT', name)),
    rpcMethod('dns.delete_ebl', ([name]) => remove('EBL', name)),
  ]
}
