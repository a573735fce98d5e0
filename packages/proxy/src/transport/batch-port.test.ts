import dgram from 'node:dgram'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { openBatchPort } from './batch-port.ts'
import type { BatchSystem } from './batch-system.ts'
import { RECEIVE_BUFFER } from './datagram-port.ts'
import { EndpointTable } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { openLibc } from './ffi-libc.ts'
import type { Libc } from './ffi-libc.ts'
import { FfiSystem } from './ffi-system.ts'
import { Turn } from './turn.ts'

const EPERM = 1
const EAGAIN = 11
const libc = openLibc()

type Send = (from: number, count: number) => number

/** `real` with another way to send. */
function sending(real: BatchSystem, sendBy: (send: Send) => Send): BatchSystem {
  return {
    kind: real.kind,
    bind: (options) => real.bind(options),
    pointer: (memory) => real.pointer(memory),
    open: (fd, blocks) => {
      const socket = real.open(fd, blocks)
      const send = sendBy((from, count) => socket.send(from, count))
      return { watch: (events) => socket.watch(events), receive: (count) => socket.receive(count), send, close: () => socket.close() }
    },
  }
}

/** A system whose send buffer takes `room` datagrams the first time and then is full once. */
function crowded(real: BatchSystem, room: number): { readonly system: BatchSystem; readonly calls: number[] } {
  const calls: number[] = []
  const system = sending(real, (send) => (from, count) => {
    calls.push(count)
    if (calls.length === 2) return -EAGAIN
    return send(from, calls.length === 1 ? Math.min(room, count) : count)
  })
  return { system, calls }
}

const options = {
  address: '127.0.0.1',
  family: 4,
  port: 0,
  reusePort: false,
  steering: null,
  receiveBuffer: RECEIVE_BUFFER,
  receiveWindow: 0,
} as const

it.runIf(libc !== null)('keeps what a full send buffer does not take until the socket is writable', async () => {
  const peer = dgram.createSocket('udp4')
  peer.bind(0, '127.0.0.1')
  await once(peer, 'listening')
  const texts: string[] = []
  const complete = new Promise<void>((done) => {
    peer.on('message', (bytes) => {
      texts.push(bytes.toString())
      if (texts.length === 6) done()
    })
  })
  const endpoints = new EndpointTable()
  const turn = new Turn()
  const remote = endpoints.of('127.0.0.1', peer.address().port) as Endpoint
  const { system, calls } = crowded(new FfiSystem(libc as Libc), 2)
  const consumer = { datagram: () => undefined, failed: () => undefined }
  const port = openBatchPort(system, options, { consumer, endpoints, turn })
  const send = (text: string): boolean => port.send(remote, new TextEncoder().encode(text), 0, text.length)
  turn.run(() => ['a', 'b', 'c', 'd', 'e'].forEach(send))
  expect(calls).toEqual([5, 3])
  expect(send('f')).toBe(true)
  await complete
  expect(texts).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  expect(calls).toEqual([5, 3, 4])
  await port.close()
  peer.close()
})

it.runIf(libc !== null)('goes on sending after whoever is told of a failure has failed himself', async () => {
  const endpoints = new EndpointTable()
  const turn = new Turn()
  const remote = endpoints.of('127.0.0.1', 9) as Endpoint
  const calls: number[] = []
  const system = sending(new FfiSystem(libc as Libc), () => (_from, count) => {
    calls.push(count)
    return calls.length === 1 ? -EPERM : count
  })
  const consumer = {
    datagram: () => undefined,
    failed: () => {
      throw new Error('defect')
    },
  }
  const port = openBatchPort(system, options, { consumer, endpoints, turn })
  const send = (text: string): boolean => port.send(remote, new TextEncoder().encode(text), 0, text.length)
  expect(() => turn.run(() => ['a', 'b'].forEach(send))).toThrow('defect')
  turn.run(() => void send('c'))
  expect(calls).toEqual([2, 2])
  await port.close()
})
