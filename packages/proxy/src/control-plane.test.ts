import { EventEmitter } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { logLevels, type TopicMessage } from '@signalbox/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyFact, UAS_SIDE } from './bus/event-bus.ts'
import { EventKind, Machine } from './bus/event-kind.ts'
import { EventRingWriter } from './bus/event-ring.ts'
import { FakeClock } from './clock/fake-clock.ts'
import { loadConfig } from './config/load-config.ts'
import { ControlPlane } from './control-plane.ts'
import type { WorkerLike } from './control/sip-thread.ts'
import type { FromWorker, ToWorker, WorkerStart } from './control/worker-messages.ts'
import type { LogEntry } from './log/log-entry.ts'
import { Counter, createCounters, Direction, requestCounter } from './metrics/counter-layout.ts'
import { FakeTimers } from './rpc/fake-timers.ts'
import { writeJournal } from '../test/usrloc/write-journal.ts'
import type { ContactChange } from './usrloc/contact-journal.ts'

const request = Buffer.from('OPTIONS sip:x@y SIP/2.0\r\nFrom: <sip:a@y>\r\nTo: <sip:x@y>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n')
const contact = {
  table: 'location',
  aor: 'alice',
  uri: 'sip:alice@127.0.0.1:9',
  ruid: 'r1',
  expiresAt: 4_000_000_000_000,
  q: -1,
  callId: 'c',
  cseq: 1,
  userAgent: '',
  received: '',
  path: '',
  socket: 'udp:127.0.0.1:5060',
  source: 'udp:127.0.0.1:9',
  flags: 0,
  branchFlags: 0,
  methods: 0xffff_ffff,
  instance: '',
  regId: 0,
  attributes: '',
  lastModified: 0,
}

/** Writes a journal as this SIP thread would; returns its path. */
function write({ start }: FakeWorker, ...changes: readonly ContactChange[]): string {
  return writeJournal(start.config.dataDir, [changes])
}

/** A SIP thread without SIP: it answers commands, counts and reports as it is told. */
class FakeWorker extends EventEmitter implements WorkerLike {
  readonly start: WorkerStart
  readonly posted: ToWorker[] = []
  readonly counters: Float64Array
  readonly bus: EventRingWriter

  constructor(start: WorkerStart, clock: FakeClock) {
    super()
    this.start = start
    this.counters = createCounters(start.counters)
    this.bus = new EventRingWriter(start.ring, clock)
  }

  postMessage(message: ToWorker): void {
    this.posted.push(message)
    if ('method' in message) queueMicrotask(() => this.say({ id: message.id, result: message.method === 'tm.list' ? [] : null }))
  }

  say(message: FromWorker): void {
    this.emit('message', message)
  }

  /** A transaction comes and stays. */
  receive(label: number): void {
    this.counters[Counter.tmTotal]++
    this.counters[requestCounter(Direction.RECEIVED, 1, 512)]++
    const fact = { ...emptyFact(), a: Machine.nist, c: 1, text: '127.0.0.1:5060 127.0.0.1:9', bytes: request, end: request.length }
    this.bus.emit(EventKind.created, { index: 1, label }, UAS_SIDE, fact)
  }
}

let directory = ''
const planes: ControlPlane[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sbx-'))
})

afterEach(async () => {
  for (const plane of planes.splice(0)) await plane.close()
  await rm(directory, { recursive: true })
})

async function serve() {
  const asked = loadConfig(['--data-dir', directory, '--http', '127.0.0.1:0'], {
    environment: {},
    folder: directory,
    readText: missing,
    cores: 1,
  })
  if (asked.kind !== 'run') throw new Error('no configuration')
  const clock = new FakeClock(1000)
  const timers = new FakeTimers()
  const workers: FakeWorker[] = []
  const fatal: string[] = []
  const entries: LogEntry[] = []
  const plane = new ControlPlane({
    config: asked.config,
    clock,
    timers: {
      every: (ms, action) => timers.every(ms, action),
      soon: (action) => timers.soon(action),
      after: () => () => undefined,
    },
    token: null,
    kill: () => fatal.push('killed'),
    sink: (entry) => void entries.push(entry),
    spawn: (start) => {
      const worker = new FakeWorker(start, clock)
      workers.push(worker)
      return worker
    },
    onFatal: (sentence) => void fatal.push(sentence),
  })
  planes.push(plane)
  const [worker] = workers
  const script = { file: 'default-script.js', version: 1, loadedAt: 5 }
  worker.say({ type: 'ready', listeners: ['udp:127.0.0.1:5060'], datagramPort: 'dgram', script, wallOffset: clock.wall() - clock.now() })
  await plane.serve()
  return { plane, worker, timers, fatal, entries, controlSocket: asked.config.controlSocket }
}

function missing(): never {
  throw Object.assign(new Error('missing'), { code: 'ENOENT' })
}

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly params?: TopicMessage
}

/** Sends one call after another on one connection; notifications are kept apart. */
function dial(path: string) {
  const socket = connect(path)
  const topics: TopicMessage[] = []
  const waiting = new Map<number, (result: unknown) => void>()
  createInterface({ input: socket }).on('line', (line) => {
    const { id, result, params } = JSON.parse(line) as Answer
    if (id !== undefined) waiting.get(id)?.(result)
    else if (params !== undefined) topics.push(params)
  })
  let lastId = 0
  const call = (method: string, ...params: unknown[]) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++lastId, resolve)
      socket.write(`${JSON.stringify({ jsonrpc: '2.0', method, params, id: lastId })}\n`)
    })
  return { call, topics, close: () => socket.destroy() }
}

describe('ControlPlane', () => {
  it('serves the control socket: counters, info, commands to the SIP thread', async () => {
    const { worker, controlSocket, plane } = await serve()
    const { call, close } = dial(controlSocket)
    worker.receive(1)
    expect(await call('tm.stats')).toMatchObject({ current: 1, total: 1 })
    expect(await call('tm.list')).toEqual([])
    expect(await call('signalbox.info')).toMatchObject({
      listeners: ['udp:127.0.0.1:5060'],
      datagramPort: 'dgram',
      dataDir: directory,
      workers: 1,
    })
    expect(await call('log_level', 'debug')).toEqual({ 'New global log level': 4 })
    expect(plane.place()).toMatchObject({ listeners: ['udp:127.0.0.1:5060'], controlSocket })
    close()
  })

  it('carries an event of the SIP thread to a subscriber', async () => {
    const { worker, timers, controlSocket } = await serve()
    const { call, topics, close } = dial(controlSocket)
    await call('signalbox.subscribe', 'transactions')
    await call('signalbox.subscribe', 'tm.stats')
    timers.tick()
    worker.receive(7)
    timers.tick()
    timers.tick()
    await expect.poll(() => topics.map((message) => message.topic)).toContain('transactions')
    await call('core.version')
    const rows = topics.filter((message) => message.topic === 'transactions').flatMap((message) => message.data.upsert)
    expect(rows).toMatchObject([{ key: '1:7', method: 'OPTIONS', source: 'udp:127.0.0.1:9', createdAt: 1_700_000_001_000 }])
    expect(topics.filter((message) => message.topic === 'tm.stats').at(-1)?.data).toMatchObject({ stats: { total: 1 }, messagesIn: 1 })
    expect(await call('signalbox.tx.get', 1, 7)).toMatchObject({ row: { key: '1:7' }, complete: true })
    expect(await call('signalbox.events.history')).toMatchObject({ events: { length: 1 }, oldest: 1, newest: 1, lost: 0 })
    close()
  })

  it('serves /metrics and /healthz, which changes when it stops', async () => {
    const { plane, worker } = await serve()
    worker.receive(1)
    const { http } = plane.place()
    expect(await (await fetch(`${http}/metrics`)).text()).toContain(
      'signalbox_requests_total{direction="received",method="OPTIONS",transport="udp"} 1',
    )
    expect((await fetch(`${http}/healthz`)).status).toBe(200)
    await plane.drainTransactions(5000)
    expect(worker.posted.slice(-2)).toMatchObject([
      { method: 'drain', params: [5000] },
      { method: 'stop', params: [0] },
    ])
    expect((await fetch(`${http}/healthz`)).status).toBe(503)
  })

  it('takes over a journal that a SIP thread has closed, and then removes it', async () => {
    const { worker, timers } = await serve()
    const path = write(worker, { type: 'put', contact })
    worker.say({ type: 'journal-closed', path })
    for (let step = 0; step < 5; step++) timers.runSoon()
    expect(await readdir(directory)).not.toContain(basename(path))
    await planes.pop()?.close()
    expect((await serve()).worker.start.contacts).toEqual([contact])
  })

  it('tells over /healthz, metrics and signalbox.info why registrations are refused, until they are accepted again', async () => {
    const { plane, worker, controlSocket } = await serve()
    const { call, close } = dial(controlSocket)
    const health = async () => (await fetch(`${plane.place().http}/healthz`)).json()
    const refusing = async () =>
      /^signalbox_registrar_refusing_threads (\d)$/m.exec(await (await fetch(`${plane.place().http}/metrics`)).text())?.[1]
    worker.say({ type: 'registration-trouble', sentence: 'The disk is full.' })
    expect(await health()).toEqual({ status: 'unavailable', reason: 'The disk is full.' })
    expect(await refusing()).toBe('1')
    expect(await call('signalbox.info')).toMatchObject({ trouble: 'The disk is full.' })
    worker.say({ type: 'registration-trouble', sentence: null })
    expect(await health()).toEqual({ status: 'ok' })
    expect(await refusing()).toBe('0')
    expect(await call('signalbox.info')).not.toHaveProperty('trouble')
    close()
  })

  it('logs who changed what over HTTP', async () => {
    const { plane, entries } = await serve()
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'log_level', params: ['debug'], id: 1 })
    await fetch(`${plane.place().http}/RPC`, { method: 'POST', body })
    expect(entries.find((entry) => entry.message === 'Change over HTTP')).toMatchObject({
      level: logLevels.notice,
      fields: { method: 'log_level', params: '["debug"]', peer: '127.0.0.1', outcome: 'done' },
    })
  })

  it('keeps a binding once it is in the journal, over a restart', async () => {
    const first = await serve()
    write(first.worker, { type: 'put', contact })
    await planes.pop()?.close()
    expect(await readdir(directory)).not.toContain('control.sock')
    const second = await serve()
    expect(second.worker.start.contacts).toEqual([contact])
  })

  it('ends with a SIP thread that dies', async () => {
    const { worker, fatal } = await serve()
    worker.emit('error', new Error('boom'))
    worker.emit('exit', 1)
    expect(fatal).toEqual([expect.stringMatching(/^SIP thread 0 ended .*boom/)])
  })
})
