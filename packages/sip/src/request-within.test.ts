import { describe, expect, it } from 'vitest'
import { lines, parse, request, textOf } from '../test/message-text.ts'
import { ByteWriter } from './byte-writer.ts'
import { writeCancel, writeHopByHopAck } from './request-within.ts'

const invite = parse(
  request(
    'INVITE',
    'Via: SIP/2.0/UDP before;branch=z9hG4bK0',
    'Route: <sip:p1;lr>, <sip:p2;lr>',
    'Route: <sip:p3;lr>',
    'Require: 100rel',
    'Contact: <sip:a@b>',
  ).replace('\r\nMax', ' , SIP/2.0/UDP second\r\nMax'),
)

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(2000)
  write(out)
  return textOf(out.bytes, 0, out.at)
}

describe('writeCancel', () => {
  it('MUST repeat Request-URI, Call-ID, To, From, CSeq number, top Via and Route of the INVITE, RFC 3261 9.1', () => {
    const cancel = written((out) => writeCancel(out, invite, 'Reason: SIP;cause=200\r\n'))
    expect(cancel).toBe(
      lines(
        'CANCEL sip:bob@biloxi.example.com SIP/2.0',
        'Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bK776asdhds',
        'Route: <sip:p1;lr>, <sip:p2;lr>',
        'Route: <sip:p3;lr>',
        'From: Alice <sip:alice@atlanta.example.com>;tag=1928301774',
        'To: Bob <sip:bob@biloxi.example.com>',
        'Call-ID: a84b4c76e66710@pc33.atlanta.example.com',
        'CSeq: 314159 CANCEL',
        'Max-Forwards: 70',
        'Reason: SIP;cause=200',
        'Content-Length: 0',
        '',
        '',
      ),
    )
    expect(parse(cancel, 'stream').cseq).toBe(invite.cseq)
  })

  it('MUST NOT repeat Require, RFC 3261 9.1', () => {
    expect(written((out) => writeCancel(out, invite, ''))).not.toContain('Require')
  })
})

describe('writeHopByHopAck', () => {
  it('MUST have the To of the reply and a single Via, RFC 3261 17.1.1.3', () => {
    const reply = parse(
      lines(
        'SIP/2.0 486 Busy Here',
        'v: SIP/2.0/UDP pc33',
        'f: <sip:a@b>;tag=1',
        't: <sip:b@c>;tag=99',
        'i: x',
        'CSeq: 314159 INVITE',
        '',
        '',
      ),
    )
    const ack = written((out) => writeHopByHopAck(out, invite, reply, ''))
    expect(ack).toContain('\r\nt: <sip:b@c>;tag=99\r\n')
    expect(ack).toContain('\r\nCSeq: 314159 ACK\r\n')
    expect(ack.match(/^(Via|v): /gm)).toEqual(['Via: '])
    expect(ack).toMatch(/^ACK sip:bob@biloxi.example.com SIP\/2.0\r\n/)
    expect(parse(ack, 'stream').text(invite.bodyStart, invite.bodyStart)).toBe('')
  })

  it('has 70 as Max-Forwards when the INVITE had none, RFC 3261 8.1.1.6', () => {
    const old = parse(request('INVITE').replace('Max-Forwards: 70\r\n', ''))
    expect(written((out) => writeHopByHopAck(out, old, old, ''))).toContain('\r\nMax-Forwards: 70\r\n')
  })
})
