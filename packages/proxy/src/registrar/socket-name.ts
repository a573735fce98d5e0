import { transportName, transportNames } from '@signalbox/sip'

/** Names by socket, of each transport; beyond so many the table starts over. */
const KNOWN = 16_384
const known: Map<object, string>[] = Array.from({ length: transportNames.length }, () => new Map())

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
