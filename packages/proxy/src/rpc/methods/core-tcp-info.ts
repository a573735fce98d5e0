import type { EngineInfo } from '@signalbox/contract'
import type { ThreadFacts } from '../../control/thread-facts.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** There is no TLS. */
export function coreTcpInfo(info: () => EngineInfo, facts: () => Promise<ThreadFacts>): RpcMethod {
  return rpcMethod('core.tcp_info', async () => {
    const { connections, mostConnections, queuedBytes } = await facts()
    return {
      readers: info().workers,
      max_connections: mostConnections,
      max_tls_connections: 0,
      opened_connections: connections,
      opened_tls_connections: 0,
      write_queued_bytes: queuedBytes,
    }
  })
}
