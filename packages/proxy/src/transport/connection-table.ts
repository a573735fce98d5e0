import type { Connection } from './connection.ts'
import type { PackedEndpoint } from './endpoint.ts'
import type { OtherStreams } from './other-streams.ts'
import type { Destination } from './transport.ts'

/** The open connections, by number and by the remote address that they may be reused for (RFC 3261 18.1.1, RFC 5923). */
export class ConnectionTable {
  readonly #byId = new Map<number, Connection>()
  readonly #byRemote = new Map<string, Connection>()
  /** Remote addresses beside its own under which a connection is found. */
  readonly #aliases = new Map<number, string[]>()
  readonly most: number
  readonly #others: OtherStreams | null
  #lastId = 0

  /** `most` connections in all threads. */
  constructor(most: number, others: OtherStreams | null = null) {
    this.most = most
    this.#others = others
  }

  get size(): number {
    return this.#byId.size
  }

  get full(): boolean {
    return this.#byId.size + (this.#others?.count ?? 0) >= this.most
  }

  /** A number for a new connection; never given twice, so that a late reply cannot reach a stranger. */
  nextId(): number {
    this.#lastId++
    return this.#others === null ? this.#lastId : this.#lastId * this.#others.workers + this.#others.worker
  }

  add(connection: Connection): void {
    this.#byId.set(connection.id, connection)
    this.#byRemote.set(keyOf(connection.source.transport, connection.remote), connection)
    this.#others?.opened(connection.source.transport, connection.remote)
  }

  /** The other thread that has the connection which `to` names, or one to its remote address that this thread lacks; -1 none. */
  holderOf(to: Destination, remote: PackedEndpoint): number {
    if (this.#others === null) return -1
    const { worker, workers } = this.#others
    if (to.connection !== 0) return to.connection % workers === worker ? -1 : to.connection % workers
    return this.find(to.transport, remote) === undefined ? this.#others.holderOf(to.transport, remote) : -1
  }

  /** Lets requests to `remote` use this connection too (RFC 5923 4: the peer asked for it by `alias`). */
  alias(id: number, remote: PackedEndpoint): boolean {
    const connection = this.#byId.get(id)
    if (connection === undefined) return false
    const key = keyOf(connection.source.transport, remote)
    const holder = this.#byRemote.get(key)
    if (holder !== undefined && holder.usable) return holder === connection
    this.#byRemote.set(key, connection)
    this.#aliases.set(id, [...(this.#aliases.get(id) ?? []), key])
    return true
  }

  get(id: number): Connection | undefined {
    const connection = this.#byId.get(id)
    return connection?.usable === true ? connection : undefined
  }

  find(transport: number, remote: PackedEndpoint): Connection | undefined {
    const connection = this.#byRemote.get(keyOf(transport, remote))
    return connection?.usable === true ? connection : undefined
  }

  remove(connection: Connection): void {
    if (this.#byId.delete(connection.id)) this.#others?.closed(connection.source.transport, connection.remote)
    const keys = [keyOf(connection.source.transport, connection.remote), ...(this.#aliases.get(connection.id) ?? [])]
    for (const key of keys) if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key)
    this.#aliases.delete(connection.id)
  }

  all(): readonly Connection[] {
    return [...this.#byId.values()]
  }
}

function keyOf(transport: number, remote: PackedEndpoint): string {
  return `${transport} ${remote.text}`
}
