import type { WorkerPool } from '../../control/worker-pool.ts'
import { textParameter, wholeNumber } from '../parameters.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

const LONGEST_TTL = 2_147_483_647
const MOST = 65_535

/** One method per type of record; every SIP thread learns it. */
export function dnsAdd(pool: WorkerPool): readonly RpcMethod[] {
  const add = async (method: string, params: readonly unknown[]) => {
    await pool.callAll(method, params)
    return {}
  }
  const address = (method: 'dns.add_a' | 'dns.add_aaaa') =>
    rpcMethod(method, ([name, ttl, ip, flags]) => {
      const known = [textParameter(name, 'name'), wholeNumber(ttl, 'ttl', LONGEST_TTL), textParameter(ip, 'ip')]
      return add(method, [...known, wholeNumber(flags, 'flags')])
    })
  return [
    address('dns.add_a'),
    address('dns.add_aaaa'),
    rpcMethod('dns.add_srv', ([name, ttl, priority, weight, port, target, flags]) =>
      add('dns.add_srv', [
        textParameter(name, 'name'),
        wholeNumber(ttl, 'ttl', LONGEST_TTL),
        wholeNumber(priority, 'priority', MOST),
        wholeNumber(weight, 'weight', MOST),
        wholeNumber(port, 'port', MOST),
        textParameter(target, 'target'),
        wholeNumber(flags, 'flags'),
      ]),
    ),
  ]
}
