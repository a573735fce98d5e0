import { once } from 'node:events'
import { createConnection, type AddressInfo, type Socket } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleEvent, exampleRow, ServerMessage, type TransactionsData } from '@signalbox/contract'
import type { FastifyInstance } from 'fastify'
import { Value } from 'typebox/value'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildApp } from '../app.ts'
import { FakeEngine } from '../../test/fake-engine.ts'
import { ManualTimers } from '../../test/manual-timers.ts'
import { systemTimers, type Timers } from '../timers.ts'

const TOKEN = 'a-token-of-enough-length'
let folder: string
let engine: FakeEngine
let app: FastifyInstance
const browsers: Browser[] = []

/** A browser's socket: collects what comes, waits for what must come. */
class Browser {
  readonly messages: ServerMessage[] = []
  closeCode: number | null = null
  readonly socket: WebSocket
  #waiting: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.addEventListener('message', (event) => {
      this.messages.push(JSON.parse(String(event.data)) as ServerMessage)
      this.#wake()
    })
    socket.addEventListener('close', (event) => {
      this.closeCode = event.code
      this.#wake()
    })
    socket.addEventListener('error', () => undefined)
    browsers.push(this)
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async next<O extends ServerMessage['op']>(op: O): Promise<Extract<ServerMessage, { op: O }>> {
    await this.until(() => this.messages.some((message) => message.op === op))
    const at = this.messages.findIndex((message) => message.op === op)
    return this.messages.splice(at, 1)[0] as Extract<ServerMessage, { op: O }>
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-'))
  engine = new FakeEngine()
  engine.snapshots.set('transactions', { upsert: [exampleRow], remove: [], total: 1, truncated: false })
  engine.snapshots.set('events', { events: [exampleEvent], skipped: 0 })
  await engine.listen(join(folder, 'control.sock'))
})

afterEach(async () => {
  for (const browser of browsers.splice(0)) browser.socket.close()
  await app.close()
  await engine.kill()
  rmSync(folder, { recursive: true })
})

async function listen(token: string | null = null, timers: Timers = systemTimers): Promise<string> {
  app = await buildApp({ connect: () => createConnection(join(folder, 'control.sock')), token, webDist: null, timers })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}/ws`
}

async function open(
  url: string,
  options: { readonly protocols?: string[]; readonly headers?: Record<string, string> } = {},
): Promise<Browser> {
  // Node's WebSocket takes headers beside protocols.
  const browser = new Browser(new WebSocket(url, options))
  await browser.until(() => browser.closeCode !== null || browser.messages.length > 0)
  return browser
}

async function openUp(url: string): Promise<Browser> {
  const browser = await open(url)
  const hello = await browser.next('hello')
  if (hello.engine === 'down') await browser.next('engine')
  return browser
}

it('greets, answers pings and refuses what it does not understand', async () => {
  const browser = await openUp(await listen())
  browser.send({ op: 'ping' })
  await browser.next('pong')
  for (const text of ['{', '{"op":"what"}', '[]']) {
    browser.send(text)
    expect((await browser.next('error')).code).toBe('BAD_MESSAGE')
  }
  browser.send({ op: 'subscribe', topic: 'tm.list' })
  expect(await browser.next('error')).toMatchObject({ code: 'UNKNOWN_TOPIC', topic: 'tm.list' })
})

it('MUST carry snapshot and patches in the shapes of the contract', async () => {
  const browser = await openUp(await listen())
  browser.send({ op: 'subscribe', topic: 'transactions' })
  const snapshot = await browser.next('data')
  expect(Value.Check(ServerMessage, snapshot)).toBe(true)
  expect([snapshot.reset, (snapshot.data as TransactionsData).upsert]).toEqual([true, [exampleRow]])
  engine.publish('transactions', { upsert: [], remove: [exampleRow.key], total: 0, truncated: false })
  const patch = await browser.next('data')
  expect([patch.seq, patch.reset, (patch.data as TransactionsData).remove]).toEqual([snapshot.seq + 1, undefined, [exampleRow.key]])
})

it('MUST bound the topics of one socket', async () => {
  const browser = await openUp(await listen())
  for (let index = 0; index <= 32; index++) browser.send({ op: 'subscribe', topic: `tx:${index}:1` })
  expect(await browser.next('error')).toMatchObject({ code: 'TOO_MANY_TOPICS', topic: 'tx:32:1' })
})

it('MUST resume a browser that comes back with since', async () => {
  const url = await listen()
  const first = await openUp(url)
  first.send({ op: 'subscribe', topic: 'events' })
  const { seq } = await first.next('data')
  first.socket.close()
  await first.until(() => first.closeCode !== null)
  engine.publish('events', { events: [exampleEvent], skipped: 0 })
  engine.publish('events', { events: [exampleEvent], skipped: 7 })
  const again = await openUp(url)
  again.send({ op: 'subscribe', topic: 'events', since: seq })
  const missed = [await again.next('data'), await again.next('data')]
  expect(missed.map((message) => [message.seq, message.reset])).toEqual([
    [seq + 1, undefined],
    [seq + 2, undefined],
  ])
  expect(engine.count('signalbox.subscribe')).toBe(1)
})

it('MUST tell that the engine died and start topics over when it is back', async () => {
  const browser = await openUp(await listen())
  browser.send({ op: 'subscribe', topic: 'transactions' })
  const before = await browser.next('data')
  await engine.kill()
  expect(await browser.next('engine')).toEqual({ op: 'engine', state: 'down' })
  await engine.listen(join(folder, 'control.sock'))
  expect(await browser.next('engine')).toEqual({ op: 'engine', state: 'up' })
  const after = await browser.next('data')
  expect([after.reset, after.seq]).toEqual([true, before.seq + 1])
})

it('MUST refuse pages of another origin and take their own', async () => {
  const url = await listen()
  expect((await open(url, { headers: { origin: 'http://evil.example' } })).closeCode).toBe(1006)
  expect((await open(url, { headers: { origin: url.replace('ws:', 'http:').replace('/ws', '') } })).messages[0].op).toBe('hello')
})

it('MUST ask for the token as subprotocol and never echo it', async () => {
  const url = await listen(TOKEN)
  expect((await open(url)).closeCode).toBe(1006)
  expect((await open(url, { protocols: ['signalbox', 'bearer.wrong-token-of-length'] })).closeCode).toBe(1006)
  const browser = await open(url, { protocols: ['signalbox', `bearer.${TOKEN}`] })
  expect([browser.messages[0].op, browser.socket.protocol]).toEqual(['hello', 'signalbox'])
})

/** A browser on the slowest of lines: shakes hands, subscribes and reads nothing until told to. */
async function openStalled(url: string, topic: string): Promise<Socket> {
  const { host, port } = new URL(url)
  const socket = createConnection(Number(port), '127.0.0.1')
  const key = 'dGhlIHNhbXBsZSBub25jZQ=='
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  await once(socket, 'data')
  socket.pause()
  const message = Buffer.from(JSON.stringify({ op: 'subscribe', topic }))
  // RFC 6455 5.2: text frame, masked with zeros.
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | message.length, 0, 0, 0, 0]), message]))
  return socket
}

it('MUST skip for a socket that does not read, tell it once it reads, and keep serving the others', async () => {
  const url = await listen()
  const browser = await openUp(url)
  const stalled = await openStalled(url, 'events')
  browser.send({ op: 'subscribe', topic: 'events' })
  await browser.next('data')
  const raw = 'x'.repeat(1 << 20)
  for (let sent = 0; sent < 30; sent++) {
    engine.publish('events', { events: [], skipped: 0, raw })
    await browser.next('data')
  }
  const metrics = await app.inject({ url: '/metrics', headers: { host: 'localhost' } })
  expect(metrics.body).toMatch(/\nsignalbox_api_websocket_skipped_total [1-9]\d*\n/)
  expect(metrics.body).toMatch(/\nsignalbox_api_websocket_overflows_total 0\n/)
  let tail = ''
  stalled.on('data', (chunk: Buffer) => (tail = (tail + chunk.toString('latin1')).slice(-200)))
  stalled.resume()
  while (!/"op":"skipped","topic":"events","count":\d+/.test(tail)) await once(stalled, 'data')
  stalled.destroy()
})

it('MUST cut a browser that does not answer the close when it stops', async () => {
  const timers = new ManualTimers()
  const stalled = await openStalled(await listen(null, timers), 'tx:1:1')
  // Cut off with bytes under way, which is a reset to the peer.
  stalled.on('error', () => undefined)
  const closed = new Promise((resolve) => stalled.on('close', resolve))
  const stopping = app.close()
  let received = ''
  stalled.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1')
    if (received.includes('API stops')) timers.advance(1000)
  })
  stalled.resume()
  await Promise.all([stopping, closed])
  expect(timers.pending).toBe(0)
})

it('closes sockets with 1001 when it stops', async () => {
  const browser = await openUp(await listen())
  await app.close()
  await browser.until(() => browser.closeCode !== null)
  expect(browser.closeCode).toBe(1001)
})
