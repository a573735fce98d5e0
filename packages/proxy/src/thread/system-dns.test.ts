import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { coreParametersFrom } from '../dns/core-parameters.ts'
import type { DnsAnswer, DnsRecord, DnsType } from '../dns/dns-source.ts'
import { systemClock } from './system-clock.ts'
import { SystemDns } from './system-dns.ts'

/** Says of every name that it does not exist. */
const nameServer = createSocket('udp4', (query, from) => {
  const bytes = Buffer.from(query)
  bytes[2] = 0x81
  bytes[3] = 0x83
  nameServer.send(bytes, from.port, from.address)
})
const turns: string[] = []
let dns: SystemDns

beforeAll(async () => {
  nameServer.bind(0, '127.0.0.1')
  await once(nameServer, 'listening')
  dns = new SystemDns({
    params: coreParametersFrom({ dns_retr_time: 1 }),
    clock: systemClock,
    run: (work) => {
      turns.push('turn')
      work()
    },
    servers: [{ address: '127.0.0.1', port: nameServer.address().port }],
  })
})

afterAll(() => void nameServer.close())

function ask(type: DnsType, name: string): Promise<DnsAnswer<DnsRecord>> {
  return new Promise((resolve) => void dns.ask(type, name, resolve))
}

describe('SystemDns', () => {
  it('knows the hosts file without asking', async () => {
    let told: DnsAnswer<DnsRecord> | null = null
    dns.ask('A', 'localhost', (answer) => (told = answer))
    expect(told).toMatchObject({ outcome: 'found', records: [{ address: '127.0.0.1' }] })
    expect(turns).toEqual([])
  })

  it('asks the name servers it was told to ask, and nobody else, in a turn', async () => {
    expect(await ask('A', 'gone.example')).toEqual({ outcome: 'absent', records: [] })
    expect(await ask('SRV', '_sip._udp.localhost')).toEqual({ outcome: 'absent', records: [] })
    expect(turns).toEqual(['turn', 'turn'])
  })
})
