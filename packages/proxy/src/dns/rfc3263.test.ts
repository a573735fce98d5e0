import { TransportCode, transportName } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { addresses, isAddress, naptr, ScriptedDns, srv, type DnsZone } from '../../test/simulation/scripted-dns.ts'
import { seededRandom } from '../../test/simulation/world.ts'
import { createCounters } from '../metrics/counter-layout.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { nextHopOf, nextHopOfProxy } from '../forward/next-hop.ts'
import { coreParametersFrom, type CoreParameters } from './core-parameters.ts'
import { DnsCache } from './dns-cache.ts'
import { Locator } from './rfc3263.ts'

const { UDP, TCP, TLS } = TransportCode
const DUAL = [`${UDP} 4`, `${TCP} 4`, `${TLS} 4`, `${UDP} 6`, `${TCP} 6`, `${TLS} 6`]
const V4 = [`${UDP} 4`, `${TCP} 4`, `${TLS} 4`]

interface Options {
  readonly params?: Partial<CoreParameters>
  /** `transport family` that listeners serve. */
  readonly speaks?: readonly string[]
  readonly random?: () => number
}

/** Places of a URI, or of `proxy:...`, as `udp 192.0.2.1 5060`; and what DNS was asked. */
function locate(
  target: string,
  zone: DnsZone = {},
  options: Options = {},
): { readonly places: readonly string[]; readonly asked: readonly string[] } {
  const params = coreParametersFrom({ ...options.params })
  const source = new ScriptedDns(zone)
  const locator = new Locator({
    cache: new DnsCache({ source, params, clock: new FakeClock(), counters: createCounters() }),
    params,
    endpoint: (address, port) => (isAddress(address) ? { address, port, family: address.includes(':') ? 6 : 4 } : null),
    speaks: (transport, family) => (options.speaks ?? V4).includes(`${transport} ${family}`),
    random: options.random ?? seededRandom(1),
  })
  const hop = target.startsWith('proxy:') ? nextHopOfProxy(target.slice('proxy:'.length)) : nextHopOf(target)
  if (hop === null) throw new Error(`no hop in ${target}`)
  let places: readonly string[] | null = null
  locator.locate(hop, (found) => {
    places = found.map(({ remote, transport }) => `${transportName(transport)} ${remote.address} ${remote.port}`)
  })
  if (places === null) throw new Error('no answer')
  return { places, asked: source.questions }
}

const A: DnsZone = { 'A example.com': addresses(60, '192.0.2.1') }
const FULL: DnsZone = {
  ...A,
  'SRV _sip._udp.example.com': [srv('u.example.com', 5070)],
  'SRV _sip._tcp.example.com': [srv('t.example.com', 5080)],
  'SRV _sips._tcp.example.com': [srv('s.example.com', 5090)],
  'A u.example.com': addresses(60, '192.0.2.10'),
  'A t.example.com': addresses(60, '192.0.2.20'),
  'A s.example.com': addresses(60, '192.0.2.30'),
}

describe('a domain that lists more than anybody would try', () => {
  const targets = Array.from({ length: 60 }, (_, i) => srv(`host${i}.example.com`, 5060, i))

  it('is asked for the addresses of the first 16 targets of a service, by priority', () => {
    const { asked } = locate('sip:example.com;transport=udp', { 'SRV _sip._udp.example.com': targets.toReversed() })
    expect(asked.filter((question) => question.startsWith('A '))).toEqual(targets.slice(0, 16).map(({ target }) => `A ${target}`))
  })

  it('is asked for the services of the first 4 NAPTR records', () => {
    const records = Array.from({ length: 40 }, (_, i) => naptr('SIP+D2U', `_sip._udp.part${i}.example.com`, i))
    const { asked } = locate('sip:example.com', { 'NAPTR example.com': records }, { params: { dns_try_naptr: 1 } })
    expect(asked.filter((question) => question.startsWith('SRV _sip._udp.part'))).toHaveLength(4)
  })
})

describe('4.1 and 4.2 without NAPTR: transport, port and address by what the URI gives', () => {
  it.each([
    // Numeric: nothing to ask.
    ['sip:192.0.2.9', 'udp 192.0.2.9 5060', ''],
    ['sip:192.0.2.9:5070', 'udp 192.0.2.9 5070', ''],
    ['sip:192.0.2.9;transport=tcp', 'tcp 192.0.2.9 5060', ''],
    ['sips:192.0.2.9', 'tls 192.0.2.9 5061', ''],
    ['sips:192.0.2.9;transport=tcp', 'tls 192.0.2.9 5061', ''],
    ['sip:[2001:db8::9]:5070', 'udp 2001:db8::9 5070', ''],
    // A port: A records only.
    ['sip:example.com:5065', 'udp 192.0.2.1 5065', 'A example.com'],
    ['sip:example.com:5065;transport=tcp', 'tcp 192.0.2.1 5065', 'A example.com'],
    ['sips:example.com:5065', 'tls 192.0.2.1 5065', 'A example.com'],
    // A transport: its SRV records.
    ['sip:example.com;transport=udp', 'udp 192.0.2.10 5070', 'SRV _sip._udp.example.com, A u.example.com'],
    ['sip:example.com;transport=tcp', 'tcp 192.0.2.20 5080', 'SRV _sip._tcp.example.com, A t.example.com'],
    ['sips:example.com;transport=tcp', 'tls 192.0.2.30 5090', 'SRV _sips._tcp.example.com, A s.example.com'],
    // Other transports have no SRV names of their own.
    ['sip:example.com;transport=ws', '', ''],
    // maddr takes the place of the host.
    ['sip:other.example:5065;maddr=example.com', 'udp 192.0.2.1 5065', 'A example.com'],
    // Proxies of t_relay_to.
    ['proxy:example.com:5065', 'udp 192.0.2.1 5065', 'A example.com'],
    ['proxy:tcp:example.com', 'tcp 192.0.2.20 5080', 'SRV _sip._tcp.example.com, A t.example.com'],
  ])('%s is %j', (uri, place, asked) => {
    const found = locate(uri, FULL)
    expect(found.places.join()).toBe(place)
    expect(found.asked.join(', ')).toBe(asked)
  })

  it('neither port nor transport: the preferred transport that has SRV records', () => {
    expect(locate('sip:example.com', FULL).places).toEqual(['udp 192.0.2.10 5070'])
    const { ['SRV _sip._udp.example.com']: _udp, ...noUdp } = FULL
    expect(locate('sip:example.com', noUdp).places).toEqual(['tcp 192.0.2.20 5080'])
    expect(locate('sip:example.com', FULL, { params: { dns_tls_pref: 50 } }).places).toEqual(['tls 192.0.2.30 5090'])
    expect(locate('sip:example.com', FULL, { params: { dns_udp_pref: -1 } }).places).toEqual(['tcp 192.0.2.20 5080'])
  })

  it('only transports that have a listener', () => {
    const { places, asked } = locate('sip:example.com', FULL, { speaks: [`${TCP} 4`] })
    expect(places).toEqual(['tcp 192.0.2.20 5080'])
    expect(asked).toEqual(['SRV _sip._tcp.example.com', 'A t.example.com'])
  })

  it('sips: TLS only', () => {
    expect(locate('sips:example.com', FULL).places).toEqual(['tls 192.0.2.30 5090'])
    expect(locate('sips:example.com', FULL, { speaks: [`${UDP} 4`, `${TCP} 4`] }).places).toEqual([])
  })

  it('no SRV records: A records with the default port of the transport', () => {
    expect(locate('sip:example.com', A).places).toEqual(['udp 192.0.2.1 5060'])
    expect(locate('sip:example.com;transport=tcp', A).places).toEqual(['tcp 192.0.2.1 5060'])
    expect(locate('sips:example.com', A).places).toEqual(['tls 192.0.2.1 5061'])
  })

  it('nothing at all: nowhere', () => {
    expect(locate('sip:nowhere.example').places).toEqual([])
    expect(locate('sip:nowhere.example:5060').places).toEqual([])
  })

  it('a target of "." means that the service is not offered, RFC 2782', () => {
    const zone = { ...A, 'SRV _sip._udp.example.com': [srv('.', 0, 0, 0)] }
    expect(locate('sip:example.com;transport=udp', zone).places).toEqual([])
  })
})

describe('4.1 with NAPTR, dns_try_naptr', () => {
  const records = [
    naptr('SIP+D2T', '_sip._tcp.example.com', 10, 10),
    naptr('SIPS+D2T', '_sips._tcp.example.com', 20, 10),
    naptr('SIP+D2U', '_sip._udp.example.com', 30, 10),
    naptr('SIP+D2S', '_sip._sctp.example.com', 5, 10),
  ]
  const zone: DnsZone = { ...FULL, 'NAPTR example.com': records }
  const on = { dns_try_naptr: 1 }

  it('is not asked by default', () => {
    expect(locate('sip:example.com', zone).asked).not.toContain('NAPTR example.com')
  })

  it('the order of the records decides between transports that are preferred alike', () => {
    const params = { ...on, dns_udp_pref: 1, dns_tcp_pref: 1, dns_tls_pref: 1 }
    expect(locate('sip:example.com', zone, { params }).places).toEqual([
      'tcp 192.0.2.20 5080',
      'tls 192.0.2.30 5090',
      'udp 192.0.2.10 5070',
    ])
  })

  it('the order of the records decides with dns_naptr_ignore_rfc 0', () => {
    const params = { ...on, dns_naptr_ignore_rfc: 0 }
    expect(locate('sip:example.com', zone, { params }).places[0]).toBe('tcp 192.0.2.20 5080')
  })

  it('the local preferences decide by default, dns_naptr_ignore_rfc', () => {
    expect(locate('sip:example.com', zone, { params: on }).places).toEqual([
      'udp 192.0.2.10 5070',
      'tcp 192.0.2.20 5080',
      'tls 192.0.2.30 5090',
    ])
  })

  it('the preference decides within an order', () => {
    const two = [naptr('SIP+D2U', 'b.example', 10, 20), naptr('SIP+D2U', 'a.example', 10, 10)]
    const places = { 'SRV a.example': [srv('192.0.2.41', 1)], 'SRV b.example': [srv('192.0.2.42', 2)] }
    expect(locate('sip:example.com', { ...places, 'NAPTR example.com': two }, { params: on }).places).toEqual([
      'udp 192.0.2.41 1',
      'udp 192.0.2.42 2',
    ])
  })

  it('sips follows SIPS records only', () => {
    expect(locate('sips:example.com', zone, { params: on }).places).toEqual(['tls 192.0.2.30 5090'])
  })

  it.each([
    ['a port in the URI', 'sip:example.com:5060'],
    ['a transport in the URI', 'sip:example.com;transport=udp'],
    ['an address', 'sip:192.0.2.1'],
  ])('is not asked with %s', (_name, uri) => {
    expect(locate(uri, zone, { params: on }).asked).not.toContain('NAPTR example.com')
  })

  it.each([
    ['no NAPTR records', undefined],
    ['records of other services only', [naptr('E2U+sip', 'x.example')]],
    ['records with an expression, RFC 3403', [{ ...naptr('SIP+D2U', ''), regexp: '!^.*$!sip:x@example.com!' }]],
    ['records that end in no SRV record', [{ ...naptr('SIP+D2U', 'x.example'), flags: 'a' }]],
    ['SRV names without records', [naptr('SIP+D2U', '_sip._udp.gone.example')]],
    ['a transport that is switched off', [naptr('SIP+D2S', '_sip._sctp.example.com')]],
  ])('goes on with SRV when there are %s', (_name, list) => {
    const given = list === undefined ? FULL : { ...FULL, 'NAPTR example.com': list }
    expect(locate('sip:example.com', given, { params: on }).places).toEqual(['udp 192.0.2.10 5070'])
  })
})

describe('4.2 addresses: A and AAAA', () => {
  const zone: DnsZone = {
    'A example.com': addresses(60, '192.0.2.1', '192.0.2.2'),
    'AAAA example.com': addresses(60, '2001:db8::1'),
  }
  const found = (params: Partial<CoreParameters>, speaks: readonly string[] = DUAL): string =>
    locate('sip:example.com:5060', zone, { params, speaks })
      .places.map((place) => place.split(' ')[1])
      .join()

  it.each([
    [{}, '192.0.2.1,192.0.2.2,2001:db8::1'],
    [{ dns_try_ipv6: 0 }, '192.0.2.1,192.0.2.2'],
    [{ dns_cache_flags: 1 }, '192.0.2.1,192.0.2.2'],
    [{ dns_cache_flags: 2 }, '2001:db8::1'],
    [{ dns_cache_flags: 4 }, '2001:db8::1,192.0.2.1,192.0.2.2'],
  ])('%j gives %s', (params, expected) => {
    expect(found(params)).toBe(expected)
  })

  it('families without listener are not asked for', () => {
    expect(locate('sip:example.com:5060', zone).asked).toEqual(['A example.com'])
    expect(found({}, [`${UDP} 6`])).toBe('2001:db8::1')
  })
})

describe('4.3 the list to fail over along', () => {
  const zone: DnsZone = {
    'SRV _sip._udp.example.com': [srv('b.example', 5072, 20), srv('a.example', 5071, 10), srv('gone.example', 5073, 15)],
    'A a.example': addresses(60, '192.0.2.1', '192.0.2.2'),
    'A b.example': addresses(60, '192.0.2.3'),
  }

  it('has every address of every SRV record, in the order of the records', () => {
    expect(locate('sip:example.com;transport=udp', zone).places).toEqual(['udp 192.0.2.1 5071', 'udp 192.0.2.2 5071', 'udp 192.0.2.3 5072'])
  })

  it('is bounded', () => {
    const many = Array.from({ length: 100 }, (_, i) => `192.0.2.${i}`)
    expect(locate('sip:example.com:5060', { 'A example.com': addresses(60, ...many) }).places).toHaveLength(32)
  })

  it('is drawn by weight with dns_srv_lb', () => {
    const equal: DnsZone = { 'SRV _sip._udp.example.com': [srv('192.0.2.1', 1, 10, 75), srv('192.0.2.2', 2, 10, 25)] }
    const random = seededRandom(3)
    let first = 0
    for (let i = 0; i < 2000; i++) {
      const { places } = locate('sip:example.com;transport=udp', equal, { params: { dns_srv_lb: 1 }, random })
      if (places[0] === 'udp 192.0.2.1 1') first++
    }
    expect(first / 2000).toBeCloseTo(0.75, 1)
  })
})
