import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Dispatcher } from './dispatcher.ts'
import { RpcConnection } from './rpc-connection.ts'
import type { Subscriber } from './subscriptions.ts'

/** sun_path of unix(7) without its final NUL. */
const MOST_PATH_BYTES = 107

export interface UnixServerUse {
  readonly dispatcher: Dispatcher
  /** The connection has ended. */
  readonly onClosed: (subscriber: Subscriber) => void
  /** The system gave an error instead of a connection. */
  readonly notAccepted: (error: Error) => void
}

/** The control socket could not be opened; the message says why and what to do. */
export class ControlSocketError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ControlSocketError'
  }
}

/** Newline-delimited JSON-RPC 2.0 on a unix socket that only its owner may use (mode 0600). */
export class UnixServer {
  readonly #server: Server
  readonly #use: UnixServerUse
  readonly #connections = new Set<RpcConnection>()
  readonly #path: string

  constructor(path: string, use: UnixServerUse) {
    this.#path = path
    this.#use = use
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** Rejects with ControlSocketError. A socket file that nobody listens on is a leftover and is replaced. */
  async listen(): Promise<void> {
    const path = this.#path
    const bytes = Buffer.byteLength(path)
    if (bytes > MOST_PATH_BYTES)
      throw new ControlSocketError(
        `The path of the control socket ${path} has ${bytes} bytes, the system takes ${MOST_PATH_BYTES}: choose a shorter --data-dir`,
      )
    await removeLeftover(path)
    await bind(this.#server, path)
    this.#server.on('error', this.#use.notAccepted)
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close()
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()))
  }

  #accept(socket: Socket): void {
    const { dispatcher, onClosed } = this.#use
    const connection = new RpcConnection(socket, dispatcher)
    this.#connections.add(connection)
    socket.once('close', () => {
      this.#connections.delete(connection)
      onClosed(connection)
    })
  }
}

async function removeLeftover(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found === null) return
  if (!found.isSocket()) throw new ControlSocketError(`${path} is in the way and is no socket: move it, or choose another --data-dir`)
  if (await answers(path)) throw new ControlSocketError(`Another engine serves ${path}: stop it, or choose another --data-dir`)
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT')
      throw new ControlSocketError(`The leftover ${path} cannot be removed (${error.code}): remove it, or choose another --data-dir`)
  })
}

/** Only a refused connection proves that nobody listens. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'))
  })
}

async function bind(server: Server, path: string): Promise<void> {
  // The file is made inside listen(): with this mask it is never open to others, not even for a moment.
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, () => {
        server.off('error', reject)
        resolve()
      })
      process.umask(mask)
    })
  } catch (error) {
    throw new ControlSocketError(
      `The control socket ${path} cannot be opened (${(error as NodeJS.ErrnoException).code}): check that the data directory exists and is yours`,
    )
  } finally {
    process.umask(mask)
  }
  await chmod(path, 0o600)
}
