import { describe, expect, it } from 'vitest'
import { Agent } from '../simulation/agent.ts'
import { World } from '../simulation/world.ts'
import { ScriptedProxy, type ScriptedOptions } from './scripted-proxy.ts'

const PROXY = '10.0.0.1:5060'
const ALICE = '10.0.0.2:5060'
const BOB = '10.0.0.3:5060'
const BOB2 = '10.0.0.4:5060'
const GATEWAY = '10.0.0.8:5060'
const GATEWAY2 = '10.0.0.9:5060'

function setUp(options: ScriptedOptions = {}): { world: World; scripted: ScriptedProxy; alice: Agent; bob: Agent; bob2: Agent } {
  const world = new World(1)
  const scripted = new ScriptedProxy(world, options)
  const [alice, bob, bob2] = [ALICE, BOB, BOB2].map((address) => new Agent(world, address))
  return { world, scripted, alice, bob, bob2 }
}

/** The Agent writes To itself; a REGISTER needs the user there. */
function registerAs(world: World, agent: Agent, user: string, extra: readonly string[] = []): void {
  const lines = [
    'REGISTER sip:10.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP ${agent.address};branch=z9hG4bK-reg-${user}-${agent.address}-${world.now()}`,
    'Max-Forwards: 70',
    `From: <sip:${user}@10.0.0.1>;tag=r`,
    `To: <sip:${user}@10.0.0.1>`,
    `Call-ID: reg-${agent.address}`,
    `CSeq: ${Math.round(world.now())} REGISTER`,
    `Contact: <sip:${user}@${agent.address}>;expires=3600`,
    ...extra,
    'Content-Length: 0',
    '',
    '',
  ]
  world.send(agent.address, PROXY, lines.join('\r\n'))
  world.run(20)
}

describe('the default script', () => {
  it('MUST answer OPTIONS to the proxy itself with 200, RFC 3261 11.2', () => {
    const { world, alice } = setUp()
    alice.request(PROXY, { method: 'OPTIONS', uri: 'sip:10.0.0.1' })
    world.run(10)
    expect(alice.last('OPTIONS').status).toBe(200)
    expect(alice.last('OPTIONS').header('Accept')).toBe('*/*')
  })

  it('answers 404 for a user that nobody registered', () => {
    const { world, scripted, alice } = setUp()
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:nobody@10.0.0.1' })
    world.run(100)
    expect(alice.statuses('INVITE')).toEqual([404])
    expect(scripted.proxy.current).toBe(0)
    expect(scripted.log).toEqual([])
  })

  it('saves a REGISTER and answers it when it is written, RFC 3261 10.3', () => {
    const { world, scripted, bob } = setUp()
    scripted.journal.delay = 500
    registerAs(world, bob, 'bob')
    expect(bob.statuses('REGISTER')).toEqual([])
    world.run(600)
    expect(bob.statuses('REGISTER')).toEqual([200])
    expect(bob.last('REGISTER').header('Contact')).toBe(`<sip:bob@${BOB}>;expires=3600`)
    expect(scripted.location.contacts('location', 'bob')).toHaveLength(1)
  })

  it('relays a call to every phone of the user at once and lets the first answer win, RFC 3261 16.7', () => {
    const { world, scripted, alice, bob, bob2 } = setUp()
    registerAs(world, bob, 'bob')
    registerAs(world, bob2, 'bob')
    for (const phone of [bob, bob2]) {
      phone.onMessage = (message, from) => {
        if (message.method === 'INVITE' && message.isRequest) phone.reply(from, message, '180 Ringing')
        if (message.method === 'CANCEL') {
          phone.reply(from, message, '200 OK')
          phone.reply(from, phone.requests('INVITE')[0], '487 Request Terminated')
        }
      }
    }
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(1000)
    bob2.reply(PROXY, bob2.requests('INVITE')[0], '200 OK')
    world.run(1000)
    expect(alice.statuses('INVITE')).toEqual([100, 180, 180, 200])
    expect(bob.requests('CANCEL')).toHaveLength(1)
    expect(bob.requests('INVITE')[0].uri).toBe(`sip:bob@${BOB}`)
    expect(bob.requests('INVITE')[0].header('Record-Route')).toBe('<sip:10.0.0.1:5060;lr;ftag=from-call-1>')
    world.run(60_000)
    expect(scripted.proxy.current).toBe(0)
    expect(scripted.log).toEqual([])
  })

  it('routes ACK and BYE of a call along its Route, RFC 3261 16.12', () => {
    const { world, alice, bob } = setUp()
    registerAs(world, bob, 'bob')
    bob.onMessage = (message, from) => {
      if (message.isRequest && message.method !== 'ACK') bob.reply(from, message, '200 OK')
    }
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(100)
    const answer = alice.last('INVITE')
    const route = `Route: ${answer.header('Record-Route')}`
    for (const [method, cseq] of [
      ['ACK', 1],
      ['BYE', 2],
    ] as const) {
      alice.request(PROXY, { method, uri: `sip:callee@${BOB}`, cseq, toTag: answer.toTag, headers: [route] })
    }
    world.run(100)
    expect(bob.requests('ACK')[0].uri).toBe(`sip:callee@${BOB}`)
    expect(bob.requests('BYE')[0].header('Route')).toBe('')
    expect(alice.statuses('BYE')).toEqual([200])
  })

  it('sends requests for none of its users to the gateway, and so the rest of the call without Route', () => {
    const { world, alice, scripted } = setUp({ gateways: [`sip:${GATEWAY}`] })
    const gateway = new Agent(world, GATEWAY)
    gateway.onMessage = (message, from) => {
      if (message.isRequest && message.method !== 'ACK') gateway.reply(from, message, '200 OK')
    }
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:service@10.0.0.1:5060' })
    world.run(100)
    const { toTag } = alice.last('INVITE')
    alice.request(PROXY, { method: 'ACK', uri: 'sip:service@10.0.0.1:5060', toTag })
    alice.request(PROXY, { method: 'BYE', uri: 'sip:service@10.0.0.1:5060', toTag, cseq: 2 })
    world.run(100)
    expect(gateway.requests('INVITE')[0].uri).toBe(`sip:service@${GATEWAY}`)
    expect(gateway.requests('ACK')).toHaveLength(1)
    expect(alice.statuses('BYE')).toEqual([200])
    expect(scripted.log).toEqual([])
  })

  it('hands a call that the first gateway fails on to the second one', () => {
    const { world, alice, scripted } = setUp({ gateways: [`sip:${GATEWAY}`, `sip:${GATEWAY2}`] })
    const [first, second] = [GATEWAY, GATEWAY2].map((address) => new Agent(world, address))
    first.onMessage = (message, from) => message.method === 'INVITE' && first.reply(from, message, '503 Service Unavailable')
    second.onMessage = (message, from) => message.method === 'INVITE' && second.reply(from, message, '200 OK')
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:+4912@10.0.0.1' })
    world.run(1000)
    expect(second.requests('INVITE')[0]?.uri).toBe(`sip:+4912@${GATEWAY2}`)
    expect(alice.statuses('INVITE')).toEqual([100, 200])
    expect(scripted.log).toEqual([])
  })

  it('is no open relay: a foreign domain is for registered phones, at the address they registered from', () => {
    const { world, alice, bob } = setUp()
    const target = new Agent(world, '10.9.9.9:5060')
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:x@10.9.9.9', callId: 'denied' })
    world.run(50)
    expect(alice.statuses('INVITE')).toEqual([403])
    registerAs(world, alice, 'caller')
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:x@10.9.9.9', callId: 'allowed' })
    bob.request(PROXY, { method: 'INVITE', uri: 'sip:x@10.9.9.9', callId: 'elsewhere' })
    world.run(50)
    expect(target.requests('INVITE').map((one) => one.header('Call-ID'))).toEqual(['allowed'])
    expect(bob.statuses('INVITE')).toEqual([403])
  })

  it('MUST refuse a preloaded Route that leads elsewhere, and take one that names the proxy', () => {
    const { world, alice, bob } = setUp()
    registerAs(world, bob, 'bob')
    alice.request(PROXY, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'm1', headers: ['Route: <sip:10.9.9.9;lr>'] })
    alice.request(PROXY, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'm2', headers: [`Route: <sip:${PROXY};lr>`] })
    world.run(50)
    expect(alice.statuses('MESSAGE')).toEqual([403])
    expect(bob.requests('MESSAGE').map((one) => one.header('Call-ID'))).toEqual(['m2'])
    expect(bob.requests('MESSAGE')[0].header('Route')).toBe('')
  })

  it('MUST answer 483 when Max-Forwards is used up, but OPTIONS itself, RFC 3261 16.3', () => {
    const { world, alice } = setUp()
    const text = alice
      .request('10.0.0.7:1', { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1' })
      .text.replace('Max-Forwards: 70', 'Max-Forwards: 0')
    world.send(ALICE, PROXY, text)
    world.send(ALICE, PROXY, text.replaceAll('MESSAGE', 'OPTIONS').replace('call-1', 'call-2'))
    world.run(50)
    expect(alice.statuses('MESSAGE')).toEqual([483])
    expect(alice.statuses('OPTIONS')).toEqual([200])
  })

  it('MUST answer 420 with the tags of Proxy-Require, RFC 3261 16.3 step 5', () => {
    const { world, alice } = setUp()
    alice.request(PROXY, {
      method: 'OPTIONS',
      uri: 'sip:10.0.0.1',
      headers: ['Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis'],
    })
    world.run(50)
    expect(alice.last('OPTIONS').status).toBe(420)
    expect(alice.last('OPTIONS').header('Unsupported')).toBe('noProxiesSupportThis, norDoAnyProxiesSupportThis')
  })

  it('answers 481 to a CANCEL for nothing', () => {
    const { world, alice } = setUp()
    alice.request(PROXY, { method: 'CANCEL', uri: 'sip:bob@10.0.0.1' })
    world.run(50)
    expect(alice.statuses('CANCEL')).toEqual([481])
  })

  it('relays CANCEL to where the INVITE went', () => {
    const { world, alice, bob, scripted } = setUp()
    registerAs(world, bob, 'bob')
    bob.onMessage = (message, from) => {
      if (!message.isRequest) return
      if (message.method === 'INVITE') bob.reply(from, message, '180 Ringing')
      if (message.method === 'CANCEL') {
        bob.reply(from, message, '200 OK')
        bob.reply(from, bob.requests('INVITE')[0], '487 Request Terminated')
      }
    }
    const invite = alice.request(PROXY, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(500)
    alice.cancel(PROXY, invite)
    world.run(500)
    expect(alice.statuses('CANCEL')).toEqual([200])
    expect(alice.statuses('INVITE')).toEqual([100, 180, 487])
    expect(scripted.log).toEqual([])
  })

  it('reaches a phone behind address translation where its REGISTER came from', () => {
    const { world, alice, bob } = setUp()
    const lines = (cseq: number) =>
      [
        'REGISTER sip:10.0.0.1 SIP/2.0',
        `Via: SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bKn${cseq}`,
        'Max-Forwards: 70',
        'From: <sip:bob@10.0.0.1>;tag=r',
        'To: <sip:bob@10.0.0.1>',
        'Call-ID: nat',
        `CSeq: ${cseq} REGISTER`,
        'Contact: <sip:bob@192.168.1.5:5060>',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n')
    world.send(BOB, PROXY, lines(1))
    world.run(20)
    expect(bob.last('REGISTER').header('Contact')).toContain(`;received="sip:${BOB}"`)
    alice.request(PROXY, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(20)
    expect(bob.requests('INVITE')[0].uri).toBe('sip:bob@192.168.1.5:5060')
  })
})
