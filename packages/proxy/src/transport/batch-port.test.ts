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

const EAGAIN = 11
const libc = openLibc()

/** A system whose send buffer takes `room` datagrams the first time and then is full once. */
function crowded(real: BatchSystem, room: number): { readonly system: BatchSystem; readonly calls: number[] } {
  const calls: number[] = []
  const system: BatchSystem = {
    kind: real.kind,
    bind: (options) => real.bind(options),
    pointer: (memory) => real.pointer(memory),
    open: (fd, blocks) => {
      const socket = real.open(fd, blocks)
      const send = (from: number, count: number): number => {
        calls.push(count)
        if (calls.length === 2) return -EAGAIN
        return socket.send(from, calls.length === 1 ? Math.min(room, count) : count)
      }
      return { watch: (events) => socket.watch(events), receive: (count) => socket.receive(count), send, close: () => socket.close() }
    },
  }
  return { system, calls }
}

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
  const options = {
    address: '127.0.0.1',
    family: 4,
    port: 0,
    reusePort: false,
    steering: null,
    receiveBuffer: RECEIVE_BUFFER,
    receiveWindow: 0,
  } as const
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
