import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

import { Inbox } from './inbox.ts'
import { readRaw } from './raw-message.ts'

/** One UDP or TCP address that sends and receives text as it is. */
export interface RawPort {
  readonly transport: 'UDP' | 'TCP'
  readonly host: string
  readonly port: number
  readonly inbox: Inbox
  readonly send: (data: string | Uint8Array, host: string, port: number) => Promise<void>
  readonly close: () => Promise<void>
}

/** 127.0.0.1 stays, ::1 becomes [::1]. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function bytesOf(data: string | Uint8Array): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : data
}

export async function openUdp(host = '127.0.0.1', port = 0): Promise<RawPort> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 4_000_000 })
  socket.bind(port, host)
  await once(socket, 'listening')
  const address = socket.address()
  const inbox = new Inbox(`UDP ${host}:${address.port}`)
  socket.on('message', (bytes, remote) => {
    const text = bytes.toString('latin1')
    if (text.trim() === '') return
    inbox.put({
      message: readRaw(text),
      remoteHost: remote.address,
      remotePort: remote.port,
      at: performance.now(),
      answer: (reply) => socket.send(bytesOf(reply), remote.port, remote.address),
    })
  })
  return {
    transport: 'UDP',
    host,
    port: address.port,
    inbox,
    send: (data, toHost, toPort) =>
      new Promise((resolve, reject) => {
        socket.send(bytesOf(data), toPort, toHost, (error) => (error === null ? resolve() : reject(error)))
      }),
    close: () => new Promise((resolve) => void socket.close(() => resolve())),
  }
}

/** Cuts a TCP stream into messages by Content-Length and puts them into the inbox. */
function readStream(socket: Socket, inbox: Inbox): void {
  let rest = ''
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    rest += chunk.toString('latin1')
    for (;;) {
      rest = rest.replace(/^(\r\n)+/, '')
      const gap = rest.indexOf('\r\n\r\n')
      if (gap === -1) return
      const length = Number(/\r\n(?:content-length|l)\s*:\s*(\d+)/i.exec(rest.slice(0, gap))?.[1] ?? 0)
      const end = gap + 4 + length
      if (rest.length < end) return
      inbox.put({
        message: readRaw(rest.slice(0, end)),
        remoteHost: socket.remoteAddress ?? '',
        remotePort: socket.remotePort ?? 0,
        at: performance.now(),
        answer: (reply) => void socket.write(bytesOf(reply)),
      })
      rest = rest.slice(end)
    }
  })
}

/** A TCP user agent: accepts connections on its port, and keeps one outgoing connection per destination. */
export async function openTcp(host = '127.0.0.1', port = 0): Promise<RawPort> {
  const sockets = new Set<Socket>()
  const outgoing = new Map<string, Socket>()
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  // A listening TCP server has an AddressInfo, never a pipe name.
  const bound = (server.address() as AddressInfo).port
  const inbox = new Inbox(`TCP ${host}:${bound}`)
  const adopt = (socket: Socket): void => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    readStream(socket, inbox)
  }
  server.on('connection', adopt)
  const connectionTo = async (toHost: string, toPort: number): Promise<Socket> => {
    const key = `${toHost} ${toPort}`
    const open = outgoing.get(key)
    if (open !== undefined && !open.destroyed) return open
    const socket = connect(toPort, toHost)
    adopt(socket)
    outgoing.set(key, socket)
    await once(socket, 'connect')
    return socket
  }
  return {
    transport: 'TCP',
    host,
    port: bound,
    inbox,
    send: async (data, toHost, toPort) => {
      const socket = await connectionTo(toHost, toPort)
      socket.write(bytesOf(data))
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
