import { spawn } from 'node:child_process'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ringBytes } from '../bus/event-ring.ts'
import { loadConfig } from '../config/load-config.ts'
import type { CommandReply, FromWorker, ReadyMessage, WorkerStart } from '../control/worker-messages.ts'
import { createCrossingMemory } from '../crossing/crossing-memory.ts'
import { COUNTERS } from '../metrics/counter-layout.ts'
import { spawnSipThread } from './spawn-sip-thread.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sip-thread-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function startOf(...listen: readonly string[]): WorkerStart {
  const request = loadConfig(['--data-dir', folder, ...listen.flatMap((one) => ['--listen', one])])
  if (request.kind !== 'run') throw new Error(request.kind)
  const counters = new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT)
  return {
    worker: 0,
    config: request.config,
    counters,
    ring: new SharedArrayBuffer(ringBytes(1 << 16)),
    crossing: createCrossingMemory(1),
    contacts: [],
  }
}

/** What the thread says first, beside its log. */
function firstWord(worker: Worker): Promise<FromWorker> {
  return new Promise((done) => {
    worker.on('message', (message: FromWorker) => {
      if (!('type' in message) || message.type !== 'log') done(message)
    })
  })
}

function stop(worker: Worker): Promise<CommandReply> {
  return new Promise((done) => {
    worker.on('message', (message: FromWorker) => {
      if ('id' in message) done(message)
    })
    worker.postMessage({ id: 1, method: 'stop', params: [1000] })
  })
}

function portOf(ready: ReadyMessage, index: number): number {
  return Number(ready.listeners[index].split(':').at(-1))
}

function options(port: number): string {
  return (
    `OPTIONS sip:127.0.0.1:${port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n` +
    'From: <sip:a@b>;tag=1\r\nTo: <sip:127.0.0.1>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
  )
}

describe('SIP thread', () => {
  it('serves with the shipped script and ends when it is told to', async () => {
    const worker = spawnSipThread(startOf('udp:127.0.0.1:0', 'tcp:[::1]:0'))
    const ready = (await firstWord(worker)) as ReadyMessage
    expect(ready).toMatchObject({
      type: 'ready',
      listeners: [expect.stringMatching(/^udp:127\.0\.0\.1:\d+$/), expect.stringMatching(/^tcp:\[::1\]:\d+$/)],
    })
    const phone = dgram.createSocket('udp4')
    phone.send(options(portOf(ready, 0)), portOf(ready, 0), '127.0.0.1')
    const [reply] = (await once(phone, 'message')) as [Buffer]
    expect(reply.toString()).toMatch(/^SIP\/2\.0 200 OK\r\n/)
    phone.close()
    const ended = once(worker, 'exit')
    expect(await stop(worker)).toEqual({ id: 1, result: 0 })
    expect(await ended).toEqual([0])
  })

  it('says in one sentence why it cannot serve', async () => {
    const taken = dgram.createSocket('udp4')
    taken.bind(0, '127.0.0.1')
    await once(taken, 'listening')
    const worker = spawnSipThread(startOf(`udp:127.0.0.1:${taken.address().port}`))
    const ended = once(worker, 'exit')
    expect(await firstWord(worker)).toEqual({
      type: 'failed',
      message: expect.stringMatching(/^Cannot listen on udp:127\.0\.0\.1:\d+: the port is taken by another process; stop that one/),
    })
    expect(await ended).toEqual([0])
    taken.close()
  })

  it('lets the process exit with its own code while it serves', async () => {
    const here = JSON.stringify(import.meta.url)
    const code = `
      const at = (path) => new URL(path, ${here})
      const { spawnSipThread } = await import(at('./spawn-sip-thread.ts'))
      const { loadConfig } = await import(at('../config/load-config.ts'))
      const { COUNTERS } = await import(at('../metrics/counter-layout.ts'))
      const { ringBytes } = await import(at('../bus/event-ring.ts'))
      const { createCrossingMemory } = await import(at('../crossing/crossing-memory.ts'))
      const { config } = loadConfig(['--data-dir', ${JSON.stringify(folder)}, '--listen', 'udp:127.0.0.1:0'])
      const shared = (bytes) => new SharedArrayBuffer(bytes)
      const worker = spawnSipThread({ worker: 0, config, counters: shared(COUNTERS * 8), ring: shared(ringBytes(65536)), crossing: createCrossingMemory(1), contacts: [] })
      worker.on('message', (message) => { if (message.type === 'ready') process.exit(7) })`
    const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' })
    expect(await once(child, 'exit')).toEqual([7, null])
  })
})
