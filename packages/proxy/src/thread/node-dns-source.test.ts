import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coreParametersFrom } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord } from '../dns/dns-source.ts'
import { NodeDnsSource } from './node-dns-source.ts'
import { systemClock } from './system-clock.ts'

/** Record data by `TYPENUMBER name`; other names do not exist, and names with `broken` make the server fail. */
const zone: Readonly<Record<string, readonly Buffer[]>> = {
  '1 a.example': [Buffer.from([192, 0, 2, 1]), Buffer.from([192, 0, 2, 2])],
  '28 a.example': [Buffer.from('20010db8000000000000000000000001', 'hex')],
  '33 _sip._udp.a.example': [Buffer.concat([Buffer.from([0, 10, 0, 20, 0x13, 0xce]), labels('a.example')])],
  '35 a.example': [Buffer.concat([Buffer.from([0, 1, 0, 2]), text('s'), text('SIP+D2U'), text(''), labels('_sip._udp.a.example')])],
}

function labels(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(text), Buffer.from([0])])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
}

/** RFC 1035 4.1: the answer to a query of one question. */
function reply(query: Buffer): Buffer {
  let end = 12
  const parts: string[] = []
  while (query[end] !== 0) {
    parts.push(query.toString('latin1', end + 1, end + 1 + query[end]))
    end += query[end] + 1
  }
  const name = parts.join('.').toLowerCase()
  const type = query.readUInt16BE(end + 1)
  const found = zone[`${type} ${name}`] ?? []
  const code = name.includes('broken') ? 2 : found.length === 0 ? 3 : 0
  const header = Buffer.from([query[0], query[1], 0x81, 0x80 | code, 0, 1, 0, found.length, 0, 0, 0, 0])
  const answers = found.map((data) => Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 77, 0, data.length]), data]))
  return Buffer.concat([header, query.subarray(12, end + 5), ...answers])
}

let server: Socket
let source: NodeDnsSource

beforeAll(async () => {
  server = createSocket('udp4', (query, from) => server.send(reply(query), from.port, from.address))
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const params = coreParametersFrom({ dns_use_search_list: 0, dns_retr_time: 1, dns_retr_no: 0 })
  source = new NodeDnsSource(params, systemClock, (work) => work(), [`127.0.0.1:${server.address().port}`])
})

afterAll(() => void server.close())

function ask(type: 'a' | 'aaaa' | 'srv' | 'naptr', name: string): Promise<DnsAnswer<DnsRecord>> {
  return new Promise((resolve) => void source[type](name, resolve))
}

describe('NodeDnsSource', () => {
  it('finds addresses with their TTL', async () => {
    expect(await ask('a', 'a.example')).toEqual({
      outcome: 'found',
      records: [
        { ttl: 77, address: '192.0.2.1' },
        { ttl: 77, address: '192.0.2.2' },
      ],
    })
    expect(await ask('aaaa', 'a.example')).toEqual({ outcome: 'found', records: [{ ttl: 77, address: '2001:db8::1' }] })
  })

  it('finds SRV and NAPTR records', async () => {
    expect((await ask('srv', '_sip._udp.a.example')).records).toMatchObject([{ priority: 10, weight: 20, port: 5070, target: 'a.example' }])
    expect((await ask('naptr', 'a.example')).records).toMatchObject([
      { order: 1, preference: 2, flags: 's', service: 'SIP+D2U', regexp: '', replacement: '_sip._udp.a.example' },
    ])
  })

  it('tells what does not exist from what nobody could tell', async () => {
    expect(await ask('a', 'gone.example')).toEqual({ outcome: 'absent', records: [] })
    expect(await ask('srv', '_sip._tcp.a.example')).toEqual({ outcome: 'absent', records: [] })
    expect(await ask('a', 'broken.example')).toEqual({ outcome: 'failed', records: [] })
  })

  it('knows the hosts file without asking', async () => {
    expect(await ask('a', 'localhost')).toMatchObject({ outcome: 'found', records: [{ address: '127.0.0.1' }] })
  })
})
