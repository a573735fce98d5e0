/*
 * CPU per forwarded datagram of the datagram ports: `node packages/proxy/src/transport/datagram-port.bench.ts [SECONDS] [RATE] [PORTS]`.
 * A child process forwards 622-byte datagrams back to this one, which sends RATE per second in bursts of 4 and counts
 * what comes back. PORTS: comma-separated of dgram, ffi, native, ffi+1 (receive window of 1 ms).
 */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { choosePort } from './choose-port.ts'
import { RECEIVE_BUFFER } from './datagram-port.ts'
import type { DatagramConsumer, DatagramPort } from './datagram-port.ts'
import { EndpointTable } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { Turn } from './turn.ts'

const SIZE = 622
const BURST = 4
const endpoints = new EndpointTable()

interface ForwarderReport {
  readonly forwarded: number
  readonly turns: number
  readonly cpuMicroseconds: number
  readonly heapUsed: number
  readonly rss: number
}

async function openPort(name: string, consumer: DatagramConsumer, turn: Turn): Promise<DatagramPort> {
  const [kind, window = '0'] = name.split('+')
  if (kind !== 'dgram' && kind !== 'ffi' && kind !== 'native' && kind !== 'auto') throw new Error(`unknown port ${name}`)
  const options = {
    address: '127.0.0.1',
    family: 4,
    port: 0,
    reusePort: false,
    steering: null,
    receiveBuffer: RECEIVE_BUFFER,
    receiveWindow: Number(window),
  } as const
  return await choosePort(kind).open(options, { consumer, endpoints, turn })
}

async function forward(name: string): Promise<void> {
  let forwarded = 0
  let turns = 0
  let port: DatagramPort | null = null
  const consumer: DatagramConsumer = {
    datagram: (bytes, start, end, remote) => {
      if (port?.send(remote, bytes, start, end) === true) forwarded++
    },
    failed: () => undefined,
  }
  port = await openPort(name, consumer, new Turn(() => void turns++))
  let before = process.cpuUsage()
  process.on('message', (message) => {
    if (message === 'start') {
      before = process.cpuUsage()
      forwarded = 0
      turns = 0
      return
    }
    const { user, system } = process.cpuUsage(before)
    const { heapUsed, rss } = process.memoryUsage()
    const report: ForwarderReport = { forwarded, turns, cpuMicroseconds: user + system, heapUsed, rss }
    process.send?.(report, () => process.exit(0))
  })
  process.send?.(port.port)
}

/** Sends `rate` datagrams a second to `remote` until `until`; resolves with how many. */
function blast(port: DatagramPort, turn: Turn, remote: Endpoint, rate: number, until: number): Promise<number> {
  const bytes = new Uint8Array(SIZE).fill(0x41)
  const start = performance.now()
  return new Promise((done) => {
    let sent = 0
    const step = (): void => {
      const now = performance.now()
      if (now >= until) return done(sent)
      const due = ((now - start) / 1000) * rate
      for (; sent + BURST <= due; sent += BURST) {
        turn.begin()
        for (let i = 0; i < BURST; i++) port.send(remote, bytes, 0, SIZE)
        turn.end()
      }
      setImmediate(step)
    }
    step()
  })
}

async function reply<T>(child: ChildProcess): Promise<T> {
  const [message] = (await once(child, 'message')) as [T]
  return message
}

async function measure(name: string, seconds: number, rate: number): Promise<void> {
  const child = fork(new URL(import.meta.url), ['--forward', name])
  const target = endpoints.of('127.0.0.1', await reply<number>(child)) as Endpoint
  let returned = 0
  const turn = new Turn()
  const port = await openPort('auto', { datagram: () => void returned++, failed: () => undefined }, turn)
  await blast(port, turn, target, rate, performance.now() + 1000)
  child.send('start')
  returned = 0
  const sent = await blast(port, turn, target, rate, performance.now() + seconds * 1000)
  await new Promise((done) => setTimeout(done, 100))
  child.send('report')
  const report = await reply<ForwarderReport>(child)
  await once(child, 'exit')
  await port.close()
  const us = report.cpuMicroseconds / report.forwarded
  const perTurn = report.forwarded / report.turns
  console.log(
    `${name.padEnd(6)} ${String(rate).padStart(7)}/s  sent ${sent}  back ${returned}  ${us.toFixed(2)} us per datagram  ` +
      `${perTurn.toFixed(1)} datagrams per turn  heap ${(report.heapUsed / 2 ** 20).toFixed(1)} MiB  rss ${(report.rss / 2 ** 20).toFixed(0)} MiB`,
  )
}

if (process.argv[2] === '--forward') await forward(process.argv[3])
else {
  const [seconds = '3', rate = '20000', ports = 'dgram,ffi,ffi+1'] = process.argv.slice(2)
  for (const name of ports.split(',')) await measure(name, Number(seconds), Number(rate))
}
