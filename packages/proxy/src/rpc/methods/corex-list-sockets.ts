import type { EngineInfo } from '@signalbox/contract'
import { listenerParts } from '../listener-parts.ts'
import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

export function corexListSockets(info: () => EngineInfo): RpcMethod {
  return rpcMethod('corex.list_sockets', () =>
    info().listeners.map((listener) => {
      const { proto, host, port } = listenerParts(listener)
      const none = { MCAST: 'no', MHOMED: 'no', VIRTUAL: 'no', SOCKNAME: '-', ADVERTISE: '-' } as const
      return { PROTO: proto, NAME: host, ADDRLIST: { ADDR: host }, PORT: port, ...none }
    }),
  )
}
