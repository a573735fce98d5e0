import { once } from 'node:events'
import net from 'node:net'
import type { Server, Socket } from 'node:net'
import { TransportCode } from '@signalbox/sip'
import { Connection } from './connection.ts'
import type { ConnectionLimits } from './connection.ts'
import type { ConnectionTable } from './connection-table.ts'
import type { EndpointTable, PackedEndpoint } from './endpoint.ts'
import type { ListenerTable } from './listener-table.ts'
import type { TransportObserver } from './transport-observer.ts'
import type { Listener, TransportUser } from './transport.ts'
import type { Turn } from './turn.ts'

export interface TcpDependencies {
  readonly user: TransportUser
  readonly observer: TransportObserver
  readonly endpoints: EndpointTable
  readonly listeners: ListenerTable
  readonly connections: ConnectionTable
  readonly turn: Turn
  readonly limits: ConnectionLimits
}

export interface TcpAddress {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  readonly reusePort: boolean
}

/**
 * What outgoing connections are read into, one after the other: nobody keeps a chunk. Node offers this for them alone; a read of an
 * accepted one makes a new buffer.
 */
const readBuffer = new Uint8Array(64 * 1024)

/** SIP over TCP: listening sockets and outgoing connections (RFC 3261 18). */
export class Tcp {
  readonly #dependencies: TcpDependencies
  readonly #servers: Server[] = []

  constructor(dependencies: TcpDependencies) {
    this.#dependencies = dependencies
  }

  /** Binds; `accept` afterwards tells for which listeners. Returns the bound port. */
  async listen(at: TcpAddress): Promise<{ readonly port: number; readonly accept: (own: readonly Listener[]) => void }> {
    const server = net.createServer({ noDelay: true })
    let own: readonly Listener[] = []
    server.on('connection', (socket) => this.#accept(socket, own))
    server.listen({ host: at.address, port: at.port, ipv6Only: at.family === 6, exclusive: true, reusePort: at.reusePort, backlog: 1024 })
    await once(server, 'listening')
    // Out of descriptors or memory: no reason to give up the connections that there are.
    server.on('error', (error) => this.#dependencies.observer.notAccepted(error))
    this.#servers.push(server)
    const bound = server.address()
    const port = bound !== null && typeof bound === 'object' ? bound.port : at.port
    return { port, accept: (listeners) => void (own = listeners) }
  }

  /** A new connection to `remote`; messages queue on it until it stands. Null when there are too many. */
  connect(listener: Listener, remote: PackedEndpoint): Connection | null {
    if (this.#dependencies.connections.full) return null
    let connection: Connection | null = null
    const socket = net.connect({
      onread: {
        buffer: readBuffer,
        callback: (length, buffer) => {
          connection?.receive(buffer.subarray(0, length))
          return true
        },
      },
      host: remote.address,
      port: remote.port,
      ...(listener.wildcard ? {} : { localAddress: listener.address }),
      // The address is literal: nothing to look up.
      lookup: (_host, _options, done) => done(null, remote.address, remote.family),
    })
    connection = this.#enter(socket, listener, remote)
    return connection
  }

  /** Closes the listening sockets, then the connections as soon as their queues are written; after `patience` ms at the latest. */
  async close(patience: number): Promise<void> {
    const connections = this.#dependencies.connections.all()
    const servers = this.#servers.splice(0)
    const ends = servers.map((server) => new Promise<void>((done) => void server.close(() => done())))
    for (const connection of connections) connection.close()
    const late = setTimeout(() => {
      for (const connection of connections) connection.destroy()
    }, patience)
    await Promise.all([...ends, ...connections.map((connection) => connection.ended)])
    clearTimeout(late)
  }

  #accept(socket: Socket, own: readonly Listener[]): void {
    const { connections, endpoints, listeners, observer } = this.#dependencies
    const remote = endpoints.of(socket.remoteAddress ?? '', socket.remotePort ?? 0)
    const packed = remote === null ? null : endpoints.packed(remote)
    const listener =
      packed === null ? null : (own.find((one) => one.address === socket.localAddress) ?? listeners.choose(TransportCode.TCP, packed, own))
    if (packed === null || listener === null || connections.full) {
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    const connection = this.#enter(socket, listener, packed)
    socket.on('data', (chunk: Uint8Array) => connection.receive(chunk))
    observer.connectionOpened(connection.source, true)
  }

  #enter(socket: Socket, listener: Listener, remote: PackedEndpoint): Connection {
    const { user, observer, turn, limits, connections } = this.#dependencies
    const source = { transport: TransportCode.TCP, listener, remote, connection: connections.nextId() }
    const closed = (connection: Connection): void => connections.remove(connection)
    const connection = new Connection(source, remote, socket, { user, observer, turn, limits, closed })
    connections.add(connection)
    return connection
  }
}
