import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { SipParseError } from './parse-error.ts'
import { TransportCode } from './transport-code.ts'
import { Via, parseVia } from './via.ts'

interface Parsed {
  readonly via: Via
  readonly text: (start: number, end: number) => string
}

function parse(value: string): Parsed {
  const bytes = octets(`Via: ${value}`)
  const via = new Via()
  parseVia(via, bytes, 5, bytes.length)
  return { via, text: (start, end) => (start === -1 ? '-' : textOf(bytes, start, end)) }
}

describe('parseVia', () => {
  it('reads every part, RFC 3261 20.42', () => {
    const { via, text } = parse(
      'SIP/2.0/TLS erlang.bell-telephone.com:5061;ttl=16;maddr=224.2.0.1;branch=z9hG4bKa7c6a8dlze.1;received=192.0.2.7;alias',
    )
    expect(via.transport).toBe(TransportCode.TLS)
    expect(text(via.transportStart, via.transportEnd)).toBe('TLS')
    expect(text(via.hostStart, via.hostEnd)).toBe('erlang.bell-telephone.com')
    expect(via.port).toBe(5061)
    expect(via.ttl).toBe(16)
    expect(text(via.maddrStart, via.maddrEnd)).toBe('224.2.0.1')
    expect(text(via.branchStart, via.branchEnd)).toBe('z9hG4bKa7c6a8dlze.1')
    expect(via.hasCookie).toBe(true)
    expect(text(via.receivedStart, via.receivedEnd)).toBe('192.0.2.7')
    expect(text(via.aliasStart, via.aliasStart + 5)).toBe('alias')
    expect(via.nextStart).toBe(-1)
  })

  it('reads a Via without port and parameters', () => {
    const { via, text } = parse('SIP/2.0/UDP host')
    expect([via.port, via.branchStart, via.rportStart, via.receivedStart, via.ttl]).toEqual([0, -1, -1, -1, -1])
    expect(text(via.start, via.paramsEnd)).toBe('SIP/2.0/UDP host')
  })

  it('knows all transports in any case and keeps unknown ones', () => {
    const codes = ['udp', 'TCP', 'tls', 'Sctp', 'ws', 'WSS', 'DCCP'].map((name) => parse(`SIP/2.0/${name} h`).via.transport)
    expect(codes).toEqual([1, 2, 3, 4, 5, 6, TransportCode.OTHER])
  })

  it('allows whitespace around every separator, RFC 3261 25.1 SLASH, COLON, SEMI, EQUAL', () => {
    const { via, text } = parse('SIP / 2.0\r\n / UDP first.example.com : 4000 ; ttl = 16\r\n ; branch =\r\n z9hG4bKx , SIP/2.0/TCP b')
    expect(text(via.hostStart, via.hostEnd)).toBe('first.example.com')
    expect(via.port).toBe(4000)
    expect(text(via.branchStart, via.branchEnd)).toBe('z9hG4bKx')
    expect(text(via.nextStart, via.nextStart + 13)).toBe('SIP/2.0/TCP b')
    expect(text(via.end - 1, via.end)).toBe('x')
  })

  it('reads IPv6 references as sent-by and bare addresses as received, RFC 5118 4.5', () => {
    const { via, text } = parse('SIP/2.0/UDP [2001:db8::9:1]:5070;received=2001:db8::9:255;branch=z9hG4bKas3')
    expect(text(via.hostStart, via.hostEnd)).toBe('[2001:db8::9:1]')
    expect(via.port).toBe(5070)
    expect(text(via.receivedStart, via.receivedEnd)).toBe('2001:db8::9:255')
  })

  it('tells an empty rport from a filled one, RFC 3581 3', () => {
    const asked = parse('SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKkjshdyff')
    expect(asked.text(asked.via.rportStart, asked.via.rportEnd)).toBe('rport')
    expect(asked.via.rport).toBe(-1)
    expect(parse('SIP/2.0/UDP 10.1.1.1;rport=9988').via.rport).toBe(9988)
    expect(parse('SIP/2.0/UDP 10.1.1.1;rport=').via.rport).toBe(-1)
  })

  it('takes a branch without the cookie, or with nothing after it, for one of RFC 2543, RFC 3261 17.2.3', () => {
    expect(parse('SIP/2.0/UDP h;branch=390skdjuw').via.hasCookie).toBe(false)
    expect(parse('SIP/2.0/UDP h;branch=z9hG4bK').via.hasCookie).toBe(false)
    expect(parse('SIP/2.0/UDP h;branch=z9hG4bK1').via.hasCookie).toBe(true)
    expect(parse('SIP/2.0/UDP h;branch').via.branchStart).toBe(-1)
  })

  it('rejects what is no via-parm', () => {
    const bad = [
      '',
      'SIP/2.0/UDP',
      'SIP/2.0 host',
      'SIP/2.0/ host',
      'SIP/2.0/UDP ;branch=x',
      'SIP/2.0/UDP [2001:db8::1',
      'SIP/2.0/UDP []',
      'SIP/2.0/UDP host:',
      'SIP/2.0/UDP host:65536',
      'SIP/2.0/UDP host:50a',
      'SIP/2.0/UDP host;;branch=x',
      'SIP/2.0/UDP host;',
      'SIP/2.0/UDP host,',
      'SIP/2.0/UDP host other',
      'SIP/2.0/UDP host;rport=70000',
      'SIP/2.0/UDP host;branch=a;branch=b',
      'SIP/2.0/UDP host;x="open',
    ]
    for (const value of bad) expect(() => parse(value), value).toThrow(SipParseError)
  })

  it('keeps what it read before the fault, so that the request can be answered', () => {
    const bytes = octets('SIP/2.0/UDP 192.0.2.15;rport;;,;,,')
    const via = new Via()
    expect(() => parseVia(via, bytes, 0, bytes.length)).toThrow(SipParseError)
    expect(textOf(bytes, via.hostStart, via.hostEnd)).toBe('192.0.2.15')
    expect(textOf(bytes, via.start, via.paramsEnd)).toBe('SIP/2.0/UDP 192.0.2.15;rport')
  })
})
