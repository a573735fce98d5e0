import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { listenAddress, ListenError, type ListenAddress, type ListenSpec } from './listen-spec.ts'

/**
 * Makes sure that nobody else listens there. Sockets that share their port with SO_REUSEPORT share it with a stranger's just as
 * well, and every other call would go to him. Throws a ListenError.
 */
export async function probeListeners(listen: readonly ListenSpec[]): Promise<void> {
  for (const spec of listen) {
    try {
      const at = await listenAddress(spec)
      await (spec.transport === 'udp' ? probeUdp(at, spec.port) : probeTcp(at, spec.port))
    } catch (error) {
      throw new ListenError(spec, error as NodeJS.ErrnoException)
    }
  }
}

async function probeUdp({ address, family }: ListenAddress, port: number): Promise<void> {
  const socket = dgram.createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6 })
  const bound = once(socket, 'listening')
  socket.bind({ address, port, exclusive: true })
  try {
    await bound
  } finally {
    socket.close()
  }
}

async function probeTcp({ address, family }: ListenAddress, port: number): Promise<void> {
  const server = net.createServer()
  const listening = once(server, 'listening')
  server.listen({ host: address, port, ipv6Only: family === 6, exclusive: true })
  await listening
  await new Promise((done) => void server.close(done))
}
