import { describe, expect, it } from 'vitest'
import { lines, parse, parseInto, request, textOf } from '../test/message-text.ts'
import { ByteWriter } from './byte-writer.ts'
import { SipMessage } from './message.ts'
import { SipParseError } from './parse-error.ts'
import { type ReplyOptions, writeReply } from './reply.ts'

const plain: ReplyOptions = { toTag: '', headers: '', received: '', rport: 0, recordRoute: false, server: '' }

function reply(to: SipMessage, status: number, reason: string, options: Partial<ReplyOptions> = {}): string {
  const out = new ByteWriter(4000)
  writeReply(out, to, status, reason, { ...plain, ...options })
  return textOf(out.bytes, 0, out.at)
}

function withVia(via: string): SipMessage {
  return parse(request('OPTIONS').replace(/Via: .*\r\n/, `Via: ${via}\r\n`))
}

function topVia(text: string): string {
  return text.split('\r\n')[1]
}

describe('writeReply, RFC 3261 8.2.6.2', () => {
  it('copies Via, From, To, Call-ID and CSeq and adds a tag', () => {
    const invite = parse(
      request('INVITE', 'v: SIP/2.0/TCP other;branch=z9hG4bK2', 'Record-Route: <sip:p;lr>', 'Timestamp: 54', 'Contact: <sip:a>'),
    )
    expect(reply(invite, 404, 'Not Found', { toTag: 'as7d', server: 'signalbox', headers: 'X-One: 1\r\n' })).toBe(
      lines(
        'SIP/2.0 404 Not Found',
        'Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bK776asdhds',
        'v: SIP/2.0/TCP other;branch=z9hG4bK2',
        'From: Alice <sip:alice@atlanta.example.com>;tag=1928301774',
        'To: Bob <sip:bob@biloxi.example.com>;tag=as7d',
        'Call-ID: a84b4c76e66710@pc33.atlanta.example.com',
        'CSeq: 314159 INVITE',
        'X-One: 1',
        'Server: signalbox',
        'Content-Length: 0',
        '',
        '',
      ),
    )
  })

  it('MUST NOT change a tag that is there', () => {
    const bye = parse(request('BYE').replace('To: Bob <sip:bob@biloxi.example.com>', 'To: Bob <sip:bob@biloxi.example.com> ;tag=there ;x'))
    expect(reply(bye, 200, 'OK', { toTag: 'new' })).toContain('\r\nTo: Bob <sip:bob@biloxi.example.com> ;tag=there ;x\r\n')
  })

  it('puts a tag after an addr-spec and before trailing whitespace', () => {
    const bye = parse(request('BYE').replace('To: Bob <sip:bob@biloxi.example.com>', 'To: sip:bob@biloxi.example.com \r\n '))
    expect(reply(bye, 200, 'OK', { toTag: 'new' })).toContain('\r\nTo: sip:bob@biloxi.example.com;tag=new \r\n \r\n')
  })

  it('copies Timestamp into a 100 only, RFC 3261 8.2.6.1', () => {
    const invite = parse(request('INVITE', 'Timestamp: 54'))
    expect(reply(invite, 100, 'Trying')).toContain('\r\nTimestamp: 54\r\n')
    expect(reply(invite, 180, 'Ringing')).not.toContain('Timestamp')
  })

  it('copies Record-Route when asked, RFC 3261 12.1.1', () => {
    const invite = parse(request('INVITE', 'Record-Route: <sip:p1;lr>', 'Record-Route: <sip:p2;lr>'))
    expect(reply(invite, 200, 'OK', { recordRoute: true })).toContain('\r\nRecord-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n')
    expect(reply(invite, 200, 'OK')).not.toContain('Record-Route')
  })

  it('writes a body with its length in octets', () => {
    const text = reply(parse(request('OPTIONS')), 200, 'Grün', { body: 'ü\r\n', contentType: 'text/plain' })
    expect(text).toMatch(/^SIP\/2.0 200 Grün\r\n/)
    expect(text).toMatch(/\r\nContent-Type: text\/plain\r\nContent-Length: 4\r\n\r\nü\r\n$/)
  })
})

describe('topmost Via of a reply', () => {
  const from = { received: '192.0.2.1', rport: 9988 }

  it('gets received, RFC 3261 18.2.1', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP bobspc:5060;branch=z9hG4bK1'), 200, 'OK', { ...from, rport: 0 }))).toBe(
      'Via: SIP/2.0/UDP bobspc:5060;branch=z9hG4bK1;received=192.0.2.1',
    )
  })

  it('gets the port when the script answers as if it had been asked for, RFC 3581 4', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP bobspc:5060;branch=z9hG4bK1'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP bobspc:5060;branch=z9hG4bK1;received=192.0.2.1;rport=9988',
    )
  })

  it('gets the port when it asks for it, RFC 3581 4', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP 10.1.1.1:4540;rport;branch=z9hG4bKk'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP 10.1.1.1:4540;rport=9988;branch=z9hG4bKk;received=192.0.2.1',
    )
    expect(topVia(reply(withVia('SIP/2.0/UDP 10.1.1.1;branch=z9hG4bKk;rport'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP 10.1.1.1;branch=z9hG4bKk;rport=9988;received=192.0.2.1',
    )
  })

  it('has a received of the sender replaced, before or after rport', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP a;received=10.9.9.9;rport;branch=z9hG4bK1'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP a;received=192.0.2.1;rport=9988;branch=z9hG4bK1',
    )
    expect(topVia(reply(withVia('SIP/2.0/UDP a;rport;received=10.9.9.9'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP a;rport=9988;received=192.0.2.1',
    )
    expect(topVia(reply(withVia('SIP/2.0/UDP a;received=10.9.9.9;x'), 200, 'OK', { received: '192.0.2.1' }))).toBe(
      'Via: SIP/2.0/UDP a;received=192.0.2.1;x',
    )
  })

  it('gets them before the next via-parm of its line', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP a;rport , SIP/2.0/UDP b'), 200, 'OK', from))).toBe(
      'Via: SIP/2.0/UDP a;rport=9988;received=192.0.2.1 , SIP/2.0/UDP b',
    )
  })

  it('stays as it came when there is nothing to say', () => {
    expect(topVia(reply(withVia('SIP/2.0/UDP a;rport'), 200, 'OK'))).toBe('Via: SIP/2.0/UDP a;rport')
  })
})

describe('reply to a request that failed to parse', () => {
  it('copies what there is', () => {
    const message = new SipMessage()
    const bad = request('INVITE')
      .replace(/Via: .*\r\n/, 'Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n')
      .replace('To: Bob', 'To: "Bob')
    expect(() => parseInto(message, bad)).toThrow(SipParseError)
    expect(message.answerable).toBe(true)
    expect(reply(message, 400, 'Bad Request', { toTag: 'x', received: '192.0.2.1' })).toBe(
      lines(
        'SIP/2.0 400 Bad Request',
        'Via: SIP/2.0/UDP 192.0.2.15;received=192.0.2.1;;,;,,',
        'From: Alice <sip:alice@atlanta.example.com>;tag=1928301774',
        'To: "Bob <sip:bob@biloxi.example.com>',
        'Call-ID: a84b4c76e66710@pc33.atlanta.example.com',
        'CSeq: 314159 INVITE',
        'Content-Length: 0',
        '',
        '',
      ),
    )
  })
})
