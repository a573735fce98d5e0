import { beforeEach, describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { SimulatedProxy, type ProxyOptions } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

/** What the comparison with Kamailio (e2e/differential) showed to be missing, clause by clause. */

const FIRST = '10.0.0.3:5060'
const SECOND = '10.0.0.4:5060'

let world: World
let caller: Agent
let first: Agent
let second: Agent

beforeEach(() => {
  world = new World()
  caller = new Agent(world, '10.0.0.2:5060')
  first = new Agent(world, FIRST)
  second = new Agent(world, SECOND)
})

function call(options: ProxyOptions = {}, ...targets: readonly string[]): { proxy: SimulatedProxy; request: TextMessage } {
  const proxy = new SimulatedProxy(world, options)
  proxy.targets = targets.map((address) => `sip:bob@${address}`)
  const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return { proxy, request }
}

function answer(proxy: SimulatedProxy, callee: Agent, status: string): void {
  callee.reply(proxy.address, callee.requests('INVITE').at(-1) ?? callee.last('INVITE'), status)
  world.run(10)
}

describe('branches that never answered', () => {
  it.each([0, 1, 2])('are not asked again after a 2xx elsewhere, and cancelled when they ring after all, cancel_b_method %i', (method) => {
    const { proxy } = call({ params: { cancel_b_method: method } }, FIRST, SECOND)
    answer(proxy, first, '200 OK')
    world.run(3000)
    expect(second.requests('INVITE')).toHaveLength(1)
    expect(second.requests('CANCEL')).toHaveLength(0)
    answer(proxy, second, '180 Ringing')
    expect(second.requests('CANCEL')).toHaveLength(1)
    expect(second.last('CANCEL').header('Reason')).toContain('cause=200')
  })

  it('are cancelled when they ring after they were given up for lost, RFC 3261 16.7 step 10', () => {
    const { proxy } = call({ params: { fr_timer: 1000 } }, FIRST)
    world.run(1500)
    expect(caller.last('INVITE').status).toBe(408)
    answer(proxy, first, '180 Ringing')
    expect(first.requests('CANCEL')).toHaveLength(1)
    expect(first.last('CANCEL').header('Reason')).toBe('SIP;cause=408')
  })

  it('are cancelled when they ring after they were given up by cancel_b_method 0', () => {
    const { proxy, request } = call({ params: { cancel_b_method: 0 } }, FIRST)
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(caller.last('INVITE').status).toBe(487)
    answer(proxy, first, '180 Ringing')
    expect(first.requests('CANCEL')).toHaveLength(1)
  })

  it('that ring after they refused are left alone', () => {
    const { proxy } = call({}, FIRST)
    answer(proxy, first, '486 Busy')
    answer(proxy, first, '180 Ringing')
    expect(first.requests('CANCEL')).toHaveLength(0)
  })
})

describe('CANCEL', () => {
  it('is sent again for each provisional reply of a cancelled branch, tm-reference 6 step 5', () => {
    const { proxy, request } = call({}, FIRST)
    answer(proxy, first, '180 Ringing')
    caller.cancel(proxy.address, request)
    world.run(10)
    first.reply(proxy.address, first.last('CANCEL'), '200 OK')
    answer(proxy, first, '183 Still Here')
    expect(first.requests('CANCEL')).toHaveLength(2)
    expect(first.requests('CANCEL')[1].text).toBe(first.requests('CANCEL')[0].text)
  })

  it('of a request other than INVITE is answered with 200 and changes nothing, RFC 3261 9.2', () => {
    const proxy = new SimulatedProxy(world)
    proxy.targets = [`sip:bob@${FIRST}`]
    const message = caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    caller.cancel(proxy.address, message)
    world.run(10)
    expect(caller.statuses('CANCEL')).toEqual([200])
    expect(first.requests('CANCEL')).toHaveLength(0)
    first.reply(proxy.address, first.last('MESSAGE'), '200 OK')
    world.run(10)
    expect(caller.statuses('MESSAGE')).toEqual([200])
  })

  it('ends an INVITE that the script answered with 180 by itself, tm-reference 6.3', () => {
    const { proxy, request } = call({
      request: (m, { transactions }) => {
        if (m.cell === null && transactions.relayCancel(m) === 0) return
        transactions.newTransaction(m)
        transactions.reply(m, 180, 'Ringing')
      },
    })
    world.run(5000)
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(caller.statuses('CANCEL')).toEqual([200])
    expect(caller.statuses('INVITE')).toEqual([180, 487])
    caller.ack(proxy.address, request, caller.last('INVITE'))
    world.run(20_000)
    expect(proxy.current).toBe(0)
  })

  it('carries the code that the script answered with, tm-reference 2.4 local_cancel_reason', () => {
    const { proxy } = call({
      request: (m, { transactions }) => {
        m.requestUri = `sip:bob@${FIRST}`
        transactions.relay(m, 0, '')
        transactions.reply(m, 480, 'Changed My Mind')
      },
    })
    answer(proxy, first, '180 Ringing')
    expect(first.last('CANCEL').header('Reason')).toBe('SIP;cause=480')
  })
})

describe('transactions that the script leaves open', () => {
  it('with a 180 end with their lifetime', () => {
    const { proxy } = call({
      params: { max_inv_lifetime: 60_000 },
      request: (m, { transactions }) => {
        transactions.newTransaction(m)
        transactions.reply(m, 180, 'Ringing')
      },
    })
    world.run(50_000)
    expect(proxy.current).toBe(1)
    world.run(20_000)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })

  it.each([true, false])('without a reply absorb retransmissions for wt_timer, released by the script: %s', (released) => {
    const proxy = new SimulatedProxy(world, {
      request: (m, { transactions }) => {
        transactions.newTransaction(m)
        if (released) transactions.release(m)
      },
    })
    let runs = 0
    const message = caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    runs = proxy.current
    caller.again(proxy.address, message)
    world.run(10)
    expect([runs, proxy.current]).toEqual([1, 1])
    world.run(6000)
    expect(proxy.current).toBe(0)
  })
})

describe('hooks and targets', () => {
  it('a branch route is armed for one step, tm-reference 5.1', () => {
    const seen: string[] = []
    const { proxy } = call({
      request: (m, { transactions }) => {
        m.requestUri = `sip:bob@${FIRST}`
        transactions.armBranch(m, 'mark')
        transactions.armFailure(m, 'next')
        transactions.relay(m, 0, '')
      },
      branch: (_name, m) => {
        seen.push(m.requestUri)
        return true
      },
      failure: (_name, m, { transactions }) => {
        m.requestUri = `sip:bob@${SECOND}`
        m.requestUriConsumed = false
        transactions.relay(m, 0, '')
      },
    })
    answer(proxy, first, '486 Busy')
    expect(second.requests('INVITE')).toHaveLength(1)
    expect(seen).toEqual([`sip:bob@${FIRST}`])
  })

  it('a redirection by the script names its targets with their preference, tm-reference 8.2', () => {
    call({
      request: (m, { transactions }) => {
        m.requestUri = `sip:bob@${FIRST}`
        m.targets.push({
          uri: `sip:bob@${SECOND}`,
          destinationUri: '',
          path: '',
          q: 500,
          flags: 0,
          listener: null,
          instance: '',
          ruid: '',
        })
        transactions.newTransaction(m)
        transactions.reply(m, 302, 'Moved')
      },
    })
    expect(caller.last('INVITE').header('Contact')).toBe(`<sip:bob@${FIRST}>, <sip:bob@${SECOND}>;q=0.5`)
  })

  it('a Request-URI that leads nowhere: no 100 and no branch, and a 479 when the script leaves it at that, tm-reference 8.3', () => {
    let result = 0
    const { proxy } = call({
      request: (m, { transactions }) => {
        m.requestUri = 'http://example.org/'
        result = transactions.relay(m, 0, '')
      },
    })
    expect(result).toBe(-479)
    expect(caller.statuses('INVITE')).toEqual([479])
    expect(proxy.stat('tmRplGenerated')).toBe(1)
  })

  it('a branch route that drops every branch leaves a configuration error, tm-reference 8.3', () => {
    let result = 0
    call({
      request: (m, { transactions }) => {
        m.requestUri = `sip:bob@${FIRST}`
        transactions.armBranch(m, 'none')
        result = transactions.relay(m, 0, '')
      },
      branch: () => false,
    })
    expect(result).toBe(-6)
    expect(caller.last('INVITE').startLine).toBe("SIP/2.0 500 I'm terribly sorry, server error occurred (6/TM)")
  })
})

describe('branches that were never sent', () => {
  it('do not compete with those that were, tm-reference 5.1', () => {
    const { proxy } = call({}, FIRST, 'nowhere.invalid')
    answer(proxy, first, '486 Busy')
    expect(caller.last('INVITE').startLine).toBe('SIP/2.0 486 Busy')
  })

  it('answer for themselves when there is no other', () => {
    call({}, 'nowhere.invalid')
    world.run(100)
    expect(caller.last('INVITE').status).toBe(478)
  })
})

describe('replies after the 2xx of a branch', () => {
  it('a negative one is acknowledged and absorbed', () => {
    const { proxy } = call({}, FIRST)
    answer(proxy, first, '200 OK')
    answer(proxy, first, '486 Busy')
    expect(first.requests('ACK')).toHaveLength(1)
    expect(caller.statuses('INVITE')).toEqual([100, 200])
  })
})
