import { encode, type Answer } from 'dns-packet'
import { Resolver } from 'node:dns'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coreParametersFrom } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsType } from '../dns/dns-source.ts'
import { NodeDnsSource } from './node-dns-source.ts'

const ZONE: readonly Answer[] = [
  { type: 'A', name: 'a.example', ttl: 77, data: '192.0.2.1' },
  { type: 'AAAA', name: 'a.example', ttl: 77, data: '2001:db8::1' },
  { type: 'SRV', name: '_sip._udp.a.example', ttl: 77, data: { priority: 10, weight: 20, port: 5070, target: 'a.example' } },
  {
    type: 'NAPTR',
    name: 'a.example',
    ttl: 77,
    data: { order: 1, preference: 2, flags: 's', services: 'SIP+D2U', regexp: '', replacement: '_sip._udp.a.example' },
  },
  { type: 'CNAME', name: 'c.example', ttl: 77, data: 'a.example' },
  { type: 'PTR', name: '1.2.0.192.in-addr.arpa', ttl: 77, data: 'a.example' },
  { type: 'TXT', name: 'a.example', ttl: 77, data: ['hello', 'world'] },
]
const TYPES: Readonly<Record<number, string>> = { 1: 'A', 5: 'CNAME', 12: 'PTR', 16: 'TXT', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR' }

const server = createSocket('udp4', (query, from) => server.send(reply(query), from.port, from.address))
let source: NodeDnsSource

function reply(query: Buffer): Buffer {
  const labels: string[] = []
  let at = 12
  for (; query[at] !== 0; at += query[at] + 1) labels.push(query.toString('latin1', at + 1, at + 1 + query[at]))
  const name = labels.join('.').toLowerCase()
  const type = TYPES[query.readUInt16BE(at + 1)]
  const answers = ZONE.filter((one) => one.name === name && one.type === type)
  const questions = [{ type: type as 'A', name: labels.join('.') }]
  const bytes = encode({ type: 'response', id: query.readUInt16BE(0), questions, answers })
  bytes[3] = name.includes('broken') ? 2 : answers.length === 0 ? 3 : 0
  return bytes
}

beforeAll(async () => {
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  source = new NodeDnsSource(coreParametersFrom({ dns_retr_time: 1, dns_retr_no: 0 }), (options) => {
    const resolver = new Resolver(options)
    resolver.setServers([`127.0.0.1:${server.address().port}`])
    return resolver
  })
})

afterAll(() => void server.close())

function ask(type: DnsType, name: string): Promise<DnsAnswer<DnsRecord>> {
  return new Promise((resolve) => void source.ask(type, name, resolve))
}

describe('NodeDnsSource', () => {
  it.each([
    ['A', 'a.example', { ttl: 77, address: '192.0.2.1' }],
    ['AAAA', 'a.example', { ttl: 77, address: '2001:db8::1' }],
    ['SRV', '_sip._udp.a.example', { ttl: 60, priority: 10, weight: 20, port: 5070, target: 'a.example' }],
    [
      'NAPTR',
      'a.example',
      { ttl: 60, order: 1, preference: 2, flags: 's', service: 'SIP+D2U', regexp: '', replacement: '_sip._udp.a.example' },
    ],
    ['CNAME', 'c.example', { ttl: 60, name: 'a.example' }],
    ['PTR', '1.2.0.192.in-addr.arpa', { ttl: 60, name: 'a.example' }],
    ['TXT', 'a.example', { ttl: 60, texts: ['hello', 'world'] }],
  ] as const)('finds %s records, with their TTL where it is told', async (type, name, expected) => {
    const { outcome, records } = await ask(type, name)
    expect([outcome, records.length]).toEqual(['found', 1])
    expect(records[0]).toMatchObject(expected)
  })

  it('tells what does not exist from what nobody could tell', async () => {
    expect(await ask('A', 'gone.example')).toEqual({ outcome: 'absent', records: [] })
    expect(await ask('EBL', 'a.example')).toEqual({ outcome: 'absent', records: [] })
    expect(await ask('A', 'broken.example')).toEqual({ outcome: 'failed', records: [] })
  })
})
