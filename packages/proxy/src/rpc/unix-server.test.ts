import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Dispatcher } from './dispatcher.ts'
import { rpcMethod } from './rpc-method.ts'
import type { Subscriber } from './subscriptions.ts'
import { ControlSocketError, UnixServer, type UnixServerUse } from './unix-server.ts'

const NO_USE: UnixServerUse = {
  dispatcher: new Dispatcher([], () => undefined),
  onClosed: () => undefined,
  notAccepted: () => undefined,
}

let directory = ''
const open: { close(): unknown }[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sbx-'))
})

afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await rm(directory, { recursive: true })
})

async function serve() {
  const closed: Subscriber[] = []
  const subscribers: Subscriber[] = []
  const notAccepted: Error[] = []
  const echo = rpcMethod('system.methodHelp', ([name], { subscriber }) => {
    if (subscriber !== null) subscribers.push(subscriber)
    return String(name)
  })
  const path = join(directory, 'control.sock')
  const server = new UnixServer(path, {
    dispatcher: new Dispatcher([echo], () => undefined),
    onClosed: (subscriber) => void closed.push(subscriber),
    notAccepted: (error) => void notAccepted.push(error),
  })
  await server.listen()
  open.push(server)
  return { path, closed, subscribers, notAccepted }
}

/** A client that gives back line after line. */
function dial(path: string): { socket: Socket; line: () => Promise<unknown>; ended: Promise<void> } {
  const socket = connect(path)
  open.push({ close: () => socket.destroy() })
  let text = ''
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  socket.setEncoding('utf8').on('data', (piece: string) => {
    const parts = (text + piece).split('\n')
    text = parts.pop() ?? ''
    for (const part of parts) (waiting.shift() ?? ((line) => void lines.push(line)))(part)
  })
  const ended = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  const line = async () => JSON.parse(lines.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)))) as unknown
  return { socket, line, ended }
}

const request = (id: number, name: string) => `${JSON.stringify({ jsonrpc: '2.0', method: 'system.methodHelp', params: [name], id })}\n`

describe('UnixServer', () => {
  it('answers line by line, however the bytes come', async () => {
    const { path } = await serve()
    const { socket, line } = dial(path)
    const text = request(1, 'smørrebrød') + request(2, 'b')
    const bytes = Buffer.from(text)
    for (const byte of bytes.subarray(0, 80)) socket.write(Buffer.of(byte))
    socket.write(bytes.subarray(80))
    expect(await line()).toEqual({ jsonrpc: '2.0', id: 1, result: 'smørrebrød' })
    expect(await line()).toEqual({ jsonrpc: '2.0', id: 2, result: 'b' })
  })

  it('answers bad JSON with -32700 and goes on', async () => {
    const { path } = await serve()
    const { socket, line } = dial(path)
    socket.write(`{\n\n${request(3, 'c')}`)
    expect(await line()).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32700, message: 'Parse error' } })
    expect(await line()).toMatchObject({ id: 3 })
  })

  it('refuses a line over 1 MiB and ends the connection', async () => {
    const { path } = await serve()
    const { socket, line, ended } = dial(path)
    socket.write(Buffer.alloc((1 << 20) + 1, 0x20))
    expect(await line()).toMatchObject({ error: { code: -32600 } })
    await ended
  })

  it('goes on when the system has no room for a connection', async () => {
    const listen = vi.spyOn(Server.prototype, 'listen')
    const { path, notAccepted } = await serve()
    const [server] = listen.mock.contexts as readonly Server[]
    listen.mockRestore()
    server.emit('error', new Error('accept ENFILE'))
    expect(notAccepted).toEqual([new Error('accept ENFILE')])
    const { socket, line } = dial(path)
    socket.write(request(1, 'x'))
    expect(await line()).toMatchObject({ result: 'x' })
  })

  it('serves its owner only', async () => {
    const { path } = await serve()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('hands the connection to methods that send notifications, and tells when it ends', async () => {
    const { path, closed, subscribers } = await serve()
    const { socket, line, ended } = dial(path)
    socket.write(request(1, 'a'))
    await line()
    subscribers[0].send('{"n":1}')
    expect(await line()).toEqual({ n: 1 })
    socket.end()
    await ended
    await expect.poll(() => closed).toEqual(subscribers)
  })

  it('replaces a leftover that nobody listens on', async () => {
    const path = join(directory, 'control.sock')
    // A listener of another name leaves its file behind when that is linked under ours.
    const { link } = await import('node:fs/promises')
    const dead = createServer()
    await new Promise<void>((resolve) => void dead.listen(join(directory, 'dead.sock'), () => resolve()))
    await link(join(directory, 'dead.sock'), path)
    await new Promise<void>((resolve) => void dead.close(() => resolve()))
    expect(existsSync(path)).toBe(true)
    await serve()
    const { socket, line } = dial(path)
    socket.write(request(1, 'a'))
    expect(await line()).toMatchObject({ result: 'a' })
  })

  it('leaves the socket of a running engine alone', async () => {
    const { path } = await serve()
    const second = new UnixServer(path, NO_USE)
    await expect(second.listen()).rejects.toThrow(/Another engine serves/)
    const { socket, line } = dial(path)
    socket.write(request(1, 'a'))
    expect(await line()).toMatchObject({ result: 'a' })
  })

  it('names what is in the way', async () => {
    await writeFile(join(directory, 'control.sock'), '')
    await expect(serve()).rejects.toThrow(/is no socket/)
    await expect(new UnixServer(join(directory, 'x'.repeat(120)), NO_USE).listen()).rejects.toThrow(/shorter --data-dir/)
    await expect(new UnixServer(join(directory, 'no', 'such'), NO_USE).listen()).rejects.toBeInstanceOf(ControlSocketError)
  })
})
