import type { EngineInfo } from '@signalbox/contract'
import { listenerParts } from '../listener-parts.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function coreSocketsList(info: () => EngineInfo): RpcMethod {
  return rpcMethod('core.sockets_list', () =>
    info().listeners.map((listener) => {
      const { proto, host, port } = listenerParts(listener)
      return { socket: { proto, address: host, ipaddress: host, port, mcast: 'no', mhomed: 'no', virtual: 'no' } }
    }),
  )
}
