import { beforeEach, describe, expect, it } from 'vitest'
import { startOperatorRequest, type OperatorOutcome, type OperatorRefusal, type OperatorRequest } from '../../src/tm/operator-request.ts'
import type { Listener } from '../../src/transport/transport.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'
const HEADS = 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>'

let world: World
let proxy: SimulatedProxy
let phone: Agent
let outcomes: OperatorOutcome[]

beforeEach(() => {
  world = new World()
  proxy = new SimulatedProxy(world, { params: { fr_timer: 4000 } })
  phone = new Agent(world, PHONE)
  outcomes = []
})

function start(changes: Partial<OperatorRequest> = {}): OperatorRefusal | null {
  const { transactions } = proxy.engine
  const request = {
    method: 'OPTIONS',
    uri: `sip:bob@${PHONE}`,
    nextHop: '',
    socket: '',
    headers: HEADS,
    body: '',
    noAck: false,
    frTimer: 0,
    frInvTimer: 0,
    ...changes,
  }
  const refusal = startOperatorRequest(
    request,
    listeners(),
    (local, done) => transactions.startLocal(local, done),
    (outcome) => outcomes.push(outcome),
  )
  proxy.wake()
  world.run(10)
  return refusal
}

function listeners(): readonly Listener[] {
  const listener = proxy.engine.transactions.core.transport.listenerFor(1, proxy.endpoint('10.0.0.3', 5060))
  return listener === null ? [] : [listener]
}

describe('requests of an operator: tm.t_uac_*, tm-reference 12', () => {
  it('tells code, reason, remote target, next hop, route and headers of the reply', () => {
    expect(start()).toBeNull()
    phone.reply(proxy.address, phone.last('OPTIONS'), '200 Fine', [
      'Record-Route: <sip:one;lr>, <sip:two;lr>',
      'Record-Route: <sip:three;lr>',
    ])
    world.run(10)
    expect(outcomes).toHaveLength(1)
    expect(outcomes[0]).toMatchObject({
      status: 200,
      reason: 'Fine',
      uri: `sip:callee@${PHONE}`,
      nextHop: 'sip:three;lr',
      route: 'Route: <sip:three;lr>, <sip:two;lr>, <sip:one;lr>',
    })
    expect(outcomes[0].headers).toMatch(/^Via: SIP\/2\.0\/UDP [^]*Content-Length: 0\r\n\r\n$/)
  })

  it('a time-out has code 408 and empty texts', () => {
    start()
    world.run(5000)
    expect(outcomes).toEqual([{ status: 408, reason: 'Request Timeout', uri: '', nextHop: '', route: '', headers: '' }])
  })

  it('its own fr_timeout goes before the parameter', () => {
    start({ frTimer: 1000 })
    world.run(1100)
    expect(outcomes[0].status).toBe(408)
  })

  it('waits over provisional replies', () => {
    start({ method: 'INVITE' })
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    expect(outcomes).toEqual([])
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(outcomes[0]).toMatchObject({ status: 486, reason: 'Busy Here' })
  })

  it('sends bytes as they are', () => {
    start({ method: 'MESSAGE', headers: `${HEADS}\r\nContent-Type: x/y`, body: Uint8Array.of(0x01, 0xff) })
    const request = phone.last('MESSAGE')
    expect(request.header('Content-Length')).toBe('2')
    expect(request.text.endsWith('\r\n\r\n\x01\xff')).toBe(true)
  })

  it('sends from the listener that was asked for', () => {
    expect(start({ socket: 'udp:10.0.0.1:5060' })).toBeNull()
    expect(start({ socket: '10.0.0.1' })).toBeNull()
    expect(phone.requests('OPTIONS')).toHaveLength(2)
    expect(start({ socket: 'tcp:10.0.0.1:5060' })).toEqual({
      code: 400,
      message: 'No local socket for "tcp:10.0.0.1:5060"',
    })
    expect(start({ socket: 'nonsense nonsense' })).toMatchObject({ code: 400 })
  })

  it.each([
    [{ method: 'OP TIONS' }, 'Invalid method'],
    [{ method: 'CANCEL' }, 'Invalid method: CANCEL has no transaction of its own'],
    [{ method: 'ACK' }, 'Invalid method: ACK has no transaction of its own'],
    [{ uri: 'sip:bob@there SIP/2.0' }, 'Invalid request uri "sip:bob@there SIP/2.0"'],
    [{ uri: 'bob' }, 'Invalid request uri "bob"'],
    [{ uri: 'tel:+15551234' }, 'Invalid request uri "tel:+15551234": it does not say where to send to; give a nexthop'],
    [{ nextHop: 'a b' }, 'Invalid next-hop uri "a b"'],
    [{ headers: 'To: <sip:b@c>' }, 'From missing'],
    [{ headers: 'f: <sip:b@c>' }, 'To missing'],
    [{ headers: `${HEADS}\r\nnonsense` }, "Invalid headers: 'nonsense' is no header line"],
    [{ headers: `${HEADS}\r\nTo: <sip:carol@there>` }, 'The request would be no SIP message, or one that is too long'],
  ])('MUST refuse %j with 400', (changes, message) => {
    expect(start(changes)).toEqual({ code: 400, message })
    expect(phone.received).toEqual([])
    expect(proxy.current).toBe(0)
  })

  it('a URI without an address goes to the next hop', () => {
    expect(start({ uri: 'tel:+15551234', nextHop: `udp:${PHONE}` })).toBeNull()
    expect(phone.last('OPTIONS').uri).toBe('tel:+15551234')
  })

  it('says when no listener reaches the place, and when sending fails', () => {
    expect(start({ nextHop: 'ws:10.0.0.3:5060' })).toMatchObject({ code: 500, message: expect.stringContaining('No listener') as string })
    proxy.unsendable.add(PHONE)
    expect(start()).toMatchObject({ code: 477 })
    world.run(10_000)
    expect(proxy.current).toBe(0)
  })

  it('a name without address ends with 478', () => {
    expect(start({ uri: 'sip:bob@nowhere.example' })).toBeNull()
    world.run(6000)
    expect(outcomes).toEqual([expect.objectContaining({ status: 478, reason: 'Unresolvable destination (478/TM)' })])
  })

  it('a name whose address nothing can be sent to ends with 477, and says so', () => {
    proxy = new SimulatedProxy(world, { names: { 'bob.example': '10.0.0.3' } })
    proxy.unsendable.add(PHONE)
    expect(start({ uri: 'sip:bob@bob.example' })).toBeNull()
    world.run(6000)
    expect(outcomes).toEqual([
      expect.objectContaining({ status: 477, reason: 'Unfortunately error on sending to next hop occurred (477/TM)' }),
    ])
  })
})
