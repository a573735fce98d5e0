import { describe, expect, it } from 'vitest'
import { addresses, ScriptedDns, type DnsZone } from '../../test/simulation/scripted-dns.ts'
import { FakeClock } from '../clock/fake-clock.ts'
import { Counter, createCounters } from '../metrics/counter-layout.ts'
import { coreParametersFrom, type CoreParameters } from './core-parameters.ts'
import { DnsCache } from './dns-cache.ts'

interface Rig {
  readonly counters: Float64Array
  readonly cache: DnsCache
  readonly dns: ScriptedDns
  /** Addresses of a name, '' none, null no answer yet. */
  readonly ask: (name: string) => string | null
  /** Lets DNS answer what it was asked. */
  readonly deliver: () => void
  readonly pass: (seconds: number) => void
}

function rig(zone: DnsZone, params: Partial<CoreParameters> = {}, late = false): Rig {
  const clock = new FakeClock()
  const counters = createCounters()
  const pending: (() => void)[] = []
  const dns = new ScriptedDns(zone, (answer) => (late ? void pending.push(answer) : answer()))
  const cache = new DnsCache({ source: dns, params: coreParametersFrom(params), clock, counters })
  return {
    counters,
    cache,
    dns,
    ask: (name) => {
      let found: string | null = null
      cache.ask('A', name, (records) => (found = records.map(({ address }) => address).join()))
      return found
    },
    deliver: () => {
      for (const answer of pending.splice(0)) answer()
    },
    pass: (seconds) => clock.advanceTo(clock.now() + seconds * 1000),
  }
}

const ZONE: DnsZone = { 'A a.example': addresses(100, '192.0.2.1'), 'A b.example': addresses(5, '192.0.2.2') }

/** Seconds after which a name is asked for again. */
function kept(zone: DnsZone, params: Partial<CoreParameters>, absentFor?: number): number {
  const { ask, dns, pass } = rig(zone, params)
  dns.absentFor = absentFor
  ask('a.example')
  for (let second = 1; second <= 4000; second++) {
    pass(1)
    ask('a.example')
    if (dns.questions.length > 1) return second
  }
  return Infinity
}

describe('how long records are kept', () => {
  it.each([
    ['their TTL', 5, {}, 5],
    ['the shortest TTL of several', [300, 7, 60], {}, 7],
    ['at least dns_cache_min_ttl', 2, { dns_cache_min_ttl: 9 }, 9],
    ['at most dns_cache_max_ttl', 3600, { dns_cache_max_ttl: 8 }, 8],
    ['not at all with a TTL of 0', 0, {}, 1],
    ['not at all without use_dns_cache', 60, { use_dns_cache: 0 }, 1],
  ] as const)('%s', (_name, ttl, params, seconds) => {
    const ttls: readonly number[] = typeof ttl === 'number' ? [ttl] : ttl
    const records = ttls.map((one, i) => ({ ttl: one, address: `192.0.2.${i}` }))
    expect(kept({ 'A a.example': records }, params)).toBe(seconds)
  })

  it('"no such name": dns_cache_negative_ttl, RFC 2308', () => {
    expect(kept({}, { dns_cache_negative_ttl: 60 })).toBe(60)
    expect(kept({}, { dns_cache_negative_ttl: 0 })).toBe(1)
  })

  it('"no such name": the SOA minimum, dns_cache_negative_ttl at most, RFC 2308 5', () => {
    expect(kept({}, { dns_cache_negative_ttl: 60 }, 7)).toBe(7)
    expect(kept({}, { dns_cache_negative_ttl: 5 }, 7)).toBe(5)
    expect(kept({}, {}, 0)).toBe(1)
  })

  it('"nobody could tell": a few seconds only, RFC 2308 7', () => {
    expect(kept({ 'A a.example': 'failed' }, {})).toBe(5)
  })
})

describe('questions', () => {
  it('are asked once for all who wait for the answer', () => {
    const { ask, dns, deliver, cache } = rig(ZONE, {}, true)
    const answers: string[] = []
    expect(ask('a.example')).toBeNull()
    cache.ask('A', 'A.Example.', (records) => void answers.push(records[0].address))
    expect(dns.questions).toEqual(['A a.example'])
    deliver()
    expect(answers).toEqual(['192.0.2.1'])
    expect(ask('a.example')).toBe('192.0.2.1')
    expect(cache.stats).toEqual({ requests: 1, hits: 1, negativeHits: 0, evictions: 0 })
  })

  it('of another type are others', () => {
    const { cache, dns } = rig(ZONE)
    cache.ask('A', 'a.example', () => undefined)
    cache.ask('SRV', 'a.example', () => undefined)
    expect(dns.questions).toEqual(['A a.example', 'SRV a.example'])
  })

  it('asked by an answer that is being told find it', () => {
    const { cache, deliver } = rig(ZONE, {}, true)
    let again = ''
    cache.ask('A', 'a.example', () => cache.ask('A', 'a.example', (records) => (again = records[0].address)))
    deliver()
    expect(again).toBe('192.0.2.1')
  })
})

describe('renewal', () => {
  it('in the last tenth of its life, while the old records serve', () => {
    const { ask, dns, deliver, pass } = rig({ ...ZONE }, {}, true)
    ask('a.example')
    deliver()
    pass(85)
    ask('a.example')
    expect(dns.questions).toHaveLength(1)
    pass(10)
    expect(ask('a.example')).toBe('192.0.2.1')
    expect(dns.questions).toHaveLength(2)
    dns.zone = { 'A a.example': addresses(100, '192.0.2.9') }
    ask('a.example')
    expect(dns.questions).toHaveLength(2)
    deliver()
    expect(ask('a.example')).toBe('192.0.2.1')
    pass(4)
    expect(ask('a.example')).toBe('192.0.2.1')
  })

  it('old records serve on when DNS does not answer, RFC 8767', () => {
    const { ask, dns, pass } = rig({ ...ZONE })
    ask('b.example')
    dns.zone = { 'A b.example': 'failed' }
    pass(10)
    expect(ask('b.example')).toBe('192.0.2.2')
    expect(dns.questions).toHaveLength(2)
    pass(29)
    expect(ask('b.example')).toBe('192.0.2.2')
    expect(dns.questions).toHaveLength(2)
    pass(3700)
    expect(ask('b.example')).toBe('')
  })

  it('old records go when DNS says that there are none', () => {
    const { ask, dns, pass } = rig({ ...ZONE })
    ask('b.example')
    dns.zone = {}
    pass(10)
    expect(ask('b.example')).toBe('')
  })
})

describe('counters', () => {
  it('tell lookups, failures and what the cache answered; dns.stats_get sets none of them back', () => {
    const { ask, cache, counters, dns } = rig({ ...ZONE, 'A broken.example': 'failed' })
    for (const name of ['a.example', 'a.example', 'gone.example', 'gone.example', 'gone.example', 'broken.example']) ask(name)
    Object.assign(cache.stats, { requests: 0, hits: 0, negativeHits: 0 })
    expect(dns.questions).toHaveLength(3)
    const values = [Counter.dnsLookups, Counter.dnsHits, Counter.dnsNegativeHits, Counter.dnsFailures].map((place) => counters[place])
    expect(values).toEqual([3, 1, 2, 1])
  })
})

describe('while the name servers are called down', () => {
  it('nobody is asked, and what has expired is told', () => {
    const { ask, cache, dns, pass } = rig(ZONE)
    ask('b.example')
    pass(10)
    cache.serversUp = false
    expect(ask('b.example')).toBe('192.0.2.2')
    expect(ask('a.example')).toBe('')
    expect(dns.questions).toHaveLength(1)
    cache.serversUp = true
    expect(ask('a.example')).toBe('192.0.2.1')
  })
})

describe('size', () => {
  const names = Array.from({ length: 50 }, (_, i) => `host-${i}.example`)
  const zone = (ttl: (i: number) => number): DnsZone =>
    Object.fromEntries(names.map((name, i) => [`A ${name}`, addresses(ttl(i), '192.0.2.1')]))

  it('is bounded by dns_cache_mem; a full cache takes nothing new', () => {
    const { ask, cache } = rig(
      zone(() => 100),
      { dns_cache_mem: 2 },
    )
    for (const name of names) expect(ask(name)).toBe('192.0.2.1')
    expect(cache.used).toBeLessThanOrEqual(2048)
    expect(cache.used).toBeGreaterThan(1800)
    expect(cache.find('A', names[0])).not.toBeNull()
    expect(cache.find('A', names[49])).toBeNull()
    expect(cache.stats.evictions).toBeGreaterThan(30)
  })

  it('dns_cache_del_nonexp: the oldest make room, but for permanent ones', () => {
    const { ask, cache } = rig(
      zone(() => 100),
      { dns_cache_mem: 2, dns_cache_del_nonexp: 1 },
    )
    cache.add('A', 'mine.example', { ttl: 0, address: '192.0.2.7' }, true)
    for (const name of names) ask(name)
    expect(cache.used).toBeLessThanOrEqual(2048)
    expect(cache.find('A', names[0])).toBeNull()
    expect(cache.find('A', names[49])).not.toBeNull()
    expect(ask('mine.example')).toBe('192.0.2.7')
  })

  it('what has expired makes room', () => {
    const { ask, cache, pass } = rig(
      zone((i) => (i < 25 ? 1 : 100)),
      { dns_cache_mem: 2 },
    )
    for (const name of names.slice(0, 25)) ask(name)
    pass(2)
    for (const name of names.slice(25, 30)) ask(name)
    expect(cache.find('A', names[29])).not.toBeNull()
    expect(cache.used).toBeLessThanOrEqual(2048)
  })
})

describe('entries by hand', () => {
  it('add to what is there, expire, and can be deleted', () => {
    const { ask, cache, dns, pass } = rig({})
    cache.add('A', 'Mine.Example', { ttl: 10, address: '192.0.2.1' }, false)
    cache.add('A', 'mine.example', { ttl: 10, address: '192.0.2.2' }, false)
    expect(ask('mine.example')).toBe('192.0.2.1,192.0.2.2')
    expect(dns.questions).toEqual([])
    pass(10)
    expect(ask('mine.example')).toBe('')
    expect(cache.delete('A', 'mine.example')).toBe(true)
    expect(cache.delete('A', 'mine.example')).toBe(false)
    expect(cache.used).toBe(0)
  })

  it('permanent ones stay until they are forced out', () => {
    const { ask, cache, pass } = rig(ZONE)
    cache.add('A', 'mine.example', { ttl: 1, address: '192.0.2.1' }, true)
    ask('a.example')
    pass(1_000_000)
    cache.deleteAll(false)
    expect([...cache.entries()].map(({ name }) => name)).toEqual(['mine.example'])
    cache.deleteAll(true)
    expect([...cache.entries()]).toEqual([])
    expect(cache.used).toBe(0)
  })
})
