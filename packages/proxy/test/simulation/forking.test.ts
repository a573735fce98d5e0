import { beforeEach, describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { SimulatedProxy, type ProxyOptions } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PHONES = ['10.0.0.3:5060', '10.0.0.4:5060', '10.0.0.5:5060'] as const

let world: World
let caller: Agent
let phones: readonly Agent[]

beforeEach(() => {
  world = new World()
  caller = new Agent(world, '10.0.0.2:5060')
  phones = PHONES.map((address) => new Agent(world, address))
})

function forkTo(count: number, options: ProxyOptions = {}): { proxy: SimulatedProxy; request: TextMessage } {
  const proxy = new SimulatedProxy(world, options)
  proxy.targets = PHONES.slice(0, count).map((address) => `sip:bob@${address}`)
  const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return { proxy, request }
}

/** Every branch answers with its code, in order; the caller's last reply is returned. */
function finals(codes: readonly number[], options: ProxyOptions = {}): TextMessage {
  const { proxy } = forkTo(codes.length, options)
  codes.forEach((code, i) => {
    phones[i].reply(proxy.address, phones[i].last('INVITE'), `${code} Code ${code}`)
    world.run(10)
  })
  return caller.last('INVITE')
}

describe('choosing the best reply, RFC 3261 16.7 step 6 and tm-reference 6.1', () => {
  it.each([
    [[603, 486], 603],
    [[486, 603], 603],
    [[302, 404], 302],
    [[415, 404], 415],
    [[404, 415], 415],
    [[407, 402], 407],
    [[480, 408], 408],
    [[404, 500], 404],
    [[500, 503], 500],
    [[600, 500], 600],
    [[503, 486], 486],
    [[486, 480, 404], 404],
    [[484, 401], 401],
  ])('of %j sends %i', (codes, expected) => {
    expect(finals(codes).status).toBe(expected)
  })

  it('takes the first among equals', () => {
    const { proxy } = forkTo(2)
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '486 Second')
    world.run(10)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '486 First')
    world.run(10)
    expect(caller.last('INVITE').startLine).toBe('SIP/2.0 486 First')
  })

  it('sends a winning 503 as 500 made here, tm-reference 2.3 remap_503_500', () => {
    const reply = finals([503])
    expect(reply.startLine).toBe('SIP/2.0 500 Service Unavailable')
    expect(reply.toTag).not.toContain('to-')
    expect(finals([503], { address: '10.0.0.9:5060', params: { remap_503_500: 0 } }).status).not.toBe(100)
  })

  it('merges the challenges of all branches, 16.7 step 7', () => {
    const { proxy } = forkTo(2)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '407 No', ['Proxy-Authenticate: Digest realm="one"'])
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '401 No', ['WWW-Authenticate: Digest realm="two"'])
    world.run(10)
    const reply = caller.last('INVITE')
    expect(reply.startLine).toBe('SIP/2.0 401 Unauthorized')
    expect(reply.header('WWW-Authenticate')).toContain('two')
    expect(reply.header('Proxy-Authenticate')).toContain('one')
    expect(reply.toTag).not.toContain('to-')
  })

  it('relays a single challenge as it came', () => {
    expect(finals([401, 404]).startLine).toBe('SIP/2.0 401 Code 401')
  })
})

describe('2xx, RFC 3261 16.7 steps 5 and 10', () => {
  it('MUST be forwarded at once and the other branches cancelled', () => {
    const { proxy } = forkTo(3)
    for (const phone of phones) phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
    expect(phones[0].requests('CANCEL')).toHaveLength(1)
    expect(phones[1].requests('CANCEL')).toHaveLength(0)
    expect(phones[2].last('CANCEL').header('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"')
    expect(phones[2].last('CANCEL').branch).toBe(phones[2].last('INVITE').branch)
  })

  it('MUST be forwarded from every branch that sends one', () => {
    const { proxy } = forkTo(2)
    for (const phone of phones.slice(0, 2)) phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.statuses('INVITE').filter((status) => status === 200)).toHaveLength(2)
  })

  it('absorbs the 487 of a loser', () => {
    const { proxy } = forkTo(2)
    for (const phone of phones.slice(0, 2)) phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '200 OK')
    world.run(10)
    phones[1].reply(proxy.address, phones[1].last('CANCEL'), '200 OK')
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '487 Request Terminated')
    world.run(10)
    expect(caller.statuses('INVITE').at(-1)).toBe(200)
    expect(phones[1].requests('ACK')).toHaveLength(1)
    world.run(20_000)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })
})

describe('6xx, RFC 3261 16.7 step 5', () => {
  it('cancels the other branches and waits for them', () => {
    const { proxy } = forkTo(2)
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '180 Ringing')
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '603 Decline')
    world.run(10)
    expect(caller.statuses('INVITE')).toEqual([100, 180])
    expect(phones[1].last('CANCEL').header('Reason')).toBe('SIP;cause=603')
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '487 Request Terminated')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(603)
  })

  it('lets a 2xx that was already on its way win', () => {
    const { proxy } = forkTo(2)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '603 Decline')
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
  })

  it('is an ordinary failure with disable_6xx_block, tm-reference 2.3', () => {
    const { proxy } = forkTo(2, { params: { disable_6xx_block: 1 } })
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '180 Ringing')
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '603 Decline')
    world.run(10)
    expect(phones[1].requests('CANCEL')).toHaveLength(0)
  })
})

describe('serial forking by failure route, tm-reference 6.2 and 9', () => {
  function serial(params: Record<string, number> = {}): SimulatedProxy {
    const proxy: SimulatedProxy = new SimulatedProxy(world, {
      params,
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'next')
        proxy.fork(m, [`sip:bob@${PHONES[0]}`])
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => {
        if (m.branch !== 0) return
        proxy.fork(m, [`sip:bob@${PHONES[1]}`])
        transactions.relay(m, 0, '')
      },
    })
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    return proxy
  }

  it('tries the next target and relays its 2xx', () => {
    const proxy = serial()
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(caller.statuses('INVITE')).toEqual([100])
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
    expect(phones[1].last('INVITE').branch).not.toBe(phones[0].last('INVITE').branch)
    expect(phones[1].last('INVITE').branch.slice(0, -1)).toBe(phones[0].last('INVITE').branch.slice(0, -1))
  })

  it.each([
    [0, 404],
    [1, 486],
    [2, 486],
    [3, 486],
  ])('failure_reply_mode %i lets %i win when 404 is followed by 486', (mode, expected) => {
    const proxy = serial({ failure_reply_mode: mode })
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '404 Not Found')
    world.run(10)
    phones[1].reply(proxy.address, phones[1].last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(expected)
  })

  it('a reply sent by the failure route ends the transaction', () => {
    const proxy: SimulatedProxy = new SimulatedProxy(world, {
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'busy')
        proxy.fork(m, [`sip:bob@${PHONES[0]}`])
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => void transactions.reply(m, 480, 'Come back later'),
    })
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(caller.last('INVITE').startLine).toBe('SIP/2.0 480 Come back later')
  })
})

describe('CANCEL, RFC 3261 9.2 and 16.10, tm-reference 6.3', () => {
  it('is answered first, then every branch is cancelled and the 487 comes', () => {
    const { proxy, request } = forkTo(2)
    for (const phone of phones.slice(0, 2)) phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    caller.cancel(proxy.address, request, ['Reason: SIP;cause=487;text="gone"'])
    world.run(10)
    expect(caller.last('CANCEL').startLine).toBe('SIP/2.0 200 canceling')
    for (const phone of phones.slice(0, 2)) {
      expect(phone.last('CANCEL').header('Reason')).toBe('SIP;cause=487;text="gone"')
      phone.reply(proxy.address, phone.last('CANCEL'), '200 OK')
      phone.reply(proxy.address, phone.last('INVITE'), '487 Request Terminated')
    }
    world.run(10)
    expect(caller.last('INVITE').status).toBe(487)
    world.run(40_000)
    expect(proxy.current).toBe(0)
    expect(proxy.stat('tmCreated')).toBe(proxy.stat('tmFreed'))
  })

  it('waits for the provisional reply by default, cancel_b_method 1', () => {
    const { proxy, request } = forkTo(1)
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(phones[0].requests('CANCEL')).toHaveLength(0)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '180 Ringing')
    world.run(10)
    expect(phones[0].requests('CANCEL')).toHaveLength(1)
    expect(caller.statuses('INVITE')).toEqual([100])
  })

  it('gives up a silent branch at once, cancel_b_method 0', () => {
    const { proxy, request } = forkTo(1, { params: { cancel_b_method: 0 } })
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(caller.last('INVITE').status).toBe(487)
    expect(phones[0].requests('CANCEL')).toHaveLength(0)
    expect(proxy.stat('tmRplGenerated')).toBe(3)
  })

  it('sends CANCEL at once and stops the INVITE, cancel_b_method 2', () => {
    const { proxy, request } = forkTo(1, { params: { cancel_b_method: 2 } })
    caller.cancel(proxy.address, request)
    world.run(3000)
    expect(phones[0].requests('CANCEL').length).toBeGreaterThan(1)
    expect(phones[0].requests('INVITE')).toHaveLength(1)
  })

  it('MUST have the Request-URI, Via, From, To, Call-ID and CSeq number of the INVITE, 9.1', () => {
    const { proxy, request } = forkTo(1)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '180 Ringing')
    caller.cancel(proxy.address, request)
    world.run(10)
    const invite = phones[0].last('INVITE')
    const cancel = phones[0].last('CANCEL')
    expect(cancel.uri).toBe(invite.uri)
    expect(cancel.all('Via')).toEqual([invite.header('Via')])
    for (const name of ['From', 'To', 'Call-ID']) expect(cancel.header(name)).toBe(invite.header(name))
    expect(cancel.header('CSeq')).toBe('1 CANCEL')
  })

  it('200 beats CANCEL: the call is answered', () => {
    const { proxy, request } = forkTo(1)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '180 Ringing')
    world.run(10)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '200 OK')
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
    expect(caller.last('CANCEL').startLine).toBe('SIP/2.0 200 ok -- no more pending branches')
    expect(phones[0].requests('CANCEL')).toHaveLength(0)
  })

  it('200 after CANCEL is still forwarded, 16.7 step 5', () => {
    const { proxy, request } = forkTo(1)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '180 Ringing')
    world.run(10)
    caller.cancel(proxy.address, request)
    world.run(10)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
  })

  it('a branch that never answers its CANCEL ends with 487, 9.1', () => {
    const { proxy, request } = forkTo(1)
    phones[0].reply(proxy.address, phones[0].last('INVITE'), '180 Ringing')
    world.run(10)
    caller.cancel(proxy.address, request)
    world.run(31_000)
    expect(caller.statuses('INVITE')).toContain(487)
    world.run(60_000)
    expect(proxy.current).toBe(0)
  })
})
