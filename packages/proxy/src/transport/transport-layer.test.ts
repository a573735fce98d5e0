import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TransportCode } from '@signalbox/sip'
import { choosePort } from './choose-port.ts'
import { EndpointTable } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { defaultTransportSettings, TransportLayer } from './transport-layer.ts'
import type { TransportSettings } from './transport-layer.ts'
import { silentObserver } from './transport-observer.ts'
import type { Destination, Source } from './transport.ts'
import { Turn } from './turn.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** A queue that can be waited for. */
class Inbox<T> {
  readonly #items: T[] = []
  #waiting: ((item: T) => void) | null = null

  push(item: T): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting === null) this.#items.push(item)
    else waiting(item)
  }

  get size(): number {
    return this.#items.length
  }

  next(): Promise<T> {
    const item = this.#items.shift()
    return item === undefined ? new Promise((done) => (this.#waiting = done)) : Promise.resolve(item)
  }
}

interface Received {
  readonly text: string
  readonly source: Source
}

interface Failed {
  readonly text: string
  readonly to: Destination
}

async function rigOf(listen: readonly string[], settings: Partial<TransportSettings> = {}) {
  const received = new Inbox<Received>()
  const failed = new Inbox<Failed>()
  const closed = new Inbox<number>()
  const keepalives = new Inbox<number>()
  const notAccepted = new Inbox<string>()
  const endpoints = new EndpointTable()
  const user = {
    receive: (bytes: Uint8Array, start: number, end: number, source: Source) =>
      received.push({ text: decoder.decode(bytes.subarray(start, end)), source }),
    sendFailed: (to: Destination, bytes: Uint8Array, start: number, end: number) =>
      failed.push({ text: decoder.decode(bytes.subarray(start, end)), to }),
  }
  const specs = listen.map((text) => {
    const [transport, host] = text.split(' ')
    return { transport: transport === 'udp' ? ('udp' as const) : ('tcp' as const), host, port: 0 }
  })
  const layer = await TransportLayer.open(
    { ...defaultTransportSettings, listen: specs, ...settings },
    {
      user,
      endpoints,
      turn: new Turn(),
      openDatagramPort: choosePort('dgram').open,
      observer: {
        ...silentObserver,
        keepalive: (transport) => keepalives.push(transport),
        notAccepted: (error) => notAccepted.push(error.message),
        connectionClosed: ({ connection }) => closed.push(connection),
      },
    },
  )
  closing.push(() => layer.close())
  const endpoint = (address: string, port: number): Endpoint => endpoints.of(address, port) as Endpoint
  const send = (to: Destination, text: string): boolean => {
    const bytes = encoder.encode(text)
    return layer.send(to, bytes, 0, bytes.length)
  }
  const towards = (transport: number, address: string, port: number): Destination => {
    const remote = endpoint(address, port)
    const listener = layer.listenerFor(transport, remote)
    if (listener === null) throw new Error('no listener')
    return { transport, listener, remote, connection: 0 }
  }
  return { layer, received, failed, closed, keepalives, notAccepted, endpoint, send, towards }
}

async function udpPeer(address: string): Promise<{ readonly socket: dgram.Socket; readonly port: number; readonly inbox: Inbox<string> }> {
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const inbox = new Inbox<string>()
  socket.on('message', (bytes) => inbox.push(decoder.decode(bytes)))
  socket.bind(0, address)
  await once(socket, 'listening')
  closing.push(() => socket.close())
  return { socket, port: socket.address().port, inbox }
}

/** A TCP server that hands out its connections. */
async function tcpPeer(
  address: string,
): Promise<{ readonly server: net.Server; readonly port: number; readonly connections: Inbox<net.Socket> }> {
  const connections = new Inbox<net.Socket>()
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined)
    closing.push(() => socket.destroy())
    connections.push(socket)
  })
  server.listen(0, address)
  await once(server, 'listening')
  closing.push(() => server.close())
  return { server, port: (server.address() as net.AddressInfo).port, connections }
}

async function client(address: string, port: number): Promise<net.Socket> {
  const socket = net.connect({ host: address, port, noDelay: true })
  socket.on('error', () => undefined)
  closing.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** The port of a thread that listens and then never accepts, because it sleeps. */
async function deafServer(): Promise<number> {
  const awake = new Int32Array(new SharedArrayBuffer(4))
  const code = `const { parentPort, workerData } = require('node:worker_threads')
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => { Atomics.wait(workerData, 0, 0); server.close(); process.exit() })
    })`
  const worker = new Worker(code, { eval: true, workerData: awake })
  const [port] = (await once(worker, 'message')) as [number]
  closing.push(async () => {
    const ended = once(worker, 'exit')
    Atomics.store(awake, 0, 1)
    Atomics.notify(awake, 0)
    await ended
  })
  return port
}

/** Reads until `length` octets are there. */
function read(socket: net.Socket, length: number): Promise<string> {
  return new Promise((done, fail) => {
    let text = ''
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (text.length >= length) done(text)
    })
    socket.once('close', () => fail(new Error(`closed after ${text.length} octets`)))
  })
}

function request(callId: string, body = ''): string {
  return (
    `OPTIONS sip:proxy SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bK${callId}\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n` +
    `To: <sip:proxy>\r\nCall-ID: ${callId}\r\nCSeq: 1 OPTIONS\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

function response(sentBy: string): string {
  return (
    `SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP ${sentBy};branch=z9hG4bKr\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:proxy>;tag=2\r\nCall-ID: r\r\n` +
    'CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
  )
}

describe.each([
  [4, '127.0.0.1'],
  [6, '::1'],
] as const)('transport layer over UDP IPv%d', (family, address) => {
  it('receives with the source address and sends back to it, RFC 3581 4', async () => {
    const { layer, received, send } = await rigOf([`udp ${address}`])
    const peer = await udpPeer(address)
    peer.socket.send(request('a'), layer.listeners[0].port, address)
    const { text, source } = await received.next()
    expect(text).toBe(request('a'))
    expect(source).toMatchObject({ transport: TransportCode.UDP, connection: 0, remote: { address, port: peer.port, family } })
    expect(source.listener).toBe(layer.listeners[0])
    expect(send(source, 'reply')).toBe(true)
    expect(await peer.inbox.next()).toBe('reply')
  })

  it('drops keepalives and STUN below the message layer, RFC 5626 4.4', async () => {
    const { layer, received, keepalives } = await rigOf([`udp ${address}`])
    const peer = await udpPeer(address)
    const port = layer.listeners[0].port
    const stun = new Uint8Array(20)
    stun.set([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42])
    for (const bytes of ['\r\n\r\n', '\0\0\0\0', '\0', '', stun]) peer.socket.send(bytes, port, address)
    peer.socket.send(`\r\n${request('b')}`, port, address)
    expect((await received.next()).text).toBe(request('b'))
    expect(keepalives.size).toBe(5)
  })
})

describe('transport layer over TCP', () => {
  it.each(['127.0.0.1', '::1'])('frames a stream and replies on its connection, RFC 3261 18.2.2 (%s)', async (address) => {
    const { layer, received, send } = await rigOf([`tcp ${address}`])
    const socket = await client(address, layer.listeners[0].port)
    const both = request('a', 'body') + request('b')
    socket.write(both.slice(0, 300))
    socket.write(both.slice(300))
    const first = await received.next()
    const second = await received.next()
    expect([first.text, second.text]).toEqual([request('a', 'body'), request('b')])
    expect(first.source).toBe(second.source)
    expect(first.source.connection).toBeGreaterThan(0)
    send(first.source, 'one ')
    send(second.source, 'two')
    expect(await read(socket, 7)).toBe('one two')
  })

  it('answers CRLFCRLF with CRLF, RFC 5626 4.4.1', async () => {
    const { layer, keepalives } = await rigOf(['tcp 127.0.0.1'])
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.write('\r\n\r\n')
    expect(await read(socket, 2)).toBe('\r\n')
    expect(await keepalives.next()).toBe(TransportCode.TCP)
  })

  it('opens one connection for several messages and receives on it', async () => {
    const { layer, received, towards, send } = await rigOf(['tcp 127.0.0.1'])
    const peer = await tcpPeer('127.0.0.1')
    const to = towards(TransportCode.TCP, '127.0.0.1', peer.port)
    expect(send(to, request('a'))).toBe(true)
    expect(send(to, request('b'))).toBe(true)
    const socket = await peer.connections.next()
    expect(await read(socket, 2 * request('a').length)).toBe(request('a') + request('b'))
    socket.write(response('127.0.0.1:5060'))
    const { source } = await received.next()
    expect(source.remote).toBe(to.remote)
    send(to, request('c'))
    expect(await read(socket, request('c').length)).toBe(request('c'))
    expect(layer.connectionCount).toBe(1)
  })

  it('writes a turn of many messages whole and in order, larger than a batch, too', async () => {
    const { towards, send } = await rigOf(['tcp 127.0.0.1'])
    const peer = await tcpPeer('127.0.0.1')
    const to = towards(TransportCode.TCP, '127.0.0.1', peer.port)
    const texts = Array.from({ length: 100 }, (_, i) => request(`${i}`, 'b'.repeat(i === 50 ? 60_000 : i * 7)))
    const socket = await (send(to, request('first')), peer.connections.next())
    await read(socket, request('first').length)
    for (const text of texts) expect(send(to, text)).toBe(true)
    expect(await read(socket, texts.join('').length)).toBe(texts.join(''))
  })

  it('notices that the peer ends a connection that was made to it', async () => {
    const { layer, towards, send, closed } = await rigOf(['tcp 127.0.0.1'])
    const peer = await tcpPeer('127.0.0.1')
    send(towards(TransportCode.TCP, '127.0.0.1', peer.port), request('a'))
    const socket = await peer.connections.next()
    await read(socket, request('a').length)
    socket.end()
    await closed.next()
    expect(layer.connectionCount).toBe(0)
  })

  it('reuses a connection of the peer by the address it came from', async () => {
    const { layer, received, towards, send } = await rigOf(['tcp 127.0.0.1'])
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.write(request('a'))
    const { source } = await received.next()
    send(towards(TransportCode.TCP, '127.0.0.1', source.remote.port), 'own ')
    expect(await read(socket, 4)).toBe('own ')
  })

  it('gives the messages back that wait for a connection that cannot be made', async () => {
    const { towards, send, failed, closed } = await rigOf(['tcp 127.0.0.1'])
    const peer = await tcpPeer('127.0.0.1')
    peer.server.close()
    await once(peer.server, 'close')
    const to = towards(TransportCode.TCP, '127.0.0.1', peer.port)
    expect(send(to, request('a'))).toBe(true)
    expect(send(to, request('b'))).toBe(true)
    expect(await failed.next()).toEqual({ text: request('a'), to })
    expect(await failed.next()).toEqual({ text: request('b'), to })
    expect(await closed.next()).toBe(1)
  })

  it('MUST send a reply to the sent-by port of the Via when its connection is gone, RFC 3261 18.2.2', async () => {
    const { layer, received, send, closed } = await rigOf(['tcp 127.0.0.1'])
    const peer = await tcpPeer('127.0.0.1')
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.write(request('a'))
    const { source } = await received.next()
    socket.destroy()
    expect(await closed.next()).toBe(source.connection)
    const reply = response(`pc33.example.com:${peer.port}`)
    expect(send(source, reply)).toBe(true)
    expect(await read(await peer.connections.next(), reply.length)).toBe(reply)
  })

  it('does not open a connection for a request that is bound to one that is gone', async () => {
    const { layer, received, send, closed } = await rigOf(['tcp 127.0.0.1'])
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.write(request('a'))
    const { source } = await received.next()
    socket.destroy()
    await closed.next()
    expect(send(source, request('b'))).toBe(false)
    expect(layer.connectionCount).toBe(0)
  })

  it('hands up the header part of a message without Content-Length, then closes, RFC 3261 18.3', async () => {
    const { layer, received, send, closed } = await rigOf(['tcp 127.0.0.1'])
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    const broken = request('a').replace('Content-Length: 0\r\n', '')
    const ended = once(socket, 'end')
    void received.next().then(({ source }) => send(source, '400'))
    socket.write(broken + request('b'))
    socket.resume()
    await ended
    await closed.next()
    expect(received.size).toBe(0)
    expect(layer.connectionCount).toBe(0)
  })

  it('closes a connection whose peer does not read, and gives back what it did not take', async () => {
    const { layer, received, send, failed, closed } = await rigOf(['tcp 127.0.0.1'], { queueBytes: 200_000 })
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.pause()
    socket.write(request('a'))
    const { source } = await received.next()
    const large = request('b', 'x'.repeat(60_000))
    for (let sent = true; sent;) {
      sent = send(source, large)
      await new Promise((done) => setImmediate(done))
    }
    expect(await closed.next()).toBe(source.connection)
    expect((await failed.next()).text).toBe(large)
  })

  it('closes an idle connection after its lifetime', async () => {
    const { layer, closed } = await rigOf(['tcp 127.0.0.1'], { lifetime: 20 })
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.resume()
    await once(socket, 'end')
    expect(await closed.next()).toBe(1)
  })

  it.each(['is idle', 'sends on'])('destroys a connection that it closes and whose peer does not read but %s', async (peer) => {
    const { layer, received, send, failed, closed } = await rigOf(['tcp 127.0.0.1'], { lifetime: 100, closeTimeout: 40 })
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.pause()
    socket.write(request('a'))
    const { source } = await received.next()
    const large = request('b', 'x'.repeat(60_000))
    // More than the buffers of both kernels take; what is over stays in the queue of the connection.
    for (let i = 0; layer.queuedBytes < 500_000 || i < 10; i++) {
      send(source, large)
      await new Promise((done) => setImmediate(done))
    }
    if (peer === 'sends on') {
      socket.write(request('broken').replace('Content-Length: 0\r\n', ''))
      const sending = setInterval(() => socket.write('\r\n'), 5)
      closing.push(() => clearInterval(sending))
    }
    expect(await closed.next()).toBe(source.connection)
    expect((await failed.next()).text).toBe(large)
    expect(layer.connectionCount).toBe(0)
  })

  it('gives up a connection attempt after its time', async () => {
    const { send, failed, towards } = await rigOf(['tcp 127.0.0.1'], { connectTimeout: 20 })
    const port = await deafServer()
    // The kernel completes one connection more than the backlog says, then it drops every SYN.
    await client('127.0.0.1', port)
    await client('127.0.0.1', port)
    expect(send(towards(TransportCode.TCP, '127.0.0.1', port), request('a'))).toBe(true)
    expect((await failed.next()).text).toBe(request('a'))
  })

  it('goes on when the system has no room for a connection', async () => {
    const listen = vi.spyOn(net.Server.prototype, 'listen')
    const { layer, received, notAccepted } = await rigOf(['tcp 127.0.0.1'])
    const [server] = listen.mock.contexts as readonly net.Server[]
    listen.mockRestore()
    server.emit('error', new Error('accept ENFILE'))
    expect(await notAccepted.next()).toBe('accept ENFILE')
    const socket = await client('127.0.0.1', layer.listeners[0].port)
    socket.write(request('a'))
    expect((await received.next()).text).toBe(request('a'))
  })

  it('refuses more connections than it may have', async () => {
    const { layer, towards, send, received } = await rigOf(['tcp 127.0.0.1'], { connections: 1 })
    const first = await client('127.0.0.1', layer.listeners[0].port)
    first.write(request('a'))
    await received.next()
    const second = net.connect(layer.listeners[0].port, '127.0.0.1')
    second.on('error', () => undefined)
    await once(second, 'close')
    expect(send(towards(TransportCode.TCP, '127.0.0.1', 5999), request('b'))).toBe(false)
  })
})

describe('listeners', () => {
  it('opens several and reports their real ports', async () => {
    const { layer } = await rigOf(['udp 127.0.0.1', 'tcp 127.0.0.1', 'udp [::1]', 'tcp ::1'])
    const [a, b, c, d] = layer.listeners.map((one) => one.port)
    expect(layer.opened).toEqual([`udp:127.0.0.1:${a}`, `tcp:127.0.0.1:${b}`, `udp:[::1]:${c}`, `tcp:[::1]:${d}`])
    expect(layer.listeners[2].advertise).toBe(`[::1]:${c}`)
    expect(layer.isOwnAddress('127.0.0.1', a)).toBe(true)
    expect(layer.isOwnAddress('127.0.0.2', a)).toBe(false)
  })

  it('serves IPv4 and IPv6 wildcards on the same port and answers from loopback to loopback', async () => {
    const { layer, received } = await rigOf(['udp 0.0.0.0'])
    const peer = await udpPeer('127.0.0.1')
    peer.socket.send(request('a'), layer.listeners[0].port, '127.0.0.1')
    expect((await received.next()).source.listener.advertise).toBe(`127.0.0.1:${layer.listeners[0].port}`)
  })

  it.each([
    [
      'udp',
      '127.0.0.1',
      /^Cannot listen on udp:127\.0\.0\.1:\d+: the port is taken by another process; stop that one or choose another port/,
    ],
    ['tcp', '127.0.0.1', /^Cannot listen on tcp:127\.0\.0\.1:\d+: the port is taken by another process/],
    ['udp', '192.0.2.99', /^Cannot listen on udp:192\.0\.2\.99:\d+: this machine has no address 192\.0\.2\.99; give one of its own/],
    ['tcp', 'nowhere.invalid', /^Cannot listen on tcp:nowhere\.invalid:\d+: the host name nowhere\.invalid is not known/],
  ] as const)('says in one sentence why %s:%s cannot be opened', async (transport, host, sentence) => {
    const { layer } = await rigOf([`${transport} 127.0.0.1`])
    const port = layer.listeners[0].port
    await expect(rigOf([], { listen: [{ transport, host, port }] })).rejects.toThrow(sentence)
  })
})
