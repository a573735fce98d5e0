import { beforeEach, describe, expect, it } from 'vitest'
import { ScriptWorld } from '../../test/script/script-world.ts'
import { Counter } from '../metrics/counter-layout.ts'
import { SaveResult } from './registrar.ts'

let world: ScriptWorld

interface RegisterOptions {
  readonly to?: string
  readonly callId?: string
  readonly cseq?: number
  /** Contact header values; an empty list asks for the bindings. */
  readonly contacts?: readonly string[]
  readonly headers?: readonly string[]
}

/** Receives a REGISTER and saves it. */
function register(
  { to = 'sip:alice@example.com', callId = 'c1', cseq = 1, contacts = ['<sip:alice@10.0.0.1>'], headers = [] }: RegisterOptions = {},
  flags = 0,
  received = '',
): number {
  const lines = [
    'REGISTER sip:127.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKr',
    'Max-Forwards: 70',
    `From: <${to}>;tag=1`,
    `To: <${to}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    ...contacts.map((contact) => `Contact: ${contact}`),
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ]
  world.receive(lines.join('\n'), { address: '10.0.0.1', port: 5060 })
  return world.registrar.save(world.m, 'location', flags, { received, attributes: '' })
}

function reply(): { readonly status: unknown; readonly reason: unknown; readonly headers: Readonly<Record<string, string>> } {
  const last = world.calls.findLast(([name]) => name === 'reply')
  const headers = last?.[3]
  const lines = (typeof headers === 'string' ? headers : '').split('\r\n').filter((line) => line !== '')
  const byName = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
  return { status: last?.[1], reason: last?.[2], headers: byName }
}

function uris(): readonly string[] {
  return world.location.contacts('location', 'alice').map((contact) => contact.uri)
}

beforeEach(() => {
  world = new ScriptWorld()
})

describe('save', () => {
  it('MUST answer 200 with every binding and the time it has left, RFC 3261 10.3 step 8', () => {
    register({ contacts: ['<sip:alice@10.0.0.1>;q=0.7;expires=600'] })
    world.clock.advanceTo(100_000)
    expect(register({ callId: 'c2', contacts: ['<sip:alice@10.0.0.2>'] })).toBe(SaveResult.INSERTED)
    expect(reply().status).toBe(200)
    expect(reply().headers.Contact).toBe('<sip:alice@10.0.0.1>;q=0.7;expires=500, <sip:alice@10.0.0.2>;expires=3600')
    expect(reply().headers.Date).toBe('Tue, 14 Nov 2023 22:15:00 GMT')
  })

  it('takes the expires parameter, then the Expires header, then the default, RFC 3261 10.2.1.1', () => {
    register({ contacts: ['<sip:a@h>;expires=100, <sip:b@h>'], headers: ['Expires: 200'] })
    expect(reply().headers.Contact).toBe('<sip:a@h>;expires=100, <sip:b@h>;expires=200')
    register({ callId: 'c2', contacts: ['<sip:c@h>', '<sip:d@h>;expires=soon'] })
    expect(reply().headers.Contact).toContain('<sip:c@h>;expires=3600, <sip:d@h>;expires=3600')
  })

  it('cuts what is too long and MUST answer 423 with Min-Expires to what is too short, RFC 3261 10.3 step 7', () => {
    register({ contacts: ['<sip:a@h>;expires=999999'] })
    expect(reply().headers.Contact).toBe('<sip:a@h>;expires=3600')
    expect(register({ callId: 'c2', contacts: ['<sip:b@h>;expires=5'] })).toBe(SaveResult.ERROR)
    expect(reply()).toMatchObject({ status: 423, headers: { 'Min-Expires': '10' } })
  })

  it('refreshes a binding by URI equality, RFC 3261 19.1.4', () => {
    register({ contacts: ['<sip:%61lice@EXAMPLE.com;transport=tcp>'] })
    expect(register({ cseq: 2, contacts: ['<sip:alice@example.com;Transport=TCP>'] })).toBe(SaveResult.UPDATED)
    expect(uris()).toEqual(['sip:alice@example.com;Transport=TCP'])
    register({ cseq: 3, contacts: ['<sip:alice@example.com>'] })
    expect(uris()).toHaveLength(2)
  })

  it('gives a binding that is named twice the time that was named last', () => {
    register({ contacts: ['<sip:a@h>'] })
    expect(register({ cseq: 2, contacts: ['<sip:a@h>;expires=100', '<sip:a@h>;expires=200'] })).toBe(SaveResult.UPDATED)
    expect(reply().headers.Contact).toBe('<sip:a@h>;expires=200')
    expect(register({ cseq: 3, contacts: ['<sip:a@h>;expires=300', '<sip:a@h>;q=0.5;expires=400'] })).toBe(SaveResult.UPDATED)
    expect(reply().headers.Contact).toBe('<sip:a@h>;q=0.5;expires=400')
    expect(world.location.contacts('location', 'alice').map(({ expiresAt }) => expiresAt - world.clock.wall())).toEqual([400_000])
  })

  it('removes a binding with expires=0, and does not mind one that is not there', () => {
    register()
    expect(register({ cseq: 2, contacts: ['<sip:alice@10.0.0.1>;expires=0'] })).toBe(SaveResult.REMOVED)
    expect(uris()).toEqual([])
    expect(reply()).toMatchObject({ status: 200 })
    expect(reply().headers.Contact).toBeUndefined()
    expect(register({ cseq: 3, contacts: ['<sip:alice@10.0.0.9>;expires=0'] })).toBe(SaveResult.LISTED)
  })

  it('removes all with Contact: * and Expires: 0, RFC 3261 10.2.2', () => {
    register({ contacts: ['<sip:a@h>', '<sip:b@h>'] })
    expect(register({ cseq: 2, contacts: ['*'], headers: ['Expires: 0'] })).toBe(SaveResult.REMOVED)
    expect(uris()).toEqual([])
  })

  it.each([
    ['without Expires: 0', ['*'], []],
    ['with another time', ['*'], ['Expires: 60']],
    ['beside another contact', ['*', '<sip:a@h>'], ['Expires: 0']],
  ])('MUST answer 400 to Contact: * %s, RFC 3261 10.3 step 6', (_, contacts, headers) => {
    register({ contacts: ['<sip:x@h>'] })
    expect(register({ cseq: 2, contacts, headers })).toBe(SaveResult.ERROR)
    expect(reply().status).toBe(400)
    expect(uris()).toEqual(['sip:x@h'])
  })

  it('lists the bindings for a REGISTER without Contact', () => {
    register()
    expect(register({ callId: 'c9', contacts: [] })).toBe(SaveResult.LISTED)
    expect(reply()).toMatchObject({ status: 200, headers: { Contact: '<sip:alice@10.0.0.1>;expires=3600' } })
    expect(world.written).toHaveLength(1)
  })

  it('MUST abort a REGISTER whose CSeq was overtaken within its Call-ID, RFC 3261 10.3 step 7', () => {
    register({ cseq: 5 })
    expect(register({ cseq: 4, contacts: ['<sip:alice@10.0.0.1>;expires=0'] })).toBe(SaveResult.ERROR)
    expect(reply().status).toBe(400)
    expect(uris()).toHaveLength(1)
    expect(register({ callId: 'another', cseq: 1, contacts: ['<sip:alice@10.0.0.1>;expires=0'] })).toBe(SaveResult.REMOVED)
  })

  it('MUST change all contacts or none, RFC 3261 10.3 step 7', () => {
    register({ cseq: 5, contacts: ['<sip:old@h>'] })
    register({ cseq: 4, contacts: ['<sip:new@h>', '<sip:old@h>'] })
    expect(uris()).toEqual(['sip:old@h'])
    register({ callId: 'c2', contacts: ['<sip:new@h>', '<sip:newer@h>;q=2'] })
    expect(reply()).toMatchObject({ status: 400, reason: 'Bad q parameter in Contact' })
    expect(uris()).toEqual(['sip:old@h'])
  })

  it('MUST answer 420 to extensions that it does not know, RFC 3261 10.3 step 2', () => {
    register({ headers: ['Require: path, gin', 'Require: outbound'] })
    expect(reply()).toMatchObject({ status: 420, headers: { Unsupported: 'gin, outbound' } })
  })

  it('answers 400 to an address of record without user', () => {
    register({ to: 'sip:example.com' })
    expect(reply().status).toBe(400)
    register({ to: 'mailto:a@example.com' })
    expect(reply().status).toBe(400)
  })

  it.each(['<mailto:a@h>', '<sip:>', 'sip:a b@h', '<sip:a@h', ''])('answers 400 to the Contact %j', (contact) => {
    register({ contacts: [contact] })
    expect(reply().status).toBe(400)
    expect(uris()).toEqual([])
  })

  it('limits the bindings of one address', () => {
    const contacts = Array.from({ length: 10 }, (_, i) => `<sip:a${i}@h>`)
    register({ contacts })
    expect(register({ cseq: 2, contacts: ['<sip:eleventh@h>'] })).toBe(SaveResult.ERROR)
    expect(reply().status).toBe(403)
    expect(register({ cseq: 3, contacts: ['<sip:a1@h>'] })).toBe(SaveResult.UPDATED)
  })

  it('stores Path and gives it back, RFC 3327 5.3', () => {
    register({ headers: ['Supported: path', 'Path: <sip:p2;lr>', 'Path: <sip:p1;lr>'] })
    expect(reply().headers.Path).toBe('<sip:p2;lr>,<sip:p1;lr>')
    expect(world.location.contacts('location', 'alice')[0].path).toBe('<sip:p2;lr>,<sip:p1;lr>')
  })

  it('answers 420 to Path from a phone that does not support it, RFC 3327 5.3', () => {
    register({ headers: ['Path: <sip:p1;lr>'] })
    expect(reply()).toMatchObject({ status: 420, headers: { Unsupported: 'path' } })
  })

  it('recognises an instance by reg-id whatever its address, RFC 5626 6', () => {
    const instance = '+sip.instance="<urn:uuid:1>"'
    register({ contacts: [`<sip:alice@10.0.0.1>;${instance};reg-id=1`] })
    expect(register({ callId: 'c2', contacts: [`<sip:alice@10.0.0.2>;${instance};reg-id=1`] })).toBe(SaveResult.UPDATED)
    expect(register({ callId: 'c3', contacts: [`<sip:alice@10.0.0.3>;${instance};reg-id=2`] })).toBe(SaveResult.INSERTED)
    expect(uris()).toEqual(['sip:alice@10.0.0.2', 'sip:alice@10.0.0.3'])
    expect(reply().headers.Contact).toContain(`${instance};reg-id=2`)
  })

  it('notes where the REGISTER came from when told to', () => {
    register({}, 0, 'sip:192.0.2.7:40000')
    expect(reply().headers.Contact).toBe('<sip:alice@10.0.0.1>;expires=3600;received="sip:192.0.2.7:40000"')
  })

  it('is silent or exclusive when its flags say so', () => {
    register({ contacts: ['<sip:a@h>'] }, 2)
    expect(world.calls).toEqual([])
    register({ callId: 'c2', contacts: ['<sip:b@h>'] }, 4)
    expect(uris()).toEqual(['sip:b@h'])
  })

  it('counts what it accepts and refuses', () => {
    register()
    register({ contacts: ['*'] })
    const { counters } = world
    expect([counters[Counter.registrations], counters[Counter.acceptedRegs], counters[Counter.rejectedRegs]]).toEqual([2, 1, 1])
  })
})

describe('durability', () => {
  beforeEach(() => {
    world.waiting = []
  })

  it('answers only when the change is written', () => {
    register()
    expect(world.calls).toEqual([])
    world.waiting?.[0](true)
    expect(reply().status).toBe(200)
    expect(uris()).toHaveLength(1)
  })

  it('answers 500 when it could not be written, and has not changed, RFC 3261 10.3 step 7', () => {
    register()
    world.waiting?.[0](false)
    expect(reply()).toMatchObject({ status: 500, reason: 'Server Internal Error' })
    expect(uris()).toEqual([])
  })

  it('answers 500 to a refresh when its binding could not be written before', () => {
    register()
    register({ cseq: 2 })
    world.waiting?.[0](false)
    world.waiting?.[1](true)
    expect(world.calls.map(([, status]) => status)).toEqual([500, 500])
    expect(uris()).toEqual([])
  })

  it('neither answers nor writes a retransmission that comes before the commit', () => {
    register()
    register()
    expect(world.written).toHaveLength(1)
    expect(world.calls).toEqual([])
    world.waiting?.[0](true)
    expect(world.calls).toHaveLength(1)
  })

  it('answers a retransmission after the commit again, without writing', () => {
    register()
    world.waiting?.[0](true)
    register()
    expect(world.written).toHaveLength(1)
    expect(world.calls.map(([, status]) => status)).toEqual([200, 200])
  })

  it('judges a REGISTER by those before it that are still being written', () => {
    register({ cseq: 2 })
    register({ cseq: 1, contacts: ['<sip:alice@10.0.0.1>;expires=0'] })
    expect(reply().status).toBe(400)
    expect(register({ cseq: 3, contacts: ['<sip:alice@10.0.0.1>;expires=0'] })).toBe(SaveResult.REMOVED)
    expect(world.waiting).toHaveLength(2)
    for (const done of world.waiting ?? []) done(true)
    expect(uris()).toEqual([])
  })
})

describe('lookup', () => {
  function call(uri = 'sip:alice@127.0.0.1'): number {
    world.receive(
      [
        'INVITE ' + uri + ' SIP/2.0',
        'Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKi',
        'From: <sip:b@h>;tag=1',
        `To: <${uri}>`,
        'Call-ID: i',
        'CSeq: 1 INVITE',
        'Content-Length: 0',
        '',
        '',
      ].join('\n'),
    )
    return world.registrar.lookup(world.m, 'location', '', 12)
  }

  it('takes the most preferred contact, the latest among equals, and appends the others, RFC 3261 16.5', () => {
    register({ contacts: ['<sip:low@h>;q=0.2', '<sip:high@h>;q=0.9'] })
    world.clock.advanceTo(1000)
    register({ callId: 'c2', contacts: ['<sip:later@h>;q=0.9'] })
    expect(call()).toBe(1)
    expect(world.m.requestUri).toBe('sip:later@h')
    expect(world.m.targets.map((target) => [target.uri, target.q])).toEqual([
      ['sip:high@h', 900],
      ['sip:low@h', 200],
    ])
  })

  it('finds the user in every spelling, whatever the domain', () => {
    register({ to: 'sip:al%69ce@example.com' })
    expect(call('sip:alice@127.0.0.1')).toBe(1)
    expect(call('sip:Alice@127.0.0.1')).toBe(-1)
  })

  it('keeps users with escaped nulls apart, RFC 4475 3.1.1.4', () => {
    register({ to: 'sip:null-%00-null@example.com' })
    expect(call('sip:null-%00-null@127.0.0.1')).toBe(1)
    expect(call('sip:null-@127.0.0.1')).toBe(-1)
  })

  it('does not find who has expired, is unknown, or has no user', () => {
    register({ contacts: ['<sip:a@h>;expires=60'] })
    world.clock.advanceTo(60_000)
    expect(call()).toBe(-1)
    expect(call('sip:bob@127.0.0.1')).toBe(-1)
    expect(call('sip:127.0.0.1')).toBe(-3)
  })

  it('sends over the Path, else to the received address', () => {
    register({ contacts: ['<sip:a@h>;q=1'], headers: ['Supported: path', 'Path: <sip:edge.example.com;lr>, <sip:inner;lr>'] })
    register({ callId: 'c2', contacts: ['<sip:b@h>;q=0.5'] }, 0, 'sip:192.0.2.7:40000')
    call()
    expect(world.m).toMatchObject({ path: '<sip:edge.example.com;lr>, <sip:inner;lr>', destinationUri: 'sip:edge.example.com;lr' })
    expect(world.m.targets[0]).toMatchObject({ path: '', destinationUri: 'sip:192.0.2.7:40000' })
  })
})
