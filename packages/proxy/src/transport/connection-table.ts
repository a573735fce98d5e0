import type { Connection } from './connection.ts'
import type { PackedEndpoint } from './endpoint.ts'

/** The open connections, by number and by the remote address that they may be reused for (RFC 3261 18.1.1, RFC 5923). */
export class ConnectionTable {
  readonly #byId = new Map<number, Connection>()
  readonly #byRemote = new Map<string, Connection>()
  /** Remote addresses beside its own under which a connection is found. */
  readonly #aliases = new Map<number, string[]>()
  readonly most: number
  #lastId = 0

  constructor(most: number) {
    this.most = most
  }

  get size(): number {
    return this.#byId.size
  }

  get full(): boolean {
    return this.#byId.size >= this.most
  }

  /** A number for a new connection; never given twice, so that a late reply cannot reach a stranger. */
  nextId(): number {
    return ++this.#lastId
  }

  add(connection: Connection): void {
    this.#byId.set(connection.id, connection)
    this.#byRemote.set(keyOf(connection.source.transport, connection.remote), connection)
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
    this.#byId.delete(connection.id)
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
