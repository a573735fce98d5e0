import { TransportCode } from '@signalbox/sip'

const names: Readonly<Record<number, string>> = {
  [TransportCode.UDP]: 'udp',
  [TransportCode.TCP]: 'tcp',
  [TransportCode.TLS]: 'tls',
  [TransportCode.SCTP]: 'sctp',
  [TransportCode.WS]: 'ws',
  [TransportCode.WSS]: 'wss',
}

/** `udp`, `tcp`, ... as in `transport=` parameters and socket names. */
export function transportName(transport: number): string {
  return names[transport] ?? 'udp'
}

/** Names by socket, of each transport; beyond so many the table starts over. */
const KNOWN = 16_384
const known: Map<object, string>[] = Array.from({ length: Object.keys(names).length + 1 }, () => new Map())

/** `udp:127.0.0.1:5060`, IPv6 in brackets. Endpoints and listeners are few and never change: each is named once. */
export function socketName(transport: number, socket: { readonly address: string; readonly port: number; readonly family: 4 | 6 }): string {
  const table = known[transport]
  let name = table.get(socket)
  if (name === undefined) {
    const host = socket.family === 6 ? `[${socket.address}]` : socket.address
    name = `${transportName(transport)}:${host}:${socket.port}`
    if (table.size >= KNOWN) table.clear()
    table.set(socket, name)
  }
  return name
}
