import { describe, expect, it } from 'vitest'
import { addresses, naptr, ScriptedDns } from '../../test/simulation/scripted-dns.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { coreParametersFrom, type CoreParameters } from '../dns/core-parameters.ts'
import { DnsCache } from '../dns/dns-cache.ts'
import { DstBlocklist } from '../dns/dst-blocklist.ts'
import { createCounters } from '../metrics/counter-layout.ts'
import { EndpointTable } from '../transport/endpoint.ts'
import { blocklistCommands } from './blocklist-commands.ts'
import { dnsCommands } from './dns-commands.ts'

interface Rig {
  readonly run: (method: string, ...params: readonly unknown[]) => unknown
  readonly core: CoreParameters
  readonly pass: (seconds: number) => void
}

function rig(): Rig {
  const clock = new FakeClock()
  const counters = createCounters()
  const core = coreParametersFrom({ use_dst_blocklist: 1 })
  const source = new ScriptedDns({
    'A known.example': addresses(60, '192.0.2.5'),
    'NAPTR known.example': [naptr('SIP+D2U', 'x.example')],
    'CNAME more.example': [{ ttl: 60, name: 'known.example' }],
    'PTR more.example': [{ ttl: 60, name: 'known.example' }],
    'TXT more.example': [{ ttl: 60, texts: ['hello', 'world'] }],
    'EBL more.example': [{ ttl: 60, position: 3, separator: 'i', apex: 'e164.arpa' }],
  })
  const cache = new DnsCache({ source, params: core, clock, counters })
  const endpoints = new EndpointTable()
  const blocklist = new DstBlocklist(core, clock, counters)
  const commands = { ...dnsCommands({ cache, core, endpoints, clock }), ...blocklistCommands({ blocklist, core, endpoints, clock }) }
  return {
    core,
    run: (method, ...params) => commands[method](params),
    pass: (seconds) => clock.advanceTo(clock.now() + seconds * 1000),
  }
}

describe('dns commands, shapes of Kamailio 5.6.3', () => {
  it('a lookup shows the entry', async () => {
    const { run, pass } = rig()
    run('dns.add_a', 'a.example', 60, '192.0.2.1', 0)
    run('dns.add_a', 'a.example', 60, '192.0.2.2', 0)
    pass(1.5)
    expect(await run('dns.lookup', 'A', 'A.example')).toEqual({
      name: 'a.example',
      type: 'A',
      size_bytes: expect.any(Number) as number,
      reference_counter: 1,
      permanent: 'no',
      expires: 59,
      last_used: 0,
      negative_entry: 'no',
      records: [
        { rr_idx: 0, rr_ip: '192.0.2.1', rr_permanent: 'no', rr_expires: 59 },
        { rr_idx: 1, rr_ip: '192.0.2.2', rr_permanent: 'no', rr_expires: 59 },
      ],
    })
  })

  it('SRV and NAPTR records have their fields', async () => {
    const { run } = rig()
    run('dns.add_srv', '_sip._udp.a.example', 60, 10, 20, 5070, 'A.example', 2)
    expect(await run('dns.lookup', 'SRV', '_sip._udp.a.example')).toMatchObject({
      permanent: 'yes',
      expires: 0,
      records: [{ rr_idx: 0, rr_name: 'a.example', rr_port: 5070, rr_priority: 10, rr_weight: 20, rr_permanent: 'yes', rr_expires: 0 }],
    })
    expect(await run('dns.lookup', 'NAPTR', 'known.example')).toMatchObject({
      records: [{ rr_order: 10, rr_preference: 10, rr_flags: 's', rr_service: 'SIP+D2U', rr_regexp: '', rr_replacement: 'x.example' }],
    })
  })

  it('records of the other types have theirs', async () => {
    const { run } = rig()
    const fieldsOf = async (type: string): Promise<object> => {
      const { records } = (await run('dns.lookup', type, 'more.example')) as { readonly records: readonly object[] }
      return records[0]
    }
    const common = { rr_idx: 0, rr_permanent: 'no', rr_expires: 60 }
    expect(await fieldsOf('cname')).toEqual({ ...common, rr_name: 'known.example' })
    expect(await fieldsOf('PTR')).toEqual({ ...common, rr_name: 'known.example' })
    expect(await fieldsOf('TXT')).toEqual({
      ...common,
      txt: [
        { idx: 0, rr_txt: 'hello' },
        { idx: 1, rr_txt: 'world' },
      ],
    })
    expect(await fieldsOf('EBL')).toEqual({ ...common, rr_position: 3, rr_separator: 'i', rr_apex: 'e164.arpa' })
  })

  it('dns.debug and dns.debug_all are the values of Kamailio, by entry', async () => {
    const { run, pass } = rig()
    run('dns.add_srv', 's.example', 60, 10, 20, 5070, 'a.example', 0)
    run('dns.add_a', 'mine.example', 60, '192.0.2.1', 2)
    await run('dns.lookup', 'TXT', 'more.example')
    await expect(run('dns.lookup', 'A', 'gone.example')).rejects.toThrow('Not found')
    pass(2)
    const size = expect.any(Number) as number
    const gone = ['gone.example', 1, size, 1, 58, 2, 1]
    const mine = ['mine.example', 1, size, 1, -1, 2, 2]
    expect(run('dns.debug')).toEqual([['s.example', 33, size, 1, 58, 2, 0], mine, ['more.example', 16, size, 1, 58, 2, 0], gone])
    expect(run('dns.debug_all')).toEqual([
      ['s.example', 33, 0, size, 1, 58, 2, 0, 'srv', 'a.example', 58],
      ['mine.example', 1, 0, size, 1, -1, 2, 2, 'ip', '192.0.2.1', -1],
      ['more.example', 16, 0, size, 1, 58, 2, 0, 'txt', 'hello', 58],
      [],
    ])
  })

  it('permanent entries cannot be deleted one by one', () => {
    const { run } = rig()
    run('dns.add_a', 'mine.example', 60, '192.0.2.1', 2)
    expect(() => run('dns.delete', 'A', 'mine.example')).toThrow('Permanent entries cannot be deleted')
  })

  it('the name servers can be called down', async () => {
    const { run } = rig()
    expect(run('dns.get_server_state')).toBe(1)
    run('dns.set_server_state', 0)
    expect(run('dns.get_server_state')).toBe(0)
    await expect(run('dns.lookup', 'A', 'known.example')).rejects.toThrow('Not found')
    run('dns.set_server_state', 1)
    expect(await run('dns.lookup', 'A', 'known.example')).toMatchObject({ records: [{ rr_ip: '192.0.2.5' }] })
  })

  it('a lookup asks DNS; what does not exist is 400 Not found and shown as negative', async () => {
    const { run } = rig()
    expect(await run('dns.lookup', 'A', 'known.example')).toMatchObject({ records: [{ rr_ip: '192.0.2.5' }] })
    await expect(run('dns.lookup', 'A', 'gone.example')).rejects.toMatchObject({ code: 400, message: 'Not found' })
    const view = run('dns.view') as readonly object[]
    expect(view).toHaveLength(2)
    expect(view[1]).toMatchObject({ name: 'gone.example', negative_entry: 'yes', expires: 60 })
    expect(view[1]).not.toHaveProperty('records')
    expect(run('dns.stats_get', 1)).toEqual({ dns_req_cnt: 2, dc_hits_cnt: 0, dc_neg_hits_cnt: 0, dc_lru_cnt: 0 })
    expect(run('dns.stats_get', 0)).toMatchObject({ dns_req_cnt: 0 })
    expect(run('dns.mem_info')).toMatchObject({ max: 512_000 })
  })

  it.each([
    ['dns.lookup', ['FOO', 'a.example'], 'Invalid type'],
    ['dns.add_a', ['a.example', 60, 'x', 0], 'Malformed ip address'],
    ['dns.add_a', ['a.example', 60, '2001:db8::1', 0], 'Malformed ip address'],
    ['dns.add_aaaa', ['a.example', 60, '192.0.2.1', 0], 'Malformed ip address'],
    ['dst_blocklist.add', ['x', 5060, 1, 4], 'Malformed ip address'],
    ['dst_blocklist.add', ['192.0.2.1', 5060, 9, 4], 'Unknown protocol'],
  ])('%s %j is refused: %s', (method, params, message) => {
    expect(() => rig().run(method, ...params)).toThrow(message)
  })

  it('delete says whether there was anything; delete_all spares permanent entries', () => {
    const { run } = rig()
    run('dns.add_aaaa', 'a.example', 60, '2001:db8::1', 0)
    run('dns.add_a', 'mine.example', 60, '192.0.2.1', 2)
    expect(run('dns.delete', 'AAAA', 'a.example')).toBe(true)
    expect(run('dns.delete', 'AAAA', 'a.example')).toBe(false)
    run('dns.delete_all', false)
    expect(run('dns.view')).toHaveLength(1)
    run('dns.delete_all', true)
    expect(run('dns.view')).toEqual([])
  })

  it('without use_dns_cache everything is 500', () => {
    const { run, core } = rig()
    core.use_dns_cache = 0
    expect(() => run('dns.view')).toThrow('dns cache support disabled')
  })
})

describe('dst_blocklist commands', () => {
  it('add, view and empty the list', () => {
    const { run, pass } = rig()
    run('dst_blocklist.add', '192.0.2.1', 5060, 1, 64)
    run('dst_blocklist.add', '2001:db8::1', 5061, 3, 128)
    pass(20)
    expect(run('dst_blocklist.view')).toEqual([
      { protocol: 'udp', ip: '192.0.2.1', port: 5060, expires: 40, flags: 64 },
      { protocol: 'tls', ip: '2001:db8::1', port: 5061, expires: 0, flags: 129 },
    ])
    expect(run('dst_blocklist.mem_info')).toMatchObject({ max: 256_000 })
    expect(run('dst_blocklist.debug')).toEqual(['udp', '192.0.2.1', 5060, 40, 64, 'tls', '2001:db8::1', 5061, 0, 129])
    run('dst_blocklist.delete_all')
    expect(run('dst_blocklist.view')).toHaveLength(1)
    expect(run('dst_blocklist.stats_get', 0)).toEqual({ bkl_hit_cnt: 0, bkl_lru_cnt: 0 })
  })

  it('are 500 without use_dst_blocklist', () => {
    const { run, core } = rig()
    core.use_dst_blocklist = 0
    for (const method of ['view', 'mem_info', 'stats_get', 'delete_all', 'add']) {
      expect(() => run(`dst_blocklist.${method}`)).toThrow('dst blocklist support disabled')
    }
  })
})
