import type { Connection } from './connection.ts'
import type { PackedEndpoint } from './endpoint.ts'
import type { OtherStreams } from './other-streams.ts'
import type { Destination } from './transport.ts'

/** The open connections, by number and by the remote address that they may be reused for (RFC 3261 18.1.1). */
export class ConnectionTable {
  readonly #byId = new Map<number, Connection>()
  readonly #byRemote = new Map<string, Connection>()
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
    const key = keyOf(connection.source.transport, connection.remote)
    if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key)
  }

  all(): readonly Connection[] {
    return [...this.#byId.values()]
  }
}

function keyOf(transport: number, remote: PackedEndpoint): string {
  return `${transport} ${remote.text}`
}
