import { beforeEach, describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'

let world: World
let proxy: SimulatedProxy
let caller: Agent
let phone: Agent

beforeEach(() => {
  world = new World()
  proxy = new SimulatedProxy(world)
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
  proxy.targets = [`sip:bob@${PHONE}`]
})

function invite(): TextMessage {
  const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return request
}

function timesOf(status: number): readonly number[] {
  return world
    .sent(proxy.address, caller.address)
    .filter((sent) => sent.text.startsWith(`SIP/2.0 ${status} `))
    .map((sent) => sent.at)
}

/** Milliseconds from the first to each. */
function gaps(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time) => Math.round(time - times[0]))
}

describe('INVITE server transaction, RFC 3261 17.2.1', () => {
  it('MUST answer a retransmitted INVITE in Proceeding with the last provisional reply', () => {
    const request = invite()
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    caller.again(proxy.address, request)
    world.run(10)
    expect(caller.statuses('INVITE')).toEqual([100, 180, 180])
    expect(phone.requests('INVITE')).toHaveLength(1)
    expect(proxy.stat('requestsAbsorbed')).toBe(1)
  })

  it('MUST retransmit a negative final reply by timer G, T1 doubled up to T2, until timer H, 17.2.1', () => {
    invite()
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(60_000)
    expect(gaps(timesOf(486))).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500])
    expect(proxy.current).toBe(0)
  })

  it('MUST stop retransmitting and absorb the ACK, 17.2.1', () => {
    const request = invite()
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    caller.ack(proxy.address, request, caller.last('INVITE'))
    world.run(3000)
    expect(timesOf(486)).toHaveLength(1)
    expect(phone.requests('ACK')).toHaveLength(1)
    expect(proxy.engine.wheel.armed).toBeGreaterThan(0)
    world.run(3000)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })

  it('MUST answer a retransmitted INVITE in Completed with the final reply, 17.2.1', () => {
    const request = invite()
    phone.reply(proxy.address, phone.last('INVITE'), '404 Not Found')
    world.run(10)
    caller.again(proxy.address, request)
    world.run(10)
    expect(timesOf(404)).toHaveLength(2)
  })

  it('absorbs a retransmitted INVITE after the 2xx without an answer, RFC 6026 7.1', () => {
    const request = invite()
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    caller.again(proxy.address, request)
    world.run(10)
    expect(timesOf(200)).toHaveLength(1)
    expect(phone.requests('INVITE')).toHaveLength(1)
  })

  it('MUST pass further 2xx upstream while Accepted, RFC 6026 7.1', () => {
    invite()
    const request = phone.last('INVITE')
    for (let i = 0; i < 3; i++) phone.reply(proxy.address, request, '200 OK')
    world.run(10)
    expect(timesOf(200)).toHaveLength(3)
  })

  it('MUST retransmit 200 to INVITE made here until ACK, RFC 3261 13.3.1.4', () => {
    proxy = new SimulatedProxy(world, {
      address: '10.0.0.9:5060',
      request: (m, { transactions }) => void transactions.sendReply(m, 200, 'OK'),
    })
    const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.9' })
    world.run(2000)
    const replies = caller.received.filter((message) => message.status === 200)
    expect(replies).toHaveLength(3)
    caller.request(proxy.address, { method: 'ACK', uri: request.uri, toTag: replies[0].toTag })
    world.run(30_000)
    expect(caller.received.filter((message) => message.status === 200)).toHaveLength(3)
    expect(proxy.current).toBe(0)
  })
})

describe('Non-INVITE server transaction, RFC 3261 17.2.2', () => {
  function message(): TextMessage {
    const request = caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', body: 'hello' })
    world.run(10)
    return request
  }

  it('MUST discard retransmissions in Trying, 17.2.2', () => {
    const request = message()
    caller.again(proxy.address, request)
    world.run(10)
    expect(caller.received).toHaveLength(0)
    expect(phone.requests('MESSAGE')).toHaveLength(1)
  })

  it('MUST answer retransmissions in Completed with the final reply, 17.2.2', () => {
    const request = message()
    phone.reply(proxy.address, phone.last('MESSAGE'), '200 OK')
    world.run(10)
    caller.again(proxy.address, request)
    world.run(10)
    expect(caller.statuses('MESSAGE')).toEqual([200, 200])
  })

  it('does not retransmit a final reply by itself, 17.2.2', () => {
    message()
    phone.reply(proxy.address, phone.last('MESSAGE'), '404 Not Found')
    world.run(4000)
    expect(caller.statuses('MESSAGE')).toEqual([404])
  })

  it('discards final replies after the first, 17.2.2', () => {
    message()
    const request = phone.last('MESSAGE')
    phone.reply(proxy.address, request, '200 OK')
    phone.reply(proxy.address, request, '500 Late')
    world.run(10)
    expect(caller.statuses('MESSAGE')).toEqual([200])
  })

  it('never answers 100 by itself for anything but INVITE, RFC 4320 4.1', () => {
    message()
    expect(caller.received).toHaveLength(0)
  })
})

describe('request matching, RFC 3261 17.2.3', () => {
  it('a different sent-by with the same branch is another transaction', () => {
    invite()
    const stranger = new Agent(world, '10.0.0.7:5060')
    const request = stranger.request(proxy.address, {
      method: 'INVITE',
      uri: 'sip:bob@10.0.0.1',
      branch: caller.world.wire[0].text.match(/branch=(\S+)/)?.[1] ?? '',
    })
    world.run(10)
    expect(phone.requests('INVITE')).toHaveLength(2)
    expect(request.branch).toBe(phone.world.wire[0].text.match(/branch=(\S+)/)?.[1])
  })

  it('matches clients older than RFC 3261 by Call-ID, CSeq, From, To and Request-URI, 17.2.3', () => {
    const old = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1', branch: 'old-style' })
    world.run(10)
    caller.again(proxy.address, old)
    world.run(10)
    expect(phone.requests('INVITE')).toHaveLength(1)
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    caller.ack(proxy.address, old, caller.last('INVITE'))
    world.run(3000)
    expect(timesOf(486)).toHaveLength(1)
  })
})

describe('replies that wait for something', () => {
  it.each([
    ['send', 200],
    ['fail', 500],
  ] as const)('%s keeps the transaction open until then and answers %i', (end, expected) => {
    proxy = new SimulatedProxy(world, {
      address: '10.0.0.9:5060',
      request: (m, { transactions, replier }) => {
        transactions.newTransaction(m)
        const pending = replier.prepare(m, 200, 'OK')
        world.after(1000, () => pending[end]())
      },
    })
    const request = caller.request(proxy.address, { method: 'REGISTER', uri: 'sip:10.0.0.9' })
    world.run(500)
    caller.again(proxy.address, request)
    world.run(1000)
    expect(caller.statuses('REGISTER')).toEqual([expected])
    proxy.wake()
    world.run(6000)
    expect(proxy.current).toBe(0)
  })
})

describe('t_reply with a code that is none', () => {
  it.each([0, 99, 700, Number.NaN])('%d becomes default_code and default_reason, tm-reference 2.3', (status) => {
    proxy = new SimulatedProxy(world, {
      address: '10.0.0.9:5060',
      params: { default_code: 501, default_reason: 'Not like this' },
      request: (m, { transactions }) => void transactions.sendReply(m, status, 'whatever'),
    })
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.9' })
    world.run(10)
    expect(caller.last('MESSAGE').startLine).toBe('SIP/2.0 501 Not like this')
  })
})
