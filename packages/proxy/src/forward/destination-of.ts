import type { Endpoint } from '../transport/endpoint.ts'
import type { Destination, Listener } from '../transport/transport.ts'

const PLACES = 256
const lately = new Array<Destination | null>(PLACES).fill(null)

/**
 * The destination `remote` through a listener, over any connection. A proxy sends to few places again and again, so those of late are
 * kept: a transaction that refers to one of them leaves the garbage collector nothing to do.
 */
export function destinationOf(transport: number, listener: Listener, remote: Endpoint): Destination {
  const place = remote.port & (PLACES - 1)
  const known = lately[place]
  if (known !== null && known.remote === remote && known.listener === listener && known.transport === transport) return known
  const destination = { transport, listener, remote, connection: 0 }
  lately[place] = destination
  return destination
}
