import { serverPath } from '../path-builder.ts'
import type { SocketLike } from './live.ts'

/** The two ways to the server. The fake engine is another implementation of it. */
export interface Backend {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  readonly open: (protocols: readonly string[]) => SocketLike
}

export const browserBackend: Backend = {
  fetch: (path, init) => fetch(path, init),
  open: (protocols) => adapt(new WebSocket(serverPath.live(location.origin), [...protocols])),
}

function adapt(socket: WebSocket): SocketLike {
  const like: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  }
  socket.onopen = () => like.onopen?.()
  socket.onmessage = (event) => like.onmessage?.(event)
  socket.onclose = () => like.onclose?.()
  return like
}
