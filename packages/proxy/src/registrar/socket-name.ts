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

/** `udp:127.0.0.1:5060`, IPv6 in brackets. */
export function socketName(transport: number, socket: { readonly address: string; readonly port: number; readonly family: 4 | 6 }): string {
  const host = socket.family === 6 ? `[${socket.address}]` : socket.address
  return `${transportName(transport)}:${host}:${socket.port}`
}
