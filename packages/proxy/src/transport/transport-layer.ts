import { TransportCode } from '@signalbox/sip'
import type { ConnectionLimits } from './connection.ts'
import { ConnectionTable } from './connection-table.ts'
import type { OpenDatagramPort } from './datagram-port.ts'
import { RECEIVE_BUFFER } from './datagram-port.ts'
import type { Endpoint, EndpointTable, PackedEndpoint } from './endpoint.ts'
import { formatListen, listenAddress, ListenError } from './listen-spec.ts'
import type { ListenAddress, ListenSpec } from './listen-spec.ts'
import { ListenerTable } from './listener-table.ts'
import { localAddresses } from './local-address.ts'
import type { LocalAddress } from './local-address.ts'
import type { OtherStreams } from './other-streams.ts'
import { replyPort } from './reply-port.ts'
import { Tcp } from './tcp.ts'
import type { TransportObserver } from './transport-observer.ts'
import type { Destination, Listener, Transport, TransportUser } from './transport.ts'
import type { Turn } from './turn.ts'
import { Udp } from './udp.ts'

export interface TransportSettings extends ConnectionLimits {
  readonly listen: readonly ListenSpec[]
  /** Connections in all, both directions. */
  readonly connections: number
  /** Several SIP threads share the listening ports. */
  readonly reusePort: boolean
  /** For their UDP sockets, see DatagramPortOptions. */
  readonly steering: ArrayBuffer | null
  /** Requested kernel receive buffer of a UDP socket, in bytes. */
  readonly receiveBuffer: number
  /** Milliseconds, see DatagramPortOptions. */
  readonly receiveWindow: number
}

export const defaultTransportSettings: Omit<TransportSettings, 'listen'> = {
  connectTimeout: 10_000,
  lifetime: 120_000,
  closeTimeout: 10_000,
  queueBytes: 1024 * 1024,
  connections: 4096,
  reusePort: false,
  steering: null,
  receiveBuffer: RECEIVE_BUFFER,
  receiveWindow: 0,
}

export interface TransportDependencies {
  readonly user: TransportUser
  readonly observer: TransportObserver
  readonly endpoints: EndpointTable
  readonly turn: Turn
  readonly openDatagramPort: OpenDatagramPort
  readonly local?: readonly LocalAddress[]
  /** Streams of the other SIP threads, if there are any. */
  readonly others?: OtherStreams | null
}

/** How long open connections may take to write what is queued when the layer closes, in ms. */
const CLOSE_PATIENCE = 500

/** All sockets of a SIP thread behind the one interface that the engine sees. */
export class TransportLayer implements Transport {
  readonly #settings: TransportSettings
  readonly #dependencies: TransportDependencies
  readonly #listeners: ListenerTable
  readonly #connections: ConnectionTable
  readonly #tcp: Tcp
  readonly #udp: Udp[] = []
  /** By Listener.index; null for stream listeners. */
  readonly #udpOf: (Udp | null)[] = []
  readonly #opened: string[] = []

  private constructor(settings: TransportSettings, dependencies: TransportDependencies) {
    this.#settings = settings
    this.#dependencies = dependencies
    this.#listeners = new ListenerTable(dependencies.local ?? localAddresses())
    this.#connections = new ConnectionTable(settings.connections, dependencies.others)
    const { user, observer, endpoints, turn } = dependencies
    this.#tcp = new Tcp({ user, observer, endpoints, turn, limits: settings, listeners: this.#listeners, connections: this.#connections })
  }

  /** Opens every listener or none; throws a ListenError. */
  static async open(settings: TransportSettings, dependencies: TransportDependencies): Promise<TransportLayer> {
    const layer = new TransportLayer(settings, dependencies)
    for (const spec of settings.listen) {
      try {
        await layer.#open(spec)
      } catch (error) {
        await layer.close()
        throw new ListenError(spec, error as NodeJS.ErrnoException)
      }
    }
    return layer
  }

  /** `udp:127.0.0.1:5060` and so on in the order of the settings, with the ports really bound. */
  get opened(): readonly string[] {
    return this.#opened
  }

  get listeners(): readonly Listener[] {
    return this.#listeners.listeners
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  /** Connections that may be open at once. */
  get mostConnections(): number {
    return this.#connections.most
  }

  /** Bytes on all connections that their peers have not taken yet. */
  get queuedBytes(): number {
    return this.#connections.all().reduce((sum, connection) => sum + connection.queuedBytes, 0)
  }

  send(to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    const udp = this.#udpOf[to.listener.index]
    if (udp !== null && udp !== undefined) return udp.send(to, bytes, start, end)
    const { others } = this.#dependencies
    if (others != null) {
      const remote = this.#dependencies.endpoints.packed(to.remote)
      const holder = remote === null ? -1 : this.#connections.holderOf(to, remote)
      if (holder >= 0) return others.send(holder, to, bytes.subarray(start, end))
    }
    return this.sendHere(to, bytes, start, end)
  }

  /** Over a stream of this thread, whatever streams others have. */
  sendHere(to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    const connection = this.#connections.get(to.connection) ?? this.#connectionFor(to, bytes, start, end)
    return connection !== null && connection.send(to, bytes, start, end)
  }

  listenerFor(transport: number, remote: Endpoint): Listener | null {
    const packed = this.#dependencies.endpoints.packed(remote)
    return packed === null ? null : this.#listeners.choose(transport, packed)
  }

  isOwnAddress(host: string, port: number): boolean {
    return this.#listeners.isOwn(host, port)
  }

  /** A further name of this proxy; port 0: any. */
  addAlias(host: string, port: number): void {
    this.#listeners.addAlias(host, port)
  }

  async close(): Promise<void> {
    await Promise.all([this.#tcp.close(CLOSE_PATIENCE), ...this.#udp.map((udp) => udp.close())])
  }

  /** The connection that `to` named is gone, or it named none. */
  #connectionFor(to: Destination, bytes: Uint8Array, start: number, end: number) {
    let remote: PackedEndpoint | null = this.#dependencies.endpoints.packed(to.remote)
    if (to.connection !== 0 && remote !== null) {
      const port = replyPort(bytes, start, end, to.transport)
      const sentBy = port === 0 ? null : this.#dependencies.endpoints.of(remote.address, port)
      remote = sentBy === null ? null : this.#dependencies.endpoints.packed(sentBy)
    }
    if (remote === null || !remote.sendable || to.transport !== TransportCode.TCP) return null
    return this.#connections.find(to.transport, remote) ?? this.#tcp.connect(to.listener, remote)
  }

  async #open(spec: ListenSpec): Promise<void> {
    const at = await listenAddress(spec)
    const port = spec.transport === 'udp' ? await this.#openUdp(spec, at) : await this.#openTcp(spec, at)
    this.#opened.push(formatListen({ transport: spec.transport, host: at.address, port }))
  }

  async #openUdp(spec: ListenSpec, at: ListenAddress): Promise<number> {
    const { reusePort, steering, receiveBuffer, receiveWindow } = this.#settings
    const { user, observer, endpoints, turn, openDatagramPort } = this.#dependencies
    const udp = new Udp({ user, observer, endpoints, listeners: this.#listeners })
    const options = { address: at.address, family: at.family, port: spec.port, reusePort, steering, receiveBuffer, receiveWindow }
    const port = await openDatagramPort(options, { consumer: udp, endpoints, turn })
    const own = this.#enter(TransportCode.UDP, spec, at, port.port)
    for (const listener of own) this.#udpOf[listener.index] = udp
    udp.attach(port, own)
    this.#udp.push(udp)
    return port.port
  }

  async #openTcp(spec: ListenSpec, at: ListenAddress): Promise<number> {
    const { port, accept } = await this.#tcp.listen({ ...at, port: spec.port, reusePort: this.#settings.reusePort })
    const own = this.#enter(TransportCode.TCP, spec, at, port)
    for (const listener of own) this.#udpOf[listener.index] = null
    accept(own)
    return port
  }

  #enter(transport: number, spec: ListenSpec, at: ListenAddress, port: number): readonly Listener[] {
    return this.#listeners.add({ transport, ...at, port, advertise: spec.advertise ?? '' })
  }
}
