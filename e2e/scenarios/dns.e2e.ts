import { networkInterfaces } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { record, startDnsServer } from '../harness/dns-server.ts'
import type { DnsServer, ZoneRecord } from '../harness/dns-server.ts'
import { freePort } from '../harness/free-port.ts'
import type { RawPort } from '../harness/raw-port.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some((own) => own.address === '::1'))
if (!hasIpv6) console.warn('SKIPPED: next hops by AAAA records, because ::1 is not there')

const SIX = '00000000000000000000000000000001'
const SCRIPT = 'function ksr_request_route() { KSR.tm.t_relay() }'

let dns: DnsServer
let box: Signalbox
let caller: RawUa
/** Servers of the carrier, at addresses of their own. */
let servers: readonly RawUa[]
let sixth: RawUa | null = null

beforeAll(async () => {
  dns = await startDnsServer()
  box = await startSignalbox({
    listen: ['udp:127.0.0.1:PORT', ...(hasIpv6 ? ['udp:[::1]:PORT'] : [])],
    script: SCRIPT,
    tm: { fr_timer: 700, wt_timer: 500 },
    core: { dns_try_naptr: 1, dns_srv_lb: 1, use_dns_failover: 1, dns_retr_time: 1 },
    flags: ['--dns-server', `127.0.0.1:${dns.port}`],
  })
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  const open = async (host: string): Promise<RawUa> => new RawUa('server', await openUdp(host), proxy)
  caller = new RawUa('caller', await openUdp(), proxy)
  servers = await Promise.all(['127.0.0.2', '127.0.0.3', '127.0.0.4'].map(open))
  if (hasIpv6) sixth = await open('::1')
})
afterAll(async () => {
  const ports: RawPort[] = [caller, ...(servers ?? []), ...(sixth === null ? [] : [sixth])].map((ua) => ua?.port)
  await Promise.all([...ports, dns].map((one) => one?.close()))
  await box?.stop()
})
beforeEach(async () => {
  await box.rpc('dns.delete_all_force')
  dns.questions.length = 0
  dns.negativeTtl = null
  dns.truncates = false
  for (const ua of [caller, ...servers]) {
    ua.port.inbox.drop()
    ua.port.inbox.react(null)
  }
})

function place(domain: string, ua: RawUa, priority: number, options: { readonly weight?: number; readonly ttl?: number } = {}): ZoneRecord {
  const { weight = 10, ttl = 60 } = options
  const target = `h${ua.port.host.split('.').at(-1)}.${domain}`
  return record.srv(`_sip._udp.${domain}`, ttl, { priority, weight, port: ua.port.port, target })
}

function address(domain: string, ua: RawUa, ttl = 60): ZoneRecord {
  return record.a(`h${ua.port.host.split('.').at(-1)}.${domain}`, ttl, ua.port.host)
}

function naptr(domain: string): ZoneRecord {
  return record.naptr(domain, 60, { order: 1, preference: 1, service: 'SIP+D2U', replacement: `_sip._udp.${domain}` })
}

async function sendOptions(domain: string): Promise<void> {
  await caller.sendRequest({ method: 'OPTIONS', uri: `sip:${domain}` })
}

async function answeredBy(ua: RawUa): Promise<void> {
  ua.answer(await ua.takeRequest('OPTIONS'), 200, 'OK')
  await caller.takeReply(200, 'OPTIONS')
}

describe('next hops by DNS, RFC 3263', () => {
  it('NAPTR, then SRV, then A, asked once for as long as the records live', async () => {
    const [first] = servers
    dns.zone = [naptr('carrier.example'), place('carrier.example', first, 10), address('carrier.example', first)]
    await sendOptions('carrier.example')
    await answeredBy(first)
    expect(dns.questions.filter((question) => !question.startsWith('AAAA'))).toEqual([
      'NAPTR carrier.example',
      'SRV _sip._udp.carrier.example',
      'A h2.carrier.example',
    ])
    const asked = dns.questions.length
    await sendOptions('carrier.example')
    await answeredBy(first)
    expect(dns.questions).toHaveLength(asked)
  })

  it.runIf(hasIpv6)('AAAA records lead to IPv6 addresses', async () => {
    if (sixth === null) return
    dns.zone = [
      record.srv('_sip._udp.six.example', 60, { priority: 1, weight: 1, port: sixth.port.port, target: 'h.six.example' }),
      record.aaaa('h.six.example', 60, SIX),
    ]
    await sendOptions('six.example')
    await answeredBy(sixth)
  })

  it('an alias is followed', async () => {
    const [first] = servers
    dns.zone = [
      record.srv('_sip._udp.alias.example', 60, { priority: 1, weight: 1, port: first.port.port, target: 'www.alias.example' }),
      record.cname('www.alias.example', 60, 'h2.carrier.example'),
      address('carrier.example', first),
    ]
    await sendOptions('alias.example')
    await answeredBy(first)
  })

  it('weights spread the load, RFC 2782', async () => {
    const [light, heavy, none] = servers
    const domain = 'weights.example'
    dns.zone = [
      place(domain, light, 10, { weight: 20 }),
      place(domain, heavy, 10, { weight: 80 }),
      place(domain, none, 20, { weight: 100 }),
      ...servers.map((ua) => address(domain, ua)),
    ]
    const counts = new Map<RawUa, number>()
    for (const ua of servers) {
      ua.port.inbox.react((incoming) => {
        counts.set(ua, (counts.get(ua) ?? 0) + 1)
        ua.answer(incoming, 200, 'OK')
        return true
      })
    }
    for (let i = 0; i < 200; i++) {
      await sendOptions(domain)
      await caller.takeReply(200, 'OPTIONS')
    }
    expect(counts.get(none)).toBeUndefined()
    // 160 of 200 with a standard deviation below 6.
    expect(counts.get(heavy)).toBeGreaterThan(130)
    expect(counts.get(light)).toBeGreaterThan(15)
  })

  it('the answer that is too long for UDP comes over TCP, RFC 7766 5', async () => {
    const [first] = servers
    dns.zone = [place('long.example', first, 10), address('long.example', first)]
    dns.truncates = true
    await sendOptions('long.example')
    await answeredBy(first)
    expect(dns.questions).toContain('tcp SRV _sip._udp.long.example')
    expect(dns.questions).toContain('tcp A h2.long.example')
  })
})

describe('failover, tm-reference 5.3', () => {
  it('goes to the second target when the first is dead', async () => {
    const [, second] = servers
    const dead = await freePort()
    dns.zone = [
      naptr('half.example'),
      record.srv('_sip._udp.half.example', 60, { priority: 1, weight: 1, port: dead, target: 'dead.half.example' }),
      record.a('dead.half.example', 60, '127.0.0.5'),
      place('half.example', second, 2),
      address('half.example', second),
    ]
    await sendOptions('half.example')
    await answeredBy(second)
  })

  it('goes to the second target when the first answers 503, and the caller sees one reply', async () => {
    const [first, second] = servers
    dns.zone = [
      place('busy.example', first, 1),
      place('busy.example', second, 2),
      address('busy.example', first),
      address('busy.example', second),
    ]
    const invite = await caller.sendRequest({ method: 'OPTIONS', uri: 'sip:busy.example' })
    first.answer(await first.takeRequest('OPTIONS'), 503, 'Service Unavailable')
    await answeredBy(second)
    expect(invite).toContain('busy.example')
    expect(caller.port.inbox.count(({ status }) => status !== undefined)).toBe(0)
  })
})

describe('the time that records are kept', () => {
  it('SRV and A records for their own TTL', async () => {
    const [first, second] = servers
    dns.zone = [place('moves.example', first, 1, { ttl: 2 }), address('moves.example', first, 1)]
    await sendOptions('moves.example')
    await answeredBy(first)
    const view = (await box.rpc('dns.view')) as readonly { readonly type: string; readonly expires: number }[]
    expect(view.find(({ type }) => type === 'SRV')?.expires).toBeLessThanOrEqual(2)
    expect(view.find(({ type }) => type === 'A')?.expires).toBeLessThanOrEqual(1)
    dns.zone = [place('moves.example', second, 1, { ttl: 2 }), address('moves.example', second, 1)]
    await sendOptions('moves.example')
    await answeredBy(first)
    await pause(2200)
    await sendOptions('moves.example')
    await answeredBy(second)
  })

  it('"no such name" for the minimum of the SOA record, RFC 2308 5', async () => {
    dns.zone = []
    dns.negativeTtl = 2
    await sendOptions('gone.example')
    await caller.takeReply(478, 'OPTIONS')
    const asked = dns.questions.length
    await sendOptions('gone.example')
    await caller.takeReply(478, 'OPTIONS')
    expect(dns.questions).toHaveLength(asked)
    const [first] = servers
    dns.zone = [place('gone.example', first, 1), address('gone.example', first)]
    await pause(2200)
    await sendOptions('gone.example')
    await answeredBy(first)
  })

  it('the name servers can be called down: the cache tells what it has', async () => {
    const [first] = servers
    dns.zone = [place('down.example', first, 1, { ttl: 1 }), address('down.example', first, 1)]
    await sendOptions('down.example')
    await answeredBy(first)
    await box.rpc('dns.set_server_state', 0)
    await pause(1200)
    const asked = dns.questions.length
    await sendOptions('down.example')
    await answeredBy(first)
    expect(dns.questions).toHaveLength(asked)
    await box.rpc('dns.set_server_state', 1)
    expect(await box.rpc('dns.get_server_state')).toBe(1)
  })

  it('dns.lookup shows records of every type', async () => {
    dns.zone = [
      record.txt('more.example', 50, 'hello', 'world'),
      record.ptr('1.2.0.192.in-addr.arpa', 50, 'more.example'),
      record.ebl('more.example', 50, { position: 3, separator: 'i', apex: 'e164.arpa' }),
      naptr('more.example'),
    ]
    const lookUp = async (type: string, name: string): Promise<unknown> => {
      const { records } = (await box.rpc('dns.lookup', type, name)) as { readonly records: readonly unknown[] }
      return records[0]
    }
    expect(await lookUp('TXT', 'more.example')).toMatchObject({ txt: [{ rr_txt: 'hello' }, { rr_txt: 'world' }], rr_expires: 50 })
    expect(await lookUp('PTR', '1.2.0.192.in-addr.arpa')).toMatchObject({ rr_name: 'more.example' })
    expect(await lookUp('EBL', 'more.example')).toMatchObject({ rr_position: 3, rr_separator: 'i', rr_apex: 'e164.arpa' })
    expect(await lookUp('NAPTR', 'more.example')).toMatchObject({ rr_service: 'SIP+D2U', rr_replacement: '_sip._udp.more.example' })
  })
})
