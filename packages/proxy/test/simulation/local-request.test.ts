import { beforeEach, describe, expect, it } from 'vitest'
import { Method } from '@signalbox/sip'
import { RoutedMessage } from '../../src/forward/routed-message.ts'
import type { LocalOutcome } from '../../src/tm/local-outcome.ts'
import type { LocalRequest } from '../../src/tm/local-request.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'

let world: World
let proxy: SimulatedProxy
let phone: Agent
let outcomes: Omit<LocalOutcome, 'reply'>[]

beforeEach(() => {
  world = new World()
  proxy = new SimulatedProxy(world, { params: { fr_timer: 4000 } })
  phone = new Agent(world, PHONE)
  outcomes = []
})

function start(request: Partial<LocalRequest> = {}): number {
  const defaults: LocalRequest = {
    method: 'OPTIONS',
    uri: `sip:bob@${PHONE}`,
    nextHop: '',
    listener: null,
    headers: 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>\r\n',
    body: '',
    noAck: false,
    frTimer: 0,
    frInvTimer: 0,
  }
  const result = proxy.engine.transactions.startLocal({ ...defaults, ...request }, ({ reply: _reply, ...outcome }) =>
    outcomes.push(outcome),
  )
  proxy.wake()
  world.run(10)
  return result
}

describe('local requests, tm-reference 11 and 12', () => {
  it('MUST carry Via, From with tag, To, Call-ID, CSeq and Max-Forwards, RFC 3261 8.1.1', () => {
    expect(start()).toBe(1)
    const request = phone.last('OPTIONS')
    expect(request.startLine).toBe(`OPTIONS sip:bob@${PHONE} SIP/2.0`)
    expect(request.branch).toMatch(/^z9hG4bK[0-9a-f]+\.[0-9a-f]{32}\.0$/)
    expect(request.header('From')).toMatch(/^<sip:monitor@here>;tag=[0-9a-f]+$/)
    expect(request.header('To')).toBe('<sip:bob@there>')
    expect(request.header('CSeq')).toBe('10 OPTIONS')
    expect(request.header('Max-Forwards')).toBe('70')
    expect(request.header('Call-ID')).toMatch(/@10\.0\.0\.1$/)
    expect(request.header('Content-Length')).toBe('0')
  })

  it('keeps the From tag, Call-ID and CSeq that were given', () => {
    start({ headers: 'From: <sip:a@b>;tag=mine\r\nTo: <sip:c@d>\r\nCall-ID: given\r\nCSeq: 7 OPTIONS' })
    const request = phone.last('OPTIONS')
    expect(request.all('From')).toEqual(['<sip:a@b>;tag=mine'])
    expect(request.all('Call-ID')).toEqual(['given'])
    expect(request.all('CSeq')).toEqual(['7 OPTIONS'])
  })

  it('answered 200: total, total_local, received, sent and 2xx move by one, nothing is generated', () => {
    start()
    phone.reply(proxy.address, phone.last('OPTIONS'), '200 OK')
    world.run(10)
    expect(outcomes).toEqual([{ status: 200, reason: 'OK', uri: `sip:bob@${PHONE}` }])
    const moved = ['tmTotal', 'tmTotalLocal', 'tmRplReceived', 'tmRplSent', 'tm2xx', 'tmRplGenerated'] as const
    expect(moved.map((name) => proxy.stat(name))).toEqual([1, 1, 1, 1, 1, 0])
    world.run(6000)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })

  it('is retransmitted and ends with a 408 made here', () => {
    start()
    world.run(4100)
    expect(phone.requests('OPTIONS')).toHaveLength(4)
    expect(outcomes.map(({ status, reason }) => `${status} ${reason}`)).toEqual(['408 Request Timeout'])
    expect(proxy.stat('tmRplGenerated')).toBe(1)
  })

  it('an INVITE answered 200 is acknowledged along the route set, RFC 3261 13.2.2.4', () => {
    start({ method: 'INVITE' })
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    const ack = phone.last('ACK')
    expect(ack.uri).toBe(`sip:callee@${PHONE}`)
    expect(ack.header('CSeq')).toBe('10 ACK')
    expect(ack.toTag).toBe(`to-${PHONE}`)
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    expect(phone.requests('ACK')).toHaveLength(2)
    expect(outcomes).toHaveLength(1)
  })

  it('leaves that ACK to the caller when told so', () => {
    start({ method: 'INVITE', noAck: true })
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    expect(phone.requests('ACK')).toHaveLength(0)
  })

  it('acknowledges a negative reply hop by hop, RFC 3261 17.1.1.3', () => {
    start({ method: 'INVITE' })
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(phone.last('ACK').branch).toBe(phone.last('INVITE').branch)
    expect(outcomes[0].status).toBe(486)
  })

  it('goes to the next hop that was asked for', () => {
    start({ uri: 'sip:bob@elsewhere.example', nextHop: `sip:${PHONE}` })
    expect(phone.last('OPTIONS').uri).toBe('sip:bob@elsewhere.example')
  })

  it('a name without address gives 478', () => {
    start({ uri: 'sip:bob@nowhere.example' })
    expect(outcomes[0].status).toBe(478)
    expect(proxy.current).toBe(0)
  })

  it('is over when it cannot be sent: nobody may add branches to it, and its end is not told again', () => {
    proxy.unsendable.add(PHONE)
    expect(start({ method: 'INVITE' })).toBe(-477)
    const { transactions } = proxy.engine
    const [{ index, label }] = transactions.core.table.cells()
    const another = new RoutedMessage()
    another.message.method = Method.INVITE
    another.requestUri = 'sip:carol@10.0.0.4:5060'
    expect(transactions.appendBranches(another, index, label)).toBe(-3)
    world.run(60_000)
    expect(outcomes).toEqual([])
    expect(proxy.current).toBe(0)
  })

  it('refuses a URI that cannot be routed on', () => {
    expect(start({ uri: 'nonsense' })).toBe(-479)
  })

  describe('that makes no SIP message', () => {
    const HEADERS = 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>\r\n'
    const bad: readonly (readonly [what: string, request: Partial<LocalRequest>])[] = [
      ['two To headers', { headers: `${HEADERS}To: <sip:carol@there>\r\n` }],
      ['too many headers', { headers: HEADERS + 'X: y\r\n'.repeat(300) }],
      ['a body that is too long', { body: new Uint8Array(70_000) }],
      ['a Request-URI that is none', { uri: 'sip:a@b@c', nextHop: `sip:${PHONE}` }],
    ]

    it.each(bad)('is refused, and nothing is left of it: %s', (_what, request) => {
      expect(start(request)).toBe(-400)
      expect(proxy.current).toBe(0)
      expect(proxy.engine.transactions.core.slab.usage().blocks).toBe(0)
      world.run(60_000)
      expect(outcomes).toEqual([])
    })

    it('tells so whoever waits for it when the name of its next hop was looked up first', () => {
      proxy = new SimulatedProxy(world, { names: { 'phone.example': '10.0.0.3' }, address: '10.0.0.9:5060' })
      expect(start({ uri: 'sip:bob@phone.example', body: new Uint8Array(70_000) })).toBe(1)
      expect(outcomes.map(({ status, reason }) => `${status} ${reason}`)).toEqual(['400 Bad Request (400/TM)'])
      expect(proxy.current).toBe(0)
    })
  })
})
