import dgram from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { openBatchPort } from './batch-port.ts'
import type { BatchSystem } from './batch-system.ts'
import type { DatagramConsumer, DatagramPort, DatagramPortKind, OpenDatagramPort } from './datagram-port.ts'
import { RECEIVE_BUFFER } from './datagram-port.ts'
import { EndpointTable } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { openDgramPort } from './dgram-port.ts'
import { openLibc } from './ffi-libc.ts'
import { FfiSystem } from './ffi-system.ts'
import { builtNativeSystem } from './native-system.fixture.ts'
import { Turn } from './turn.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const libc = openLibc()
const systems = [libc === null ? null : new FfiSystem(libc), builtNativeSystem()].filter((system): system is BatchSystem => system !== null)
const batchPorts = systems.map((system): [DatagramPortKind, OpenDatagramPort] => [
  system.kind,
  async (options, dependencies) => openBatchPort(system, options, dependencies),
])
const ports: readonly [DatagramPortKind, OpenDatagramPort][] = [['dgram', openDgramPort], ...batchPorts]
const families = [
  [4, '127.0.0.1'],
  [6, '::1'],
] as const

interface Rig {
  readonly port: DatagramPort
  readonly endpoints: EndpointTable
  readonly turn: Turn
  readonly peer: dgram.Socket
  readonly peerEndpoint: Endpoint
  /** Turns that ended. */
  turns: number
  readonly failures: string[]
}

const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

type OnDatagram = (text: string, remote: Endpoint, rig: Rig) => void

async function rigOf(open: OpenDatagramPort, family: 4 | 6, address: string, onDatagram: OnDatagram, receiveWindow = 0): Promise<Rig> {
  const endpoints = new EndpointTable()
  const failures: string[] = []
  const turn = new Turn(() => void rig.turns++)
  const consumer: DatagramConsumer = {
    datagram: (bytes, start, end, remote) => onDatagram(decoder.decode(bytes.subarray(start, end)), remote, rig),
    failed: (bytes, start, end, remote, code) =>
      void failures.push(`${code} ${remote.address} ${decoder.decode(bytes.subarray(start, end)).slice(0, 10)}`),
  }
  const options = { address, family, port: 0, reusePort: false, steering: null, receiveBuffer: RECEIVE_BUFFER, receiveWindow }
  const port = await open(options, { consumer, endpoints, turn })
  const peer = dgram.createSocket(family === 4 ? 'udp4' : 'udp6')
  peer.bind(0, address)
  await once(peer, 'listening')
  peer.setRecvBufferSize(RECEIVE_BUFFER)
  closing.push(
    () => port.close(),
    () => peer.close(),
  )
  const peerEndpoint = endpoints.of(address, peer.address().port) as Endpoint
  const rig: Rig = { port, endpoints, turn, peer, peerEndpoint, turns: 0, failures }
  return rig
}

async function next(peer: dgram.Socket): Promise<string> {
  const [bytes] = (await once(peer, 'message')) as [Uint8Array]
  return decoder.decode(bytes)
}

/** The next `count` datagrams at the peer. */
function collect(peer: dgram.Socket, count: number): Promise<string[]> {
  return new Promise((done) => {
    const texts: string[] = []
    peer.on('message', (bytes) => {
      texts.push(decoder.decode(bytes))
      if (texts.length === count) done(texts)
    })
  })
}

function echo(text: string, remote: Endpoint, rig: Rig): void {
  const bytes = encoder.encode(`echo ${text}`)
  rig.port.send(remote, bytes, 0, bytes.length)
  bytes.fill(0)
}

describe.each(ports)('datagram port %s', (kind, open) => {
  describe.each(families)('IPv%d', (family, address) => {
    it('hands over datagrams with their source and sends copies at the end of the turn', async () => {
      let from: Endpoint | null = null
      const rig = await rigOf(open, family, address, (text, remote, own) => {
        from = remote
        echo(text, remote, own)
      })
      rig.peer.send('hello', rig.port.port, address)
      expect(await next(rig.peer)).toBe('echo hello')
      expect(from).toBe(rig.peerEndpoint)
      expect(rig.turns).toBe(1)
      expect(rig.port.kind).toBe(kind)
    })

    it('carries the largest and the empty datagram', async () => {
      // The largest UDP payload: 65,507 octets over IPv4, 65,527 over IPv6.
      const largest = 'x'.repeat((family === 4 ? 65_507 : 65_527) - 5)
      const rig = await rigOf(open, family, address, echo)
      for (const text of [largest, '', largest]) {
        rig.peer.send(text, rig.port.port, address)
        expect(await next(rig.peer)).toBe(`echo ${text}`)
      }
    })

    it('reports a datagram that the system refuses and sends the others', async () => {
      const rig = await rigOf(open, family, address, () => undefined)
      const bytes = encoder.encode('y'.repeat(65_535))
      const arrived = collect(rig.peer, 2)
      rig.turn.run(() => {
        rig.port.send(rig.peerEndpoint, encoder.encode('first'), 0, 5)
        rig.port.send(rig.peerEndpoint, bytes, 0, bytes.length)
        rig.port.send(rig.peerEndpoint, encoder.encode('last'), 0, 4)
      })
      expect(await arrived).toEqual(['first', 'last'])
      expect(rig.failures).toEqual([`EMSGSIZE ${address} yyyyyyyyyy`])
    })
  })

  it('sends what was queued outside of a turn at the end of the tick', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', () => undefined)
    const arrived = collect(rig.peer, 2)
    const bytes = encoder.encode('one two')
    rig.port.send(rig.peerEndpoint, bytes, 0, 3)
    rig.port.send(rig.peerEndpoint, bytes, 4, 7)
    expect(rig.turns).toBe(0)
    expect(await arrived).toEqual(['one', 'two'])
    expect(rig.turns).toBe(1)
  })

  it('sends more than the queue holds in one turn, in order', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', () => undefined)
    const texts = Array.from({ length: 1000 }, (_, i) => `${i} ${'z'.repeat(700)}`)
    const arrived = collect(rig.peer, texts.length)
    rig.turn.run(() => {
      for (const text of texts) {
        const bytes = encoder.encode(text)
        expect(rig.port.send(rig.peerEndpoint, bytes, 0, bytes.length)).toBe(true)
      }
    })
    expect(await arrived).toEqual(texts)
  })

  it('lets a failure answer with another datagram', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', () => undefined)
    const push = rig.failures.push.bind(rig.failures)
    rig.failures.push = (...items): number => {
      const bytes = encoder.encode('instead')
      rig.port.send(rig.peerEndpoint, bytes, 0, bytes.length)
      return push(...items)
    }
    const arrived = next(rig.peer)
    rig.turn.run(() => rig.port.send(rig.peerEndpoint, new Uint8Array(65_535), 0, 65_535))
    expect(await arrived).toBe('instead')
  })

  it('survives ICMP errors of a closed port', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', echo)
    const gone = dgram.createSocket('udp4')
    gone.bind(0, '127.0.0.1')
    await once(gone, 'listening')
    const remote = rig.endpoints.of('127.0.0.1', gone.address().port) as Endpoint
    await new Promise<void>((done) => gone.close(() => done()))
    for (let i = 0; i < 20; i++) rig.turn.run(() => rig.port.send(remote, encoder.encode('lost'), 0, 4))
    rig.peer.send('still there', rig.port.port, '127.0.0.1')
    expect(await next(rig.peer)).toBe('echo still there')
  })

  it.each(['255.255.255.255', '224.0.1.75', '0.0.0.0'])(
    'MUST NOT send to %s (RFC 4475 3.1.2.19 guards against broadcast)',
    async (address) => {
      const rig = await rigOf(open, 4, '127.0.0.1', () => undefined)
      expect(rig.port.send(rig.endpoints.of(address, 5060) as Endpoint, encoder.encode('x'), 0, 1)).toBe(false)
      expect(rig.port.send(rig.endpoints.of('127.0.0.1', 0) as Endpoint, encoder.encode('x'), 0, 1)).toBe(false)
    },
  )

  it('runs promises of a batch without waiting for another event', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', (text, remote, own) => void Promise.resolve().then(() => echo(text, remote, own)))
    rig.peer.send('later', rig.port.port, '127.0.0.1')
    expect(await next(rig.peer)).toBe('echo later')
  })

  it('refuses a port that is taken', async () => {
    const rig = await rigOf(open, 4, '127.0.0.1', () => undefined)
    const options = {
      address: '127.0.0.1',
      family: 4,
      port: rig.port.port,
      reusePort: false,
      steering: null,
      receiveBuffer: RECEIVE_BUFFER,
      receiveWindow: 0,
    } as const
    const consumer: DatagramConsumer = { datagram: () => undefined, failed: () => undefined }
    await expect(open(options, { consumer, endpoints: rig.endpoints, turn: rig.turn })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('may be closed by what it delivers', async () => {
    const closed = new Promise<void>((done) => {
      void rigOf(open, 4, '127.0.0.1', (_text, _remote, own) => void own.port.close().then(done)).then((rig) => {
        rig.peer.send('stop', rig.port.port, '127.0.0.1')
      })
    })
    await closed
  })
})

it.each(batchPorts)('%s reads once per receive window under load', async (_kind, open) => {
  const rig = await rigOf(open, 4, '127.0.0.1', echo, 2)
  const arrived = collect(rig.peer, 40)
  for (let i = 0; i < 40; i++) rig.peer.send(String(i), rig.port.port, '127.0.0.1')
  expect((await arrived).length).toBe(40)
  expect(rig.turns).toBeLessThan(40)
})

it.each(batchPorts)('%s lets a program choose among the sockets of a port, in the order of their binding', async (_kind, open) => {
  // A = the four octets at 0; A = A mod 2; return A.
  const steering = new ArrayBuffer(24)
  new Uint16Array(steering).set([0x20, 0, 0, 0, 0x94, 0, 2, 0, 0x16, 0, 0, 0])
  const taken: string[][] = [[], []]
  const shared: DatagramPort[] = []
  const arrived = new Promise<void>((done) => {
    const openOne = async (number: number): Promise<void> => {
      const consumer: DatagramConsumer = {
        datagram: (bytes, start, end) => {
          if (taken[number].push(decoder.decode(bytes.subarray(start, end))) + taken[1 - number].length === 40) done()
        },
        failed: () => undefined,
      }
      const dependencies = { consumer, endpoints: new EndpointTable(), turn: new Turn() }
      const options = {
        address: '127.0.0.1',
        family: 4,
        reusePort: true,
        steering,
        receiveBuffer: RECEIVE_BUFFER,
        receiveWindow: 0,
      } as const
      shared.push(await open({ ...options, port: shared[0]?.port ?? 0 }, dependencies))
    }
    void openOne(0)
      .then(() => openOne(1))
      .then(async () => {
        const peer = dgram.createSocket('udp4')
        closing.push(() => peer.close(), ...shared.map((port) => () => port.close()))
        for (let i = 0; i < 40; i++) peer.send(`000${String.fromCharCode(48 + (i % 10))}`, shared[0].port, '127.0.0.1')
      })
  })
  await arrived
  expect(taken.map((texts) => [...new Set(texts.map((text) => Number(text) % 2))])).toEqual([[0], [1]])
})
