import { encode, type Answer } from 'dns-packet'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { coreParametersFrom, type CoreParameters } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsType } from '../dns/dns-source.ts'
import { NameServerSource } from './name-server-source.ts'
import { parseResolvConf, type NameServer } from './resolv-conf.ts'

/** Answers of a server by `TYPE name`, made from the query's id. */
type Script = (asked: string, query: Buffer) => Buffer | null

const open: (Socket | Server)[] = []

afterEach(() => {
  for (const socket of open.splice(0)) socket.close()
})

async function startServer(script: Script, tcp?: Script): Promise<NameServer> {
  const udp = createSocket('udp4', (query: Buffer, from: RemoteInfo) => {
    const bytes = script(askedIn(query), query)
    if (bytes !== null) udp.send(bytes, from.port, from.address)
  })
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  open.push(udp)
  const { port } = udp.address()
  if (tcp !== undefined) {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (data: Buffer) => {
        const query = data.subarray(2)
        const bytes = tcp(askedIn(query), query)
        if (bytes === null) return void socket.destroy()
        const length = Buffer.alloc(2)
        length.writeUInt16BE(bytes.length)
        // In pieces, as streams come.
        socket.write(length.subarray(0, 1))
        socket.write(Buffer.concat([length.subarray(1), bytes.subarray(0, 9)]))
        setImmediate(() => socket.write(bytes.subarray(9)))
      })
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    open.push(server)
    expect((server.address() as AddressInfo).port).toBe(port)
  }
  return { address: '127.0.0.1', port }
}

const TYPE_NAMES: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA', 33: 'SRV' }

function askedIn(query: Buffer): string {
  const labels: string[] = []
  let at = 12
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]))
    at += query[at] + 1
  }
  return `${TYPE_NAMES[query.readUInt16BE(at + 1)]} ${labels.join('.')}`
}

function reply(query: Buffer, answers: Answer[], flags = 0x80, code = 0): Buffer {
  const [type, name] = askedIn(query).split(' ')
  const bytes = encode({ type: 'response', id: query.readUInt16BE(0), questions: [{ type: type as 'A', name }], answers })
  bytes[2] = flags
  bytes[3] = code
  return bytes
}

function a(name: string, data: string, ttl = 60): Answer {
  return { type: 'A', name, ttl, data }
}

function ask(
  servers: readonly NameServer[],
  question: readonly [DnsType, string],
  options: { readonly params?: Partial<CoreParameters>; readonly conf?: string } = {},
): Promise<DnsAnswer<DnsRecord>> {
  const params = coreParametersFrom({ dns_retr_time: 1, dns_retr_no: 0, ...options.params })
  const source = new NameServerSource(params, () => ({ ...parseResolvConf(options.conf ?? ''), servers }))
  return new Promise((resolve) => void source.ask(question[0], question[1], resolve))
}

const silent: Script = () => null
const knowing: Script = (asked, query) =>
  asked === 'A a.example' ? reply(query, [a('a.example', '192.0.2.1', 77)]) : reply(query, [], 0x80, 3)

describe('NameServerSource', () => {
  it('tells records with their TTL, and what does not exist', async () => {
    const server = await startServer(knowing)
    expect(await ask([server], ['A', 'a.example'])).toEqual({ outcome: 'found', records: [{ ttl: 77, address: '192.0.2.1' }] })
    expect(await ask([server], ['AAAA', 'a.example'])).toEqual({ outcome: 'absent', records: [] })
    expect(await ask([server], ['A', 'x'.repeat(80)])).toEqual({ outcome: 'absent', records: [] })
  })

  it('asks the next server when one is silent, refuses, fails or talks nonsense', async () => {
    const useless: readonly Script[] = [
      silent,
      (_asked, query) => reply(query, [], 0x80, 5),
      (_asked, query) => reply(query, [], 0x80, 2),
      (_asked, query) => Buffer.concat([reply(query, []).fill(1, 6, 8), Buffer.from('nonsense')]),
    ]
    const servers = await Promise.all([...useless, knowing].map((script) => startServer(script)))
    expect((await ask(servers, ['A', 'a.example'])).records).toHaveLength(1)
  })

  it('asks the next server at once when nobody listens at one', async () => {
    const started = performance.now()
    const gone = await startServer(knowing)
    const socket = open.pop()
    socket?.close()
    const server = await startServer(knowing)
    expect((await ask([gone, server], ['A', 'a.example'])).outcome).toBe('found')
    expect(performance.now() - started).toBeLessThan(900)
  })

  it('asks all of them again, dns_retr_no times, and gives up', async () => {
    let asked = 0
    const server = await startServer(() => {
      asked++
      return null
    })
    expect(await ask([server], ['A', 'a.example'], { params: { dns_retr_time: 1, dns_retr_no: 1 } })).toEqual({
      outcome: 'failed',
      records: [],
    })
    expect(asked).toBe(2)
  })

  it('MUST ignore answers with another id or question and wait for the right one, RFC 5452 9.1', async () => {
    const server = await startServer((_asked, query) => {
      const forged = reply(query, [a('a.example', '192.0.2.66')])
      forged[0] ^= 0xff
      const other = reply(query, [a('a.example', '192.0.2.67')])
      other[13] = 0x62
      for (const bytes of [forged, other]) lastSender(bytes)
      return reply(query, [a('a.example', '192.0.2.1')])
    })
    const udp = open[0] as Socket
    let lastSender: (bytes: Buffer) => void = () => undefined
    udp.prependListener('message', (_query, from) => (lastSender = (bytes) => udp.send(bytes, from.port, from.address)))
    expect((await ask([server], ['A', 'a.example'])).records).toEqual([{ ttl: 60, address: '192.0.2.1' }])
  })

  it('asks over TCP when the answer is cut, RFC 7766 5', async () => {
    const server = await startServer((_asked, query) => reply(query, [], 0x82), knowing)
    expect((await ask([server], ['A', 'a.example'])).records).toEqual([{ ttl: 77, address: '192.0.2.1' }])
  })

  it('fails when TCP is closed, or cut there too', async () => {
    const cut: Script = (_asked, query) => reply(query, [], 0x82)
    expect((await ask([await startServer(cut)], ['A', 'a.example'])).outcome).toBe('failed')
    expect((await ask([await startServer(cut, silent)], ['A', 'a.example'])).outcome).toBe('failed')
    expect((await ask([await startServer(cut, cut)], ['A', 'a.example'])).outcome).toBe('failed')
  })

  it('follows an alias that leads out of the answer, and not in circles', async () => {
    const server = await startServer((asked, query) => {
      if (asked === 'A b.example') return reply(query, [a('b.example', '192.0.2.2', 99)])
      const [, name] = asked.split(' ')
      const data = name === 'a.example' ? 'b.example' : 'round.example'
      return reply(query, [{ type: 'CNAME', name, ttl: 11, data }])
    })
    expect((await ask([server], ['A', 'a.example'])).records).toEqual([{ ttl: 11, address: '192.0.2.2' }])
    expect((await ask([server], ['A', 'round.example'])).outcome).toBe('failed')
  })

  it('looks for short names of hosts in the domains of the search list', async () => {
    const asked: string[] = []
    const server = await startServer((question, query) => {
      asked.push(question)
      return knowing(question, query)
    })
    const conf = 'search other.example example'
    expect((await ask([server], ['A', 'a'], { conf })).records).toHaveLength(1)
    expect(asked).toEqual(['A a.other.example', 'A a.example'])
    await ask([server], ['A', 'b.elsewhere'], { conf })
    await ask([server], ['SRV', 'a'], { conf })
    await ask([server], ['A', 'a'], { conf, params: { dns_use_search_list: 0 } })
    expect(asked.slice(2)).toEqual(['A b.elsewhere', 'SRV a', 'A a'])
  })

  it('lets questions wait for each other when there are very many', async () => {
    let most = 0
    let now = 0
    const server = await startServer((asked, query) => {
      most = Math.max(most, ++now)
      setTimeout(() => now--, 1)
      return reply(query, [a(asked.slice(2), '192.0.2.1')])
    })
    const params = coreParametersFrom({ dns_retr_time: 5, dns_retr_no: 3 })
    const source = new NameServerSource(params, () => ({ ...parseResolvConf(''), servers: [server] }))
    const answers = await Promise.all(
      Array.from(
        { length: 3000 },
        (_, i) => new Promise<DnsAnswer<DnsRecord>>((resolve) => void source.ask('A', `host-${i}.example`, resolve)),
      ),
    )
    const told = answers.filter(({ outcome }) => outcome === 'found').length
    expect(told).toBe(256 + 2048)
    expect(answers.filter(({ outcome }) => outcome === 'failed')).toHaveLength(3000 - told)
  })
})
