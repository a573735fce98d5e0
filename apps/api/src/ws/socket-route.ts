import { apiPaths, SOCKET_PROTOCOL } from '@signalbox/contract'
import type { WebsocketPluginOptions } from '@fastify/websocket'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import { Heartbeat } from './heartbeat.ts'
import { SocketSession } from './socket-session.ts'
import type { Hub } from '../hub/hub.ts'
import type { Timers } from '../timers.ts'
import { VERSION } from '../version.ts'

const CLIENT_MESSAGE_BYTES = 4096
const HEARTBEAT_MS = 30_000
/** RFC 6455 7.4.1: the server goes away. */
const GOING_AWAY = 1001
const CLOSE_GRACE_MS = 1000

export interface SocketRouteOptions {
  readonly hub: Hub
  readonly timers: Timers
  /** State and name of the engine at this moment. */
  readonly engine: () => { readonly up: boolean; readonly node: string }
}

/** The parts of a `ws` socket that are used here. */
interface ClosableSocket {
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'close', listener: () => void): void
}

interface ServerSocket {
  readonly bufferedAmount: number
  send(bytes: Uint8Array, options: { readonly binary: boolean }, flushed: () => void): void
  ping(): void
  terminate(): void
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void
  on(event: 'close' | 'pong', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
}

/**
 * For @fastify/websocket, which must be registered before any hook that refuses: it ends the connections of refused
 * handshakes, which nobody else does.
 */
export function websocketOptions(timers: Timers): WebsocketPluginOptions {
  return {
    options: {
      maxPayload: CLIENT_MESSAGE_BYTES,
      handleProtocols: (offered: Set<string>) => (offered.has(SOCKET_PROTOCOL) ? SOCKET_PROTOCOL : false),
    },
    preClose(this: FastifyInstance, done: () => void) {
      closeAll([...(this.websocketServer.clients as Set<ClosableSocket>)], timers)
      done()
    },
  }
}

/** Asks politely, but a browser that does not answer may not hold up the end of the process. */
function closeAll(sockets: readonly ClosableSocket[], timers: Timers): void {
  let open = sockets.length
  if (open === 0) return
  const cancel = timers.after(CLOSE_GRACE_MS, () => {
    for (const socket of sockets) socket.terminate()
  })
  for (const socket of sockets) {
    socket.on('close', () => {
      open--
      if (open === 0) cancel()
    })
    socket.close(GOING_AWAY, 'API stops')
  }
}

/** GET /ws: topics for browsers, protocol of the contract's socket-messages. */
export function socketRoute(options: SocketRouteOptions): FastifyPluginAsync {
  return async (app) => {
    app.get(apiPaths.socket, { websocket: true }, (socket: ServerSocket) => {
      serve(socket, options)
    })
  }
}

function serve(socket: ServerSocket, { hub, timers, engine }: SocketRouteOptions): void {
  const outbox = hub.open({
    get bufferedAmount() {
      return socket.bufferedAmount
    },
    send(bytes, flushed) {
      socket.send(bytes, { binary: false }, flushed)
    },
    terminate() {
      socket.terminate()
    },
  })
  const session = new SocketSession(hub, outbox)
  const heartbeat = new Heartbeat(socket, timers, HEARTBEAT_MS)
  const { up, node } = engine()
  outbox.notify({ op: 'hello', server: { version: VERSION, node }, engine: up ? 'up' : 'down' })
  socket.on('message', (data) => {
    heartbeat.alive()
    session.receive(data.toString('utf8'))
  })
  socket.on('pong', () => {
    heartbeat.alive()
  })
  // 'close' follows every error; a listener keeps the error from ending the process.
  socket.on('error', () => undefined)
  socket.on('close', () => {
    heartbeat.stop()
    session.close()
  })
}
