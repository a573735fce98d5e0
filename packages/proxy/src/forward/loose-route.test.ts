import { ByteWriter, parseMessage, TransportCode } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { LooseRoute, looseRoute } from './loose-route.ts'
import { isDownstream, recordRoute, routeParam } from './record-route.ts'
import { RoutedMessage } from './routed-message.ts'
import { writeForwardedRequest } from './forward-request.ts'

const own = {
  isOwnAddress: (host: string, port: number) => (host === '10.0.0.1' || host === '2001:db8::1') && (port === 0 || port === 5060),
}

interface Routed {
  readonly result: number
  readonly m: RoutedMessage
  readonly routes: readonly string[]
  readonly next: string
  readonly uri: string
}

/** Runs a BYE with these Route lines through looseRoute. */
function route(uri: string, ...lines: readonly string[]): Routed {
  const text = [
    `BYE ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1',
    ...lines.map((line) => `Route: ${line}`),
    'From: <sip:a@b>;tag=f1',
    'To: <sip:c@d>;tag=t1',
    'Call-ID: c',
    'CSeq: 2 BYE',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
  const bytes = new TextEncoder().encode(text)
  const listener = {
    index: 0,
    transport: TransportCode.UDP,
    address: '10.0.0.1',
    port: 5060,
    family: 4 as const,
    advertise: '10.0.0.1:5060',
    wildcard: false,
  }
  const m = new RoutedMessage()
  m.reset({ transport: TransportCode.UDP, listener, remote: { address: '10.0.0.2', port: 5060, family: 4 }, connection: 0 })
  parseMessage(m.message, bytes, 0, bytes.length, 'datagram')
  const result = looseRoute(m, own)
  const out = new ByteWriter(4096)
  m.edits.apply(m.message, 0, bytes.length, out)
  const sent = new TextDecoder().decode(out.bytes.subarray(0, out.at)).split('\r\n')
  const routes = sent.filter((line) => line.startsWith('Route: ')).map((line) => line.slice(7))
  return { result, m, routes, next: m.destinationUri, uri: m.currentUri() }
}

describe('looseRoute', () => {
  it('changes nothing without a Route', () => {
    expect(route('sip:bob@10.0.0.9')).toMatchObject({ result: LooseRoute.NONE, routes: [], next: '', uri: 'sip:bob@10.0.0.9' })
  })

  it('changes nothing for a malformed Route', () => {
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>, broken').result).toBe(LooseRoute.NONE)
  })

  it('MUST remove the first value when it names this proxy, RFC 3261 16.4', () => {
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>')).toMatchObject({
      result: LooseRoute.ROUTED,
      routes: [],
      next: '',
      uri: 'sip:bob@10.0.0.9',
    })
    expect(route('sip:bob@10.0.0.9', '<sip:[2001:db8::1]:5060;lr>').routes).toEqual([])
  })

  it('sends to the next value and leaves it in place when it has lr, RFC 3261 16.6 step 6', () => {
    const expected = { routes: ['<sip:10.0.0.5;lr>'], next: 'sip:10.0.0.5;lr', uri: 'sip:bob@10.0.0.9' }
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>', '<sip:10.0.0.5;lr>')).toMatchObject(expected)
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>, <sip:10.0.0.5;lr>')).toMatchObject(expected)
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>,<sip:10.0.0.5;lr>, <sip:10.0.0.6;lr>').routes).toEqual([
      '<sip:10.0.0.5;lr>, <sip:10.0.0.6;lr>',
    ])
  })

  it('sends to a first value that is somebody else without removing it', () => {
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.5;lr>')).toMatchObject({
      result: LooseRoute.ROUTED,
      routes: ['<sip:10.0.0.5;lr>'],
      next: 'sip:10.0.0.5;lr',
    })
  })

  it('MUST turn the Request-URI into the last Route value when the next hop is a strict router, RFC 3261 16.6 step 6', () => {
    const routed = route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>', '<sip:10.0.0.5>, <sip:10.0.0.6;lr>')
    expect(routed).toMatchObject({ uri: 'sip:10.0.0.5', next: '', routes: ['<sip:10.0.0.6;lr>', '<sip:bob@10.0.0.9>'] })
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>,<sip:10.0.0.5>').routes).toEqual(['<sip:bob@10.0.0.9>'])
  })

  it('MUST take the last Route value for the Request-URI when a strict router put our URI there, RFC 3261 16.4', () => {
    expect(route('sip:10.0.0.1;lr', '<sip:10.0.0.5;lr>, <sip:bob@10.0.0.9>')).toMatchObject({
      uri: 'sip:bob@10.0.0.9',
      routes: ['<sip:10.0.0.5;lr>'],
      next: 'sip:10.0.0.5;lr',
    })
    expect(route('sip:10.0.0.1;lr', '<sip:bob@10.0.0.9>')).toMatchObject({ uri: 'sip:bob@10.0.0.9', routes: [], next: '' })
    expect(route('sip:10.0.0.1;lr', '<sip:10.0.0.5;lr>', '<sip:bob@10.0.0.9>').routes).toEqual(['<sip:10.0.0.5;lr>'])
  })

  it('does not take a Request-URI that merely names our address for the work of a strict router', () => {
    expect(route('sip:bob@10.0.0.1', '<sip:10.0.0.1;lr>')).toMatchObject({ uri: 'sip:bob@10.0.0.1', routes: [], next: '' })
    expect(route('sip:10.0.0.1', '<sip:10.0.0.1;lr>').uri).toBe('sip:10.0.0.1')
  })

  it('passes from one strict router to the next', () => {
    const routed = route('sip:10.0.0.1;lr', '<sip:10.0.0.5>', '<sip:bob@10.0.0.9>')
    expect(routed).toMatchObject({ uri: 'sip:10.0.0.5', routes: ['<sip:bob@10.0.0.9>'], next: '' })
  })

  it('removes both values of a double Record-Route, RFC 5658', () => {
    const lines = ['<sip:10.0.0.1;transport=tcp;lr;r2=on;ftag=f1>', '<sip:10.0.0.1;lr;r2=on;ftag=f1>']
    expect(route('sip:bob@10.0.0.9', ...lines)).toMatchObject({ routes: [], next: '' })
    expect(route('sip:bob@10.0.0.9', ...lines, '<sip:10.0.0.5;lr>')).toMatchObject({
      routes: ['<sip:10.0.0.5;lr>'],
      next: 'sip:10.0.0.5;lr',
    })
  })

  it('visits itself again when a spiral went through it twice', () => {
    expect(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr>', '<sip:10.0.0.1;lr>')).toMatchObject({
      routes: ['<sip:10.0.0.1;lr>'],
      next: 'sip:10.0.0.1;lr',
    })
  })

  it('tells the direction by ftag', () => {
    expect(isDownstream(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr;ftag=f1>').m)).toBe(true)
    expect(isDownstream(route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr;ftag=t1>').m)).toBe(false)
    expect(isDownstream(route('sip:bob@10.0.0.9').m)).toBe(false)
  })

  it('keeps the parameters of our own value', () => {
    const { m } = route('sip:bob@10.0.0.9', '<sip:10.0.0.1;lr;nat=yes;ftag=f1>')
    expect(routeParam(m, 'nat')).toBe('yes')
    expect(routeParam(m, 'lr')).toBe('')
    expect(routeParam(m, 'x')).toBeNull()
  })
})

function forwarded(m: RoutedMessage): string {
  const out = new ByteWriter(4096)
  writeForwardedRequest(out, m, m.source.listener, new ByteWriter(0))
  return new TextDecoder().decode(out.bytes.subarray(0, out.at))
}

describe('recordRoute', () => {
  it('adds the From tag once', () => {
    const { m } = route('sip:bob@10.0.0.9')
    recordRoute(m)
    recordRoute(m)
    expect(m.recordRouteTag).toBe(true)
    expect(m.recordRoute).toBe(true)
    expect(forwarded(m)).toContain('Record-Route: <sip:10.0.0.1:5060;lr;ftag=f1>\r\n')
  })
})
