import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { NameAddr, parseNameAddr } from './name-addr.ts'
import { SipParseError } from './parse-error.ts'

interface Parts {
  readonly display: string
  readonly uri: string
  readonly params: string
  readonly tag: string
  readonly rest: string
}

function parse(value: string): Parts {
  const bytes = octets(`To: ${value}`)
  const view = new NameAddr()
  parseNameAddr(view, bytes, 4, bytes.length)
  const part = (start: number, end: number): string => (start === -1 ? '-' : textOf(bytes, start, end))
  expect(part(view.start, view.end)).toBe(value.slice(0, view.end - 4).trimStart())
  return {
    display: part(view.displayStart, view.displayEnd),
    uri: part(view.uriStart, view.uriEnd),
    params: part(view.paramsStart, view.paramsEnd),
    tag: part(view.tagStart, view.tagEnd),
    rest: part(view.nextStart, bytes.length),
  }
}

describe('parseNameAddr', () => {
  it('reads the forms of RFC 3261 20.10 and 20.20', () => {
    expect(parse('"A. G. Bell" <sip:agb@bell-telephone.com> ;tag=a48s')).toEqual({
      display: '"A. G. Bell"',
      uri: 'sip:agb@bell-telephone.com',
      params: ';tag=a48s',
      tag: 'a48s',
      rest: '-',
    })
    expect(parse('sip:+12125551212@server.phone2net.com;tag=887s')).toMatchObject({
      uri: 'sip:+12125551212@server.phone2net.com',
      tag: '887s',
    })
    expect(parse('Anonymous <sip:c8oqz84zk7z@privacy.org>;tag=hyh8')).toMatchObject({ display: 'Anonymous', tag: 'hyh8' })
    expect(parse('<sip:a@b>')).toEqual({ display: '-', uri: 'sip:a@b', params: '-', tag: '-', rest: '-' })
  })

  it('ends an addr-spec at its semicolon, a bracketed one at its bracket, RFC 3261 20.10', () => {
    expect(parse('sip:user@host;unknownparam')).toMatchObject({ uri: 'sip:user@host', params: ';unknownparam' })
    expect(parse('<sip:user@host;unknownparam>')).toMatchObject({ uri: 'sip:user@host;unknownparam', params: '-' })
  })

  it('needs no whitespace before the bracket, RFC 4475 3.1.1.6', () => {
    expect(parse('caller<sip:caller@example.com>;tag=323')).toMatchObject({ display: 'caller', tag: '323' })
  })

  it('finds separators only outside of quotes', () => {
    const value = String.raw`"Joe, \"the <sip:x> man\"" <sip:joe@example.org>;x="a;b,c";tag=1, <sip:b@c>`
    expect(parse(value)).toMatchObject({ uri: 'sip:joe@example.org', params: ';x="a;b,c";tag=1', tag: '1', rest: '<sip:b@c>' })
  })

  it('walks the values of one line', () => {
    const bytes = octets('<sip:p1.example.com;lr> , <sip:p2.example.com;lr>,sip:p3.example.com')
    const view = new NameAddr()
    const uris: string[] = []
    for (let at = 0; at !== -1; at = view.nextStart) {
      parseNameAddr(view, bytes, at, bytes.length)
      uris.push(textOf(bytes, view.uriStart, view.uriEnd))
    }
    expect(uris).toEqual(['sip:p1.example.com;lr', 'sip:p2.example.com;lr', 'sip:p3.example.com'])
  })

  it('reads the star of a Contact, RFC 3261 10.2.2', () => {
    const view = new NameAddr()
    parseNameAddr(view, octets('*'), 0, 1)
    expect(view.isStar).toBe(true)
    parseNameAddr(view, octets('<sip:a@b>'), 0, 9)
    expect(view.isStar).toBe(false)
  })

  it('takes any URI scheme and folded parameters', () => {
    expect(parse('<http://www.example.com>')).toMatchObject({ uri: 'http://www.example.com' })
    expect(parse('isbn:2983792873')).toMatchObject({ uri: 'isbn:2983792873' })
    expect(parse('<sip:a@b>\r\n ;\r\n tag = 98asjd8')).toMatchObject({ tag: '98asjd8' })
  })

  it('takes UTF-8 in display names and parameters', () => {
    expect(parse('Jürgen Groß <sip:j@example.com>;x="ж"')).toMatchObject({ display: 'Jürgen Groß' })
  })

  it('rejects what is neither', () => {
    const bad = [
      '',
      '<>',
      '<sip:a@b',
      '<sip:a b>',
      '< sip:a@b >',
      '"open <sip:a@b>',
      '"name"',
      'Bell, Alexander <sip:a@b>',
      'sip:a@b?x=y',
      'sip:a@b c',
      'nouri',
      '<sip:a@b>;',
      '<sip:a@b>;;x',
      '<sip:a@b>,',
      '<sip:a@b> x',
      '<sip:a@b>"x"',
    ]
    for (const value of bad) expect(() => parse(value), value).toThrow(SipParseError)
  })
})
