import { describe, expect, it } from 'vitest'
import { lines, octets, parse, parseInto, request, textOf } from '../test/message-text.ts'
import { HeaderId } from './header-id.ts'
import { defaultLimits } from './limits.ts'
import { SipMessage } from './message.ts'
import { Method } from './method.ts'
import { SipParseError } from './parse-error.ts'
import { type ParseMode, parseMessage } from './parse-message.ts'

function fault(text: string, mode: ParseMode = 'datagram'): SipParseError {
  try {
    parse(text, mode)
  } catch (error) {
    if (error instanceof SipParseError) return error
    throw error
  }
  throw new Error('the message was accepted')
}

const response = lines(
  'SIP/2.0 180 Ringing',
  'Via: SIP/2.0/UDP p1.example.com;branch=z9hG4bK1, SIP/2.0/UDP a;branch=z9hG4bK2',
  'From: <sip:a@b>;tag=1',
  'To: <sip:b@c>;tag=2',
  'Call-ID: x',
  'CSeq: 1 INVITE',
  '',
  '',
)

describe('parseMessage', () => {
  it('reads a request, RFC 3261 7.1', () => {
    const message = parse(request('INVITE', 'Content-Length: 0'))
    expect([message.isRequest, message.method, message.status]).toEqual([true, Method.INVITE, 0])
    expect(message.text(message.uriStart, message.uriEnd)).toBe('sip:bob@biloxi.example.com')
    expect([message.cseq, message.cseqMethod, message.maxForwards, message.contentLength]).toEqual([314_159, Method.INVITE, 70, 0])
    expect(message.text(message.callIdStart, message.callIdEnd)).toBe('a84b4c76e66710@pc33.atlanta.example.com')
    expect(message.text(message.from.tagStart, message.from.tagEnd)).toBe('1928301774')
    expect(message.to.tagStart).toBe(-1)
    expect(message.text(message.via.hostStart, message.via.hostEnd)).toBe('pc33.atlanta.example.com')
  })

  it('reads a response, RFC 3261 7.2', () => {
    const message = parse(response)
    expect([message.isRequest, message.status, message.cseqMethod]).toEqual([false, 180, Method.INVITE])
    expect(message.text(message.reasonStart, message.reasonEnd)).toBe('Ringing')
    expect(message.text(message.via.nextStart, message.via.nextStart + 13)).toBe('SIP/2.0/UDP a')
  })

  it('compares SIP-Version in any case, RFC 3261 7.1', () => {
    expect(parse(request('INVITE').replace('SIP/2.0\r\n', 'sip/2.0\r\n')).method).toBe(Method.INVITE)
    expect(parse(response.replace('SIP/2.0 180', 'Sip/2.0 180')).status).toBe(180)
  })

  it('answers another version with 505, RFC 3261 21.5.6', () => {
    for (const version of ['SIP/7.0', 'SIP/2.1', 'SIP/20.0']) {
      expect(fault(request('INVITE').replace('SIP/2.0\r\n', `${version}\r\n`))).toMatchObject({ rule: 'SIP-Version', status: 505 })
    }
    expect(fault(request('INVITE').replace('SIP/2.0\r\n', 'HTTP/1.1\r\n'))).toMatchObject({ rule: 'Request-Line', status: 400 })
  })

  it('wants single spaces in the Request-Line, RFC 3261 7.1', () => {
    const good = request('OPTIONS')
    for (const [from, to] of [
      ['OPTIONS ', 'OPTIONS  '],
      [' SIP/2.0\r\n', '  SIP/2.0\r\n'],
      ['SIP/2.0\r\n', 'SIP/2.0 \r\n'],
      ['OPTIONS sip', 'OPTIONS\tsip'],
      ['OPTIONS sip', ' sip'],
    ] as const) {
      expect(fault(good.replace(from, to)).status, to).toBe(400)
    }
  })

  it('takes status codes from 100 to 699 only', () => {
    for (const code of ['099', '700', '1000', '20', 'abc', '-10']) {
      expect(fault(response.replace('180', code)).rule, code).toBe('Status-Line')
    }
  })

  it('wants From, To, Call-ID, CSeq and Via, RFC 3261 8.1.1', () => {
    for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq']) {
      expect(fault(request('INVITE').replace(new RegExp(`${name}: .*\r\n`), '')).rule).toBe(name)
    }
  })

  it('takes single header fields once only, RFC 3261 7.3.1', () => {
    for (const line of ['f: <sip:x@y>;tag=2', 't: <sip:x@y>', 'i: 2', 'CSeq: 1 INVITE', 'Max-Forwards: 1']) {
      expect(() => parse(request('INVITE', line)), line).toThrow(SipParseError)
    }
    expect(() => parse(request('INVITE', 'l: 0', 'Content-Length: 0'))).toThrow(SipParseError)
    expect(parse(request('INVITE', 'v: SIP/2.0/UDP other', 'Via: SIP/2.0/UDP third')).header(HeaderId.VIA, 2)).toBe('SIP/2.0/UDP third')
  })

  it('MUST have the method of the request in CSeq, RFC 3261 8.1.1.5', () => {
    expect(fault(request('INVITE').replace('314159 INVITE', '314159 BYE')).rule).toBe('CSeq')
    expect(fault(request('NEWMETHOD').replace('314159 NEWMETHOD', '314159 NEWMETHOX')).rule).toBe('CSeq')
    expect(parse(request('NEWMETHOD')).cseqMethod).toBe(Method.OTHER)
    for (const value of ['4294967296 INVITE', '-1 INVITE', 'INVITE', '1', '1INVITE', '']) {
      expect(fault(request('INVITE').replace('314159 INVITE', value)).rule, value).toBe('CSeq')
    }
  })

  it('takes Max-Forwards from 0 to 255, RFC 3261 20.22', () => {
    for (const value of ['0', '255'])
      expect(parse(request('BYE').replace('Max-Forwards: 70', `Max-Forwards: ${value}`)).maxForwards).toBe(Number(value))
    for (const value of ['256', '-1', 'x', '']) {
      expect(fault(request('BYE').replace('Max-Forwards: 70', `Max-Forwards: ${value}`)).rule).toBe('Max-Forwards')
    }
  })

  it('takes messages of RFC 2543: no Max-Forwards, no tags, no branch, no Content-Length', () => {
    const old = parse(
      request('INVITE').replace('Max-Forwards: 70\r\n', '').replace(';branch=z9hG4bK776asdhds', '').replace(';tag=1928301774', ''),
    )
    expect([old.maxForwards, old.via.branchStart, old.from.tagStart, old.contentLength]).toEqual([-1, -1, -1, -1])
  })

  it('rejects a Request-URI that carries headers, RFC 3261 19.1.1', () => {
    expect(fault(request('INVITE').replace('example.com SIP/2.0', 'example.com?Route=x SIP/2.0')).rule).toBe('Request-URI')
  })

  it('counts the offset of an error from the start of the message', () => {
    expect(fault(request('INVITE').replace('Call-ID', 'Call ID')).offset).toBe(request('INVITE').indexOf('Call-ID') + 5)
  })
})

describe('body, RFC 3261 18.3', () => {
  const withBody = (length: string, body: string): string => `${request('MESSAGE', length).slice(0, -2)}\r\n${body}`

  it('ends a datagram where Content-Length says and ignores the rest', () => {
    const message = parse(withBody('Content-Length: 3', 'abcdef'))
    expect(message.text(message.bodyStart, message.end)).toBe('abc')
  })

  it('ends a datagram without Content-Length at its end', () => {
    const message = parse(withBody('X: 1', 'a\0b\r\n\r\n'))
    expect(message.text(message.bodyStart, message.end)).toBe('a\0b\r\n\r\n')
  })

  it('rejects a Content-Length beyond the octets that came', () => {
    expect(fault(withBody('Content-Length: 4', 'abc')).rule).toBe('Content-Length')
    expect(fault(withBody('Content-Length: 4', 'abc'), 'stream').rule).toBe('Content-Length')
  })

  it('needs Content-Length on a stream, RFC 3261 20.14', () => {
    expect(fault(withBody('X: 1', ''), 'stream').rule).toBe('Content-Length')
  })
})

describe('limits', () => {
  it('rejects a message longer than the limit with 513', () => {
    const message = new SipMessage({ ...defaultLimits, messageBytes: 200 })
    expect(() => parseInto(message, request('INVITE'))).toThrow(expect.objectContaining({ rule: 'message-size', status: 513 }))
    const declared = new SipMessage({ ...defaultLimits, messageBytes: 600 })
    expect(() => parseInto(declared, request('INVITE', 'Content-Length: 600'))).toThrow(expect.objectContaining({ status: 513 }))
  })

  it('grows its tables up to the limit of header lines', () => {
    const extra = (count: number): string[] => Array.from({ length: count }, (_, index) => `X-${index}: ${index}`)
    const message = parse(request('INVITE', ...extra(250)))
    expect(message.headerCount).toBe(256)
    expect(message.header('x-249')).toBe('249')
    expect(fault(request('INVITE', ...extra(251)))).toMatchObject({ rule: 'message-header', status: 513 })
  })
})

describe('one SipMessage for many messages', () => {
  it('forgets the message before', () => {
    const message = new SipMessage()
    parseInto(message, request('INVITE', 'Route: <sip:a;lr>', 'Content-Length: 0'))
    expect(message.first(HeaderId.ROUTE)).not.toBe(-1)
    parseInto(message, response)
    expect([message.first(HeaderId.ROUTE), message.first(HeaderId.MAX_FORWARDS), message.contentLength]).toEqual([-1, -1, -1])
    expect([message.method, message.uriStart]).toEqual([0, -1])
    expect(message.text(message.to.tagStart, message.to.tagEnd)).toBe('2')
    parseInto(message, request('BYE'))
    expect([message.status, message.to.tagStart]).toEqual([0, -1])
  })

  it('reads the same octets anew in the same buffer', () => {
    const bytes = new Uint8Array(2000)
    const message = new SipMessage()
    for (const method of ['INVITE', 'BYE', 'OPTIONS']) {
      const length = octets(request(method)).length
      bytes.set(octets(request(method)), 100)
      parseMessage(message, bytes, 100, 100 + length, 'datagram')
      expect(textOf(bytes, message.methodStart, message.methodEnd)).toBe(method)
    }
  })
})

describe('header lines, RFC 3261 7.3', () => {
  it('keeps all lines of a header in order', () => {
    const message = parse(request('INVITE', 'Route: <sip:1>', 'X: y', 'route: <sip:2>', 'ROUTE: <sip:3>'))
    const routes: string[] = []
    for (let line = message.first(HeaderId.ROUTE); line !== -1; line = message.next(line)) {
      routes.push(message.text(message.valueStart[line], message.valueEnd[line]))
    }
    expect(routes).toEqual(['<sip:1>', '<sip:2>', '<sip:3>'])
  })

  it('gives values by id, long, compact or unknown name', () => {
    const message = parse(request('INVITE', 'Subject : a \r\n  folded\r\n\tline  ', 'X-One: 1', 'x-one: 2', 'E:gzip', 'Empty:'))
    expect(message.header('subject')).toBe('a folded line')
    expect(message.header('s')).toBe('a folded line')
    expect(message.header(HeaderId.SUBJECT)).toBe('a folded line')
    expect([message.header('X-ONE'), message.header('x-one', 1), message.header('x-one', 2)]).toEqual(['1', '2', null])
    expect(message.header('content-encoding')).toBe('gzip')
    expect(message.header('empty')).toBe('')
    expect(message.header('absent')).toBeNull()
  })

  it('finds every line with its CRLF, also the last of a buffer', () => {
    const bytes = octets(request('ACK', 'l: 0'))
    const message = new SipMessage()
    parseMessage(message, bytes, 0, bytes.length, 'datagram')
    const text = Array.from({ length: message.headerCount }, (_, line) => textOf(bytes, message.lineStart[line], message.lineEnd[line]))
    expect(text.join('')).toBe(request('ACK', 'l: 0').slice(request('ACK').indexOf('Via'), -2))
    expect(message.headersEnd).toBe(bytes.length - 2)
  })

  it('rejects lines without name, colon or CRLF', () => {
    for (const line of [': x', 'NoColon', 'Bad Name: x', 'X: a\nVia: b', 'X: a\rb', 'Ümlaut: x']) {
      expect(() => parse(request('INVITE', line)), line).toThrow(SipParseError)
    }
    expect(() => parse(request('INVITE').slice(0, -2))).toThrow(SipParseError)
  })
})

describe('what stays readable after an error', () => {
  function rejected(text: string): SipMessage {
    const message = new SipMessage()
    expect(() => parseInto(message, text)).toThrow(SipParseError)
    return message
  }

  it('finds the lines after a bad one', () => {
    const message = rejected(request('INVITE').replace('Max-Forwards: 70', 'Max Forwards'))
    expect(message.answerable).toBe(true)
    expect(message.header(HeaderId.CSEQ)).toBe('314159 INVITE')
    expect(message.text(message.via.hostStart, message.via.hostEnd)).toBe('pc33.atlanta.example.com')
  })

  it('finds the lines after a bad start line', () => {
    expect(rejected(request('INVITE').replace(' SIP/2.0\r\n', ' SIP/3.0\r\n')).answerable).toBe(true)
    expect(rejected(request('INVITE').replace('INVITE sip', 'INV\0TE sip')).answerable).toBe(true)
  })

  it('gives up without a Via or a CSeq, and on responses', () => {
    expect(rejected(request('INVITE').replace(/Via: .*\r\n/, '')).answerable).toBe(false)
    expect(rejected(request('INVITE').replace(/CSeq: .*\r\n/, '')).answerable).toBe(false)
    expect(rejected(request('INVITE').replace(/Via: .*\r\n/, 'Via: nonsense\r\n')).answerable).toBe(false)
    expect(rejected(response.replace('180', '999')).answerable).toBe(false)
    expect(rejected('\r\n\r\n').answerable).toBe(false)
    expect(rejected('').answerable).toBe(false)
  })

  it('does not spend its time on nothing but bad lines', () => {
    expect(rejected(':\r\n'.repeat(20_000)).answerable).toBe(false)
  })
})
