import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { SipParseError } from './parse-error.ts'
import { Range } from './range.ts'
import { Scheme, Uri, parseUri, uriParam } from './uri.ts'

function parts(text: string): Record<string, string | number | boolean> {
  const bytes = octets(`<${text}>`)
  const uri = new Uri()
  parseUri(uri, bytes, 1, bytes.length - 1)
  const part = (start: number, end: number): string => (start === -1 ? '-' : textOf(bytes, start, end))
  return {
    scheme: uri.scheme,
    user: part(uri.userStart, uri.userEnd),
    password: part(uri.passwordStart, uri.passwordEnd),
    host: part(uri.hostStart, uri.hostEnd),
    port: uri.port,
    params: part(uri.paramsStart, uri.paramsEnd),
    headers: part(uri.headersStart, uri.headersEnd),
    isIpv6: uri.isIpv6,
  }
}

describe('parseUri', () => {
  it('reads the examples of RFC 3261 19.1.3', () => {
    expect(parts('sip:alice@atlanta.com')).toMatchObject({ scheme: Scheme.SIP, user: 'alice', host: 'atlanta.com', port: 0 })
    expect(parts('sip:alice:secretword@atlanta.com;transport=tcp')).toMatchObject({ password: 'secretword', params: ';transport=tcp' })
    expect(parts('sips:alice@atlanta.com?subject=project%20x&priority=urgent')).toMatchObject({
      scheme: Scheme.SIPS,
      headers: 'subject=project%20x&priority=urgent',
      params: '-',
    })
    expect(parts('sip:+1-212-555-1212:1234@gateway.com;user=phone')).toMatchObject({ user: '+1-212-555-1212', password: '1234' })
    expect(parts('sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com')).toMatchObject({
      user: '-',
      host: 'atlanta.com',
      params: ';method=REGISTER',
      headers: 'to=alice%40atlanta.com',
    })
    expect(parts('sip:alice;day=tuesday@atlanta.com')).toMatchObject({ user: 'alice;day=tuesday', params: '-' })
  })

  it('reads IPv6 references with and without port, RFC 5118 4.3, 4.4', () => {
    expect(parts('sip:[2001:db8::10]:5070')).toMatchObject({ host: '[2001:db8::10]', port: 5070, isIpv6: true })
    expect(parts('sip:[2001:db8::10:5070]')).toMatchObject({ host: '[2001:db8::10:5070]', port: 0 })
    expect(parts('sip:10.0.0.1:65535').isIpv6).toBe(false)
  })

  it('leaves everything before the @ to the user part', () => {
    expect(parts("sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com").user).toBe(
      "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*",
    )
    expect(parts('sip:*21#@example.com').user).toBe('*21#')
  })

  it('reads tel URIs, RFC 3966', () => {
    expect(parts('tel:+1-201-555-0123;phone-context=example.com')).toMatchObject({
      scheme: Scheme.TEL,
      user: '+1-201-555-0123',
      params: ';phone-context=example.com',
    })
  })

  it('keeps other schemes whole', () => {
    expect(parts('soap.beep://192.0.2.103:3002')).toMatchObject({ scheme: Scheme.OTHER, user: '//192.0.2.103:3002', host: '-' })
    expect(parts('SIP:a@b').scheme).toBe(Scheme.SIP)
  })

  it('rejects what is no URI', () => {
    const bad = [
      '',
      'sip',
      'sip:',
      ':a',
      'sip:@host',
      'sip:a@',
      'sip:a@b@c',
      'sip:2001:db8::10',
      'sip:host:',
      'sip:host:70000',
      'sip:host;',
      'sip:host;;lr',
      'sip:host;?a=b',
      'sip:a b@c',
      'sip:a%4@c',
      'sip:a%zz@c',
      'sip:[::1',
      'sip:[::1]x',
      'sip:ho"st',
      'sip:jürgen@example.com',
      'tel:',
      'tel:;x=y',
      'tel:1 2',
      'x:a<b',
    ]
    for (const text of bad) expect(() => parts(text), text).toThrow(SipParseError)
  })
})

describe('uriParam', () => {
  it('finds parameters of the URI, not of the user part', () => {
    const bytes = octets('sip:alice;lr@atlanta.com;transport=tcp;LR?lr2=x')
    const uri = new Uri()
    parseUri(uri, bytes, 0, bytes.length)
    const out = new Range()
    expect(uriParam(uri, bytes, 'transport', out)).toBe(true)
    expect(textOf(bytes, out.start, out.end)).toBe('tcp')
    expect(uriParam(uri, bytes, 'lr', out)).toBe(true)
    expect(uriParam(uri, bytes, 'lr2', out)).toBe(false)
    parseUri(uri, bytes, 0, 24)
    expect(uriParam(uri, bytes, 'lr', out)).toBe(false)
  })
})
