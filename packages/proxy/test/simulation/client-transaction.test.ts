import { beforeEach, describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
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

function send(method: string): void {
  caller.request(proxy.address, { method, uri: 'sip:bob@10.0.0.1' })
  world.run(10)
}

function sentGaps(method: string): readonly number[] {
  const times = world
    .sent(proxy.address, PHONE)
    .filter((sent) => sent.text.startsWith(`${method} `))
    .map((sent) => sent.at)
  return times.slice(1).map((time) => Math.round(time - times[0]))
}

describe('INVITE client transaction, RFC 3261 17.1.1', () => {
  it('MUST retransmit by timer A until timer B, 17.1.1.2 (interval capped at T2, tm-reference 2.1)', () => {
    send('INVITE')
    world.run(31_000)
    expect(sentGaps('INVITE')).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500])
    expect(caller.statuses('INVITE').filter((status) => status === 408).length).toBeGreaterThan(0)
  })

  it('MUST stop retransmitting on a provisional reply, 17.1.1.2', () => {
    send('INVITE')
    phone.reply(proxy.address, phone.last('INVITE'), '100 Trying')
    world.run(20_000)
    expect(sentGaps('INVITE')).toEqual([])
  })

  it('MUST NOT forward a 100, 16.7 step 5', () => {
    send('INVITE')
    phone.reply(proxy.address, phone.last('INVITE'), '100 Trying')
    world.run(10)
    expect(caller.statuses('INVITE')).toEqual([100])
    expect(caller.received[0].startLine).toBe('SIP/2.0 100 trying -- your call is important to us')
  })

  it('MUST acknowledge a negative final reply hop by hop, 17.1.1.3', () => {
    send('INVITE')
    const request = phone.last('INVITE')
    phone.reply(proxy.address, request, '486 Busy Here')
    world.run(10)
    const ack = phone.last('ACK')
    expect(ack.uri).toBe(request.uri)
    expect(ack.branch).toBe(request.branch)
    expect(ack.all('Via')).toHaveLength(1)
    expect(ack.header('CSeq')).toBe('1 ACK')
    expect(ack.header('Call-ID')).toBe(request.header('Call-ID'))
    expect(ack.header('From')).toBe(request.header('From'))
    expect(ack.toTag).toBe(`to-${PHONE}`)
  })

  it('MUST acknowledge every retransmission of the negative reply, 17.1.1.2', () => {
    send('INVITE')
    const request = phone.last('INVITE')
    for (let i = 0; i < 3; i++) phone.reply(proxy.address, request, '486 Busy Here')
    world.run(10)
    expect(phone.requests('ACK')).toHaveLength(3)
    expect(caller.statuses('INVITE')).toEqual([100, 486])
  })

  it('fr_inv_timer takes over after a provisional and restarts with each, tm-reference 2.1', () => {
    proxy = new SimulatedProxy(world, { address: '10.0.0.9:5060', params: { fr_inv_timer: 10_000 } })
    proxy.targets = [`sip:bob@${PHONE}`]
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.9' })
    world.run(10)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(8000)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(8000)
    expect(caller.statuses('INVITE')).toEqual([100, 180, 180])
    world.run(3000)
    expect(caller.statuses('INVITE')).toContain(408)
  })

  it('cancels a ringing branch that times out, 16.8', () => {
    proxy = new SimulatedProxy(world, { address: '10.0.0.9:5060', params: { fr_inv_timer: 5000 } })
    proxy.targets = [`sip:bob@${PHONE}`]
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.9' })
    world.run(10)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(5100)
    expect(phone.requests('CANCEL').length).toBeGreaterThan(0)
    expect(caller.statuses('INVITE').slice(0, 3)).toEqual([100, 180, 408])
  })

  it('max_inv_lifetime caps the life of an INVITE, tm-reference 2.1', () => {
    proxy = new SimulatedProxy(world, { address: '10.0.0.9:5060', params: { max_inv_lifetime: 20_000 } })
    proxy.targets = [`sip:bob@${PHONE}`]
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.9' })
    world.run(10)
    for (let second = 0; second < 19; second++) {
      phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
      world.run(1000)
    }
    expect(caller.statuses('INVITE')).not.toContain(408)
    world.run(1100)
    expect(caller.statuses('INVITE')).toContain(408)
  })
})

describe('Non-INVITE client transaction, RFC 3261 17.1.2', () => {
  it('keeps the reply in place of the request that was sent, which is needed no more after a 2xx', () => {
    const { slab } = proxy.engine.transactions.core
    send('MESSAGE')
    const { blocks } = slab.usage()
    phone.reply(proxy.address, phone.last('MESSAGE'), '200 OK')
    world.run(10)
    expect(caller.statuses('MESSAGE')).toEqual([200])
    expect(slab.usage().blocks).toBe(blocks)
  })

  it('MUST retransmit by timer E until timer F, 17.1.2.2', () => {
    send('MESSAGE')
    world.run(31_000)
    expect(sentGaps('MESSAGE')).toEqual([500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500])
    expect(caller.statuses('MESSAGE')).toEqual([408])
  })

  it('MUST slow down to T2 after a provisional reply, 17.1.2.2', () => {
    send('MESSAGE')
    phone.reply(proxy.address, phone.last('MESSAGE'), '100 Trying')
    world.run(13_000)
    expect(sentGaps('MESSAGE').map((gap) => Math.round(gap / 100))).toEqual([40, 80, 120])
  })

  it('sends no ACK, 17.1.2', () => {
    send('MESSAGE')
    phone.reply(proxy.address, phone.last('MESSAGE'), '404 Not Found')
    world.run(10)
    expect(phone.requests('ACK')).toHaveLength(0)
    expect(caller.statuses('MESSAGE')).toEqual([404])
  })
})

describe('reply matching, RFC 3261 17.1.3', () => {
  it('a reply with a branch that was never given out does not reach the caller', () => {
    send('INVITE')
    const forged = phone.last('INVITE').text.replace(/(branch=z9hG4bK[0-9a-f]+\.[0-9a-f]{10})[0-9a-f]{8}/, '$1deadbeef')
    expect(forged).not.toBe(phone.last('INVITE').text)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    expect(proxy.stat('tmRplReceived')).toBe(1)
  })

  it('forwards replies that match no transaction statelessly, 16.7 step 2', () => {
    send('INVITE')
    const request = phone.last('INVITE')
    phone.reply(proxy.address, request, '200 OK')
    world.run(6000)
    expect(proxy.current).toBe(0)
    phone.reply(proxy.address, request, '200 OK')
    world.run(10)
    expect(proxy.stat('strayReplies')).toBe(1)
    expect(caller.statuses('INVITE')).toEqual([100, 200, 200])
  })

  it('drops replies whose top Via is somebody else, 18.1.2', () => {
    const text = [
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx',
      `Via: SIP/2.0/UDP ${caller.address};branch=z9hG4bKy`,
      'From: <sip:a@b>;tag=1',
      'To: <sip:c@d>;tag=2',
      'Call-ID: x',
      'CSeq: 1 INVITE',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n')
    world.send(PHONE, proxy.address, text)
    world.run(10)
    expect(caller.received).toHaveLength(0)
  })
})

describe('transport errors, RFC 3261 16.9', () => {
  it('a send error is answered with 477, tm-reference 8.3', () => {
    proxy.unsendable.add(PHONE)
    send('INVITE')
    expect(caller.statuses('INVITE')).toEqual([100, 477])
  })

  it('a send error in a retransmission counts as 503 and is sent upstream as 500, tm-reference 5.2', () => {
    send('INVITE')
    proxy.unsendable.add(PHONE)
    world.run(600)
    expect(caller.statuses('INVITE')).toEqual([100, 500])
  })
})

describe('names, RFC 3263', () => {
  it('relays once the name is resolved', () => {
    proxy = new SimulatedProxy(world, { address: '10.0.0.9:5060', names: { 'phone.example': '10.0.0.3' } })
    proxy.targets = ['sip:bob@phone.example']
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.9' })
    world.run(100)
    expect(phone.last('INVITE').uri).toBe('sip:bob@phone.example')
  })

  it('answers 478 for a name without address, tm-reference 8.3', () => {
    proxy.targets = ['sip:bob@nowhere.example']
    send('INVITE')
    expect(caller.statuses('INVITE')).toEqual([100, 478])
  })
})
