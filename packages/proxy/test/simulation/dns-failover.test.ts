import { describe, expect, it } from 'vitest'
import { BlocklistReason } from '../../src/dns/dst-blocklist.ts'
import { Counter } from '../../src/metrics/counter-layout.ts'
import { TransactionFlag } from '../../src/tm/transaction-flag.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy, type ProxyOptions } from './simulated-proxy.ts'
import { addresses, srv } from './scripted-dns.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PROXY = '10.0.0.1:5060'
const HOSTS = ['10.0.1.1', '10.0.1.2', '10.0.1.3'] as const
const FAILOVER = { use_dns_failover: 1 }

interface Rig {
  readonly world: World
  readonly proxy: SimulatedProxy
  readonly caller: Agent
  /** The servers behind the name, in the order of DNS. */
  readonly servers: readonly Agent[]
  /** Sends a request for the name and lets it arrive. */
  readonly send: (method?: string, callId?: string) => TextMessage
  /** Which servers got the request, in order; retransmissions once. */
  readonly tried: (method?: string) => readonly string[]
  readonly final: (method?: string) => string
}

/** A name with three addresses. */
function rig(options: ProxyOptions = {}): Rig {
  const world = new World()
  const caller = new Agent(world, '10.0.0.2:5060')
  const servers = HOSTS.map((host) => new Agent(world, `${host}:5060`))
  const proxy = new SimulatedProxy(world, {
    core: FAILOVER,
    dns: { 'A server.example': addresses(600, ...HOSTS) },
    ...options,
  })
  proxy.targets = ['sip:bob@server.example']
  return {
    world,
    proxy,
    caller,
    servers,
    send: (method = 'INVITE', callId = 'call-1') => {
      const request = caller.request(PROXY, { method, uri: 'sip:bob@server.example', callId })
      world.run(20)
      return request
    },
    tried: (method = 'INVITE') => {
      const sent = world.sent(PROXY).filter(({ text }) => text.startsWith(`${method} `))
      return [...new Set(sent.map(({ to }) => to.slice(0, to.indexOf(':'))))]
    },
    final: (method = 'INVITE') => caller.last(method).startLine,
  }
}

/** Answers the last request of `server`. */
function answer({ world, servers }: Rig, server: number, status: string, headers: readonly string[] = []): void {
  servers[server].reply(PROXY, servers[server].last('INVITE'), status, headers)
  world.run(10)
}

describe('without use_dns_failover, the default, tm-reference 2.5', () => {
  it.each(['503 Down', 'silence'])('the first address is the only one: %s', (outcome) => {
    const r = rig({ core: {}, params: { fr_timer: 1000 } })
    r.send()
    if (outcome === 'silence') r.world.run(1100)
    else answer(r, 0, outcome)
    expect(r.tried()).toEqual([HOSTS[0]])
    expect(r.final()).toBe(outcome === 'silence' ? 'SIP/2.0 408 Request Timeout' : 'SIP/2.0 500 Service Unavailable')
  })
})

describe('the next address becomes a new branch, tm-reference 5.3, RFC 3263 4.3', () => {
  it('after a 503', () => {
    const r = rig()
    r.send()
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0], HOSTS[1]])
    answer(r, 1, '200 OK')
    expect(r.final()).toBe('SIP/2.0 200 OK')
  })

  it('is counted, and so are destinations that are put on the blocklist, and requests kept from them', () => {
    const r = rig({ core: { ...FAILOVER, use_dst_blocklist: 1 }, params: { fr_timer: 1000 } })
    r.send()
    r.world.run(1000)
    answer(r, 1, '200 OK')
    r.send('INVITE', 'call-2')
    const counts = [Counter.dnsFailovers, Counter.blocklistings, Counter.blockedSends].map((place) => r.proxy.counters[place])
    expect(counts).toEqual([2, 1, 1])
  })

  it('after fr_timer without any reply', () => {
    const r = rig({ params: { fr_timer: 1000 } })
    r.send()
    r.world.run(1000)
    expect(r.tried()).toEqual([HOSTS[0], HOSTS[1]])
    answer(r, 1, '200 OK')
    expect(r.final()).toBe('SIP/2.0 200 OK')
    r.world.run(10_000)
    expect(r.proxy.current).toBe(0)
  })

  it('after a request that could not be sent', () => {
    const r = rig()
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    r.proxy.unsendable.add(`${HOSTS[1]}:5060`)
    r.send()
    expect(r.tried()).toEqual([HOSTS[2]])
    answer(r, 2, '200 OK')
    expect(r.final()).toBe('SIP/2.0 200 OK')
  })

  it('after a retransmission that could not be sent, 5.2', () => {
    const r = rig()
    r.send()
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    r.world.run(600)
    expect(r.tried()).toEqual([HOSTS[0], HOSTS[1]])
    answer(r, 1, '486 Busy')
    expect(r.final()).toBe('SIP/2.0 486 Busy')
  })

  it('of a blocklisted destination', () => {
    const r = rig({ core: { ...FAILOVER, use_dst_blocklist: 1 } })
    const place = { remote: r.proxy.endpoint(HOSTS[0], 5060), transport: 1 }
    r.proxy.blocklist.addFor(place, BlocklistReason.PROHIBITED, 60_000)
    r.send()
    expect(r.tried()).toEqual([HOSTS[1]])
  })

  it('of requests other than INVITE too', () => {
    const r = rig({ params: { fr_timer: 1000 } })
    r.send('MESSAGE')
    r.world.run(1000)
    r.servers[1].reply(PROXY, r.servers[1].last('MESSAGE'), '200 OK')
    r.world.run(10)
    expect(r.tried('MESSAGE')).toEqual([HOSTS[0], HOSTS[1]])
    expect(r.final('MESSAGE')).toBe('SIP/2.0 200 OK')
  })

  it('in the order of the SRV records, RFC 2782', () => {
    const r = rig({
      dns: {
        'SRV _sip._udp.server.example': [srv('c.example', 5070, 30), srv('a.example', 5071, 10), srv('b.example', 5072, 20)],
        'A a.example': addresses(60, HOSTS[0]),
        'A b.example': addresses(60, HOSTS[1]),
        'A c.example': addresses(60, HOSTS[2]),
      },
      params: { fr_timer: 500 },
    })
    r.send()
    r.world.run(2000)
    expect(
      r.world
        .sent(PROXY)
        .filter(({ text }) => text.startsWith('INVITE'))
        .map(({ to }) => to),
    ).toEqual([`${HOSTS[0]}:5071`, `${HOSTS[1]}:5072`, `${HOSTS[2]}:5070`])
  })

  it('with a branch parameter of its own and the rest unchanged, 17.1.3', () => {
    const r = rig()
    r.send()
    answer(r, 0, '503 Down')
    const [first, second] = [r.servers[0].last('INVITE'), r.servers[1].last('INVITE')]
    const branchOf = (message: TextMessage): string => /branch=([^;\r]+)/.exec(message.header('Via'))?.[1] ?? ''
    expect(branchOf(first)).toMatch(/\.0$/)
    expect(branchOf(second)).toBe(branchOf(first).replace(/0$/, '1'))
    expect(second.text.replace(branchOf(second), '')).toBe(r.servers[0].requests('INVITE')[0].text.replace(branchOf(first), ''))
  })

  it('the ACK of the failed branch goes where that went, 17.1.1.3', () => {
    const r = rig()
    r.send()
    answer(r, 0, '503 Down')
    expect(r.servers[0].requests('ACK')).toHaveLength(1)
    expect(r.servers[1].requests('ACK')).toHaveLength(0)
  })

  it('until there is none: then the best of all replies goes upstream', () => {
    const r = rig()
    r.send()
    answer(r, 0, '503 Down')
    answer(r, 1, '503 Down')
    answer(r, 2, '404 Not Found')
    expect(r.tried()).toEqual([...HOSTS])
    expect(r.final()).toBe('SIP/2.0 404 Not Found')
  })

  it('a branch that never was on the wire does not compete', () => {
    const r = rig()
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    r.send()
    answer(r, 1, '503 Down')
    answer(r, 2, '503 Down')
    expect(r.final()).toBe('SIP/2.0 500 Service Unavailable')
  })

  it('answers 477 when nothing could be sent anywhere, tm-reference 8.3', () => {
    const r = rig()
    for (const host of HOSTS) r.proxy.unsendable.add(`${host}:5060`)
    r.send()
    expect(r.final()).toMatch(/^SIP\/2.0 477 /)
    r.world.run(60_000)
    expect(r.proxy.current).toBe(0)
  })

  it('at most max_branches', () => {
    const r = rig({ params: { max_branches: 2 } })
    r.send()
    answer(r, 0, '503 Down')
    answer(r, 1, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0], HOSTS[1]])
    expect(r.final()).toBe('SIP/2.0 500 Service Unavailable')
  })

  it('a late 200 of the silent server still goes upstream, RFC 3261 16.7 step 5', () => {
    const r = rig({ params: { fr_timer: 1000 } })
    r.send()
    r.world.run(1000)
    answer(r, 0, '200 Late')
    expect(r.final()).toBe('SIP/2.0 200 Late')
    answer(r, 1, '180 Ringing')
    expect(r.servers[1].requests('CANCEL')).toHaveLength(1)
  })
})

describe('failover_reply_codes, tm-reference 2.5', () => {
  it.each([
    ['', '403 No', false],
    ['code=403', '403 No', true],
    ['code=403;code=488;class=5', '488 No', true],
    ['code=403; code=488; class=5', '500 No', true],
    ['code=403;class=5', '404 No', false],
    ['class=5', '503 No', true],
    ['code=403', '503 No', true],
    ['class=4', '486 No', true],
  ])('%j: %s leads on: %s', (codes, reply, leadsOn) => {
    const r = rig({ params: { failover_reply_codes: codes } })
    r.send()
    answer(r, 0, reply)
    expect(r.tried()).toHaveLength(leadsOn ? 2 : 1)
  })

  it.each(['code=200', 'code:403', 'class=2', 'code=403,code=404', '403'])('refuses %j', (codes) => {
    expect(() => rig({ params: { failover_reply_codes: codes } })).toThrow('failover_reply_codes')
  })
})

describe('there is no failover, tm-reference 5.3', () => {
  it('once the call is cancelled', () => {
    const r = rig({ params: { fr_timer: 2000 } })
    const invite = r.send()
    r.caller.cancel(PROXY, invite)
    r.world.run(10)
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
    expect(r.final()).toMatch(/ (487|500) /)
  })

  it('when a cancelled branch times out', () => {
    const r = rig({ params: { fr_timer: 2000 } })
    const invite = r.send()
    r.caller.cancel(PROXY, invite)
    r.world.run(5000)
    expect(r.tried()).toEqual([HOSTS[0]])
    expect(r.final()).toMatch(/ 487 /)
  })

  it('after a 6xx', () => {
    const r = rig()
    const other = new Agent(r.world, '10.0.2.1:5060')
    r.proxy.targets = ['sip:bob@server.example', 'sip:bob@10.0.2.1:5060']
    r.send()
    other.reply(PROXY, other.last('INVITE'), '603 Decline')
    r.world.run(10)
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual(expect.not.arrayContaining([HOSTS[1]]))
    expect(r.final()).toBe('SIP/2.0 603 Decline')
  })

  it('for a 6xx itself, unless disable_6xx_block', () => {
    const r = rig({ params: { failover_reply_codes: 'class=6' } })
    r.send()
    answer(r, 0, '603 Decline')
    expect(r.tried()).toEqual([HOSTS[0]])
    const permissive = rig({ params: { failover_reply_codes: 'class=6', disable_6xx_block: 1 } })
    permissive.send()
    answer(permissive, 0, '603 Decline')
    expect(permissive.tried()).toEqual([HOSTS[0], HOSTS[1]])
  })

  it('with t_set_disable_failover, 8.2', () => {
    const r = rig({
      request: (m, { transactions }) => {
        transactions.setFlag(m, TransactionFlag.DISABLE_FAILOVER, true)
        transactions.relay(m, 0, '')
      },
    })
    r.send()
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
  })

  it('with flag 4 of t_relay_to, 8.1', () => {
    const r = rig({ request: (m, { transactions }) => void transactions.relay(m, 4, '') })
    r.send()
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
  })

  it('after the end of life, 2.1', () => {
    const r = rig({ params: { fr_timer: 2000, max_inv_lifetime: 3000 } })
    r.send()
    r.world.run(6000)
    expect(r.tried()).toEqual([HOSTS[0], HOSTS[1]])
    const answered = r.world.sent(PROXY, r.caller.address).find(({ text }) => text.includes(' 408 '))
    expect(answered?.at).toBeGreaterThanOrEqual(3990)
    expect(answered?.at).toBeLessThanOrEqual(4030)
  })

  it('after a timeout when something had been received', () => {
    const r = rig({ params: { fr_timer: 1000, fr_inv_timer: 2000 } })
    r.send()
    answer(r, 0, '100 Trying')
    r.world.run(2100)
    expect(r.tried()).toEqual([HOSTS[0]])
    expect(r.caller.statuses('INVITE')).toContain(408)
  })

  it('once a final reply went upstream', () => {
    const r = rig()
    const other = new Agent(r.world, '10.0.2.1:5060')
    r.proxy.targets = ['sip:bob@server.example', 'sip:bob@10.0.2.1:5060']
    r.send()
    answer(r, 0, '180 Ringing')
    other.reply(PROXY, other.last('INVITE'), '200 OK')
    r.world.run(10)
    answer(r, 0, '503 Down')
    expect(r.servers[1].received).toHaveLength(0)
  })

  it.each(['603 Decline', '200 OK'])(
    'of a MESSAGE after a %s on another branch: such branches are not cancelled, but they end here',
    (reply) => {
      const r = rig({ params: { fr_timer: 1000 } })
      const other = new Agent(r.world, '10.0.2.1:5060')
      r.proxy.targets = ['sip:bob@server.example', 'sip:bob@10.0.2.1:5060']
      r.send('MESSAGE')
      other.reply(PROXY, other.last('MESSAGE'), reply)
      r.world.run(2000)
      expect(r.servers[1].received).toHaveLength(0)
      expect(r.final('MESSAGE')).toBe(`SIP/2.0 ${reply}`)
    },
  )

  it('of a branch that the script cancelled, tm-reference 5.3', () => {
    const r = rig({
      request: (m, { transactions }) => {
        transactions.armReply(m, 'stop')
        transactions.relay(m, 0, '')
      },
      reply: (_name, m, { transactions }) => {
        transactions.cancelBranches(m, 'this')
        return true
      },
    })
    r.send()
    answer(r, 0, '180 Ringing')
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
  })

  it('for an address in the URI: there is no other', () => {
    const r = rig()
    r.proxy.targets = [`sip:bob@${HOSTS[0]}`]
    r.send()
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
  })
})

describe('reparse_on_dns_failover, tm-reference 2.5', () => {
  function routed(reparse: number): { readonly r: Rig; readonly ran: string[] } {
    const ran: string[] = []
    const r = rig({
      params: { reparse_on_dns_failover: reparse },
      request: (m, { transactions }) => {
        transactions.armBranch(m, 'stamp')
        transactions.relay(m, 0, '')
      },
      branch: (name, m) => {
        ran.push(`${name} ${m.branch}`)
        m.edits.insert(m.message.headersEnd, `X-Branch: ${m.branch}\r\n`)
        return true
      },
    })
    r.send()
    answer(r, 0, '503 Down')
    return { r, ran }
  }

  it('1: the branch route does not run again; what it did stays', () => {
    const { r, ran } = routed(1)
    expect(ran).toEqual(['stamp 0'])
    expect(r.servers[1].last('INVITE').header('X-Branch')).toBe('0')
  })

  it('0: the branch is built from the received request, through the branch route', () => {
    const { r, ran } = routed(0)
    expect(ran).toEqual(['stamp 0', 'stamp 1'])
    expect(r.servers[1].last('INVITE').header('X-Branch')).toBe('1')
  })

  it('0: the branch route may drop the branch', () => {
    const r = rig({
      params: { reparse_on_dns_failover: 0 },
      request: (m, { transactions }) => {
        transactions.armBranch(m, 'once')
        transactions.relay(m, 0, '')
      },
      branch: (_name, m) => m.branch === 0,
    })
    r.send()
    answer(r, 0, '503 Down')
    expect(r.tried()).toEqual([HOSTS[0]])
    expect(r.final()).toBe('SIP/2.0 500 Service Unavailable')
  })
})

describe('dns_reuse_rcv_socket, tm-reference 2.5', () => {
  it.each([
    [0, PROXY],
    [1, '10.0.0.9:5060'],
  ])('%i: the new branch leaves from %s', (reuse, from) => {
    const r = rig({ second: '10.0.0.9:5060', params: { dns_reuse_rcv_socket: reuse } })
    r.caller.request('10.0.0.9:5060', { method: 'INVITE', uri: 'sip:bob@server.example' })
    r.world.run(20)
    r.servers[0].reply('10.0.0.9:5060', r.servers[0].last('INVITE'), '503 Down')
    r.world.run(10)
    expect(r.world.wire.find(({ to, text }) => to === `${HOSTS[1]}:5060` && text.startsWith('INVITE'))?.from).toBe(from)
    expect(r.servers[1].last('INVITE').header('Via')).toContain(`SIP/2.0/UDP ${from};branch=`)
  })
})

describe('failure and branch-failure routes', () => {
  it('the failure route waits for the last address, 6.2', () => {
    const winners: number[] = []
    const r = rig({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'all')
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => void winners.push(transactions.statusCode(m)),
    })
    r.send()
    answer(r, 0, '503 Down')
    answer(r, 1, '503 Down')
    expect(winners).toEqual([])
    answer(r, 2, '486 Busy')
    expect(winners).toEqual([486])
  })
})

describe('blocklist, tm-reference 2.5', () => {
  const LISTING = { use_dst_blocklist: 1 }

  /** The INVITE is answered 503 by the only address; then another is sent after `wait`: its outcome. */
  function second(params: Readonly<Record<string, number>>, headers: readonly string[], wait: number): string {
    const r = rig({ core: LISTING, params: { blst_503: 1, ...params } })
    const server = r.servers[0]
    r.proxy.targets = [`sip:bob@${HOSTS[0]}`]
    r.send()
    answer(r, 0, '503 Down', headers)
    r.world.run(wait * 1000)
    server.received.length = 0
    r.send('INVITE', 'call-2')
    return server.requests('INVITE').length === 0 ? 'blocked' : 'sent'
  }

  it.each([
    ['for its Retry-After', {}, ['Retry-After: 60'], 58, 'blocked'],
    ['and no longer', {}, ['Retry-After: 60'], 61, 'sent'],
    ['with comment and parameter, RFC 3261 20.33', {}, ['Retry-After: 60 (maintenance);duration=5'], 58, 'blocked'],
    ['not below blst_503_min_timeout', { blst_503_min_timeout: 30 }, ['Retry-After: 1'], 28, 'blocked'],
    ['not above blst_503_max_timeout', { blst_503_max_timeout: 10 }, ['Retry-After: 3600'], 11, 'sent'],
    ['below blst_503_max_timeout', { blst_503_max_timeout: 10 }, ['Retry-After: 3600'], 8, 'blocked'],
    ['not without Retry-After', {}, [], 0, 'sent'],
    ['without Retry-After for blst_503_def_timeout', { blst_503_def_timeout: 20 }, [], 18, 'blocked'],
    ['which the limits do not change', { blst_503_def_timeout: 20, blst_503_max_timeout: 5 }, [], 18, 'blocked'],
    ['not with blst_503 0', { blst_503: 0 }, ['Retry-After: 60'], 0, 'sent'],
  ] as const)('lists the sender of a 503 %s', (_name, params, headers, wait, outcome) => {
    expect(second(params, headers, wait)).toBe(outcome)
  })

  it('is off by default', () => {
    const r = rig({ core: {}, params: { blst_503: 1 } })
    r.send()
    answer(r, 0, '503 Down', ['Retry-After: 60'])
    expect([...r.proxy.blocklist.entries()]).toEqual([])
  })

  it('a blocklisted destination without alternative is answered 477', () => {
    const r = rig({ core: LISTING })
    r.proxy.targets = [`sip:bob@${HOSTS[0]}`]
    r.proxy.blocklist.addFor({ remote: r.proxy.endpoint(HOSTS[0], 5060), transport: 1 }, BlocklistReason.PROHIBITED, 60_000)
    r.send()
    expect(r.final()).toMatch(/ 477 /)
    expect(r.proxy.blocklist.stats.hits).toBe(1)
  })

  it.each([
    ['INVITE', {}, 1],
    ['MESSAGE', {}, 0],
    ['MESSAGE', { blst_methods_add: 256 }, 1],
    ['INVITE', { blst_methods_add: 256 }, 0],
  ] as const)('a timeout of %s without reply with %j lists %i', (method, params, listed) => {
    const r = rig({ core: { ...LISTING, dst_blocklist_expire: 30 }, params: { fr_timer: 1000, ...params } })
    r.proxy.targets = [`sip:bob@${HOSTS[0]}`]
    r.send(method)
    r.world.run(1100)
    expect([...r.proxy.blocklist.entries()].map(({ remote, flags }) => [remote.address, flags])).toEqual(
      listed === 1 ? [[HOSTS[0], BlocklistReason.TIMEOUT]] : [],
    )
    r.world.run(30_000)
    expect([...r.proxy.blocklist.entries()]).toEqual([])
  })

  it('a timeout after a provisional reply lists nothing', () => {
    const r = rig({ core: LISTING, params: { fr_timer: 1000, fr_inv_timer: 1000 } })
    r.send()
    answer(r, 0, '180 Ringing')
    r.world.run(2000)
    expect([...r.proxy.blocklist.entries()]).toEqual([])
  })

  it('a destination that cannot be sent to is listed', () => {
    const r = rig({ core: { ...LISTING, ...FAILOVER } })
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    r.send()
    expect([...r.proxy.blocklist.entries()].map(({ remote, flags }) => [remote.address, flags])).toEqual([[HOSTS[0], BlocklistReason.SEND]])
  })

  it('an event in dst_blocklist_udp_imask lists nothing', () => {
    const r = rig({ core: { ...LISTING, dst_blocklist_udp_imask: BlocklistReason.SEND } })
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    r.send()
    expect([...r.proxy.blocklist.entries()]).toEqual([])
  })

  it.each([
    ['INVITE', {}, 0],
    ['BYE', {}, 1],
    ['MESSAGE', { blst_methods_lookup: 1 }, 1],
    ['MESSAGE', { blst_methods_lookup: -9 }, 0],
  ] as const)('%s is checked as blst_methods_lookup says: %j sends %i', (method, params, sent) => {
    const r = rig({
      core: LISTING,
      params,
      request: (m, { transactions }) => {
        m.requestUri = `sip:bob@${HOSTS[0]}`
        transactions.relay(m, 0, '')
      },
    })
    r.proxy.blocklist.addFor({ remote: r.proxy.endpoint(HOSTS[0], 5060), transport: 1 }, BlocklistReason.PROHIBITED, 60_000)
    r.send(method)
    expect(r.servers[0].requests(method)).toHaveLength(sent)
  })

  it('a listed server is skipped by later calls until its time is over', () => {
    const r = rig({ core: { ...LISTING, ...FAILOVER }, params: { blst_503: 1 } })
    r.send()
    answer(r, 0, '503 Down', ['Retry-After: 10'])
    answer(r, 1, '200 OK')
    r.send('INVITE', 'call-2')
    expect(r.servers[0].requests('INVITE')).toHaveLength(1)
    expect(r.servers[1].requests('INVITE')).toHaveLength(2)
    r.world.run(10_000)
    r.send('INVITE', 'call-3')
    expect(r.servers[0].requests('INVITE')).toHaveLength(2)
  })
})

describe('requests of our own', () => {
  function start(r: Rig): number[] {
    const outcomes: number[] = []
    const headers = 'From: <sip:us@10.0.0.1>\r\nTo: <sip:server.example>\r\n'
    const request = { method: 'OPTIONS', uri: 'sip:server.example', nextHop: '', listener: null, headers, body: '' }
    r.proxy.act(({ transactions }) =>
      transactions.startLocal({ ...request, noAck: false, frTimer: 0, frInvTimer: 0 }, ({ status }) => void outcomes.push(status)),
    )
    return outcomes
  }

  it.each([0, 1])('go to the next address after a timeout, reparse_on_dns_failover %i', (reparse) => {
    const r = rig({ params: { fr_timer: 1000, reparse_on_dns_failover: reparse } })
    const outcomes = start(r)
    r.world.run(1020)
    expect(r.tried('OPTIONS')).toEqual([HOSTS[0], HOSTS[1]])
    expect(outcomes).toEqual([])
    r.servers[1].reply(PROXY, r.servers[1].last('OPTIONS'), '200 OK')
    r.world.run(10)
    expect(outcomes).toEqual([200])
  })

  it('go to the next address after a 503 and when nothing can be sent, and are told the last failure', () => {
    const r = rig()
    r.proxy.unsendable.add(`${HOSTS[0]}:5060`)
    const outcomes = start(r)
    r.world.run(20)
    for (const server of [r.servers[1], r.servers[2]]) {
      expect(outcomes).toEqual([])
      server.reply(PROXY, server.last('OPTIONS'), '503 Down')
      r.world.run(10)
    }
    expect(outcomes).toEqual([503])
    r.world.run(60_000)
    expect(r.proxy.current).toBe(0)
  })

  it('fail at once when nothing can be sent anywhere', () => {
    const r = rig()
    for (const host of HOSTS) r.proxy.unsendable.add(`${host}:5060`)
    const outcomes = start(r)
    r.world.run(20)
    expect(outcomes).toEqual([477])
    r.world.run(60_000)
    expect(r.proxy.current).toBe(0)
  })
})

describe('requests without transaction, RFC 3263 4.4', () => {
  it('a retransmission goes where the request went, others are spread by weight', () => {
    const servers = [srv('a.example', 5060), srv('b.example', 5060)]
    const zone = { 'SRV _sip._udp.server.example': servers, 'A a.example': addresses(60, HOSTS[0]), 'A b.example': addresses(60, HOSTS[1]) }
    const r = rig({ core: { dns_srv_lb: 1 }, dns: zone })
    const went = (branch: string): string => {
      const before = r.world.wire.length
      r.caller.request(PROXY, { method: 'ACK', uri: 'sip:bob@server.example', toTag: 'x', branch })
      r.world.run(20)
      return r.world.wire.slice(before).find(({ from }) => from === PROXY)?.to ?? 'nowhere'
    }
    const places = Array.from({ length: 40 }, (_, i) => went(`z9hG4bK-${i}`))
    expect(new Set(places)).toEqual(new Set([`${HOSTS[0]}:5060`, `${HOSTS[1]}:5060`]))
    expect(Array.from({ length: 40 }, (_, i) => went(`z9hG4bK-${i}`))).toEqual(places)
  })
})
