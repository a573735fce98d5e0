import { describe, expect, it } from 'vitest'
import { recordRoute } from '../../../src/forward/record-route.ts'
import { looseRoute } from '../../../src/forward/loose-route.ts'
import type { Agent } from '../agent.ts'
import type { TextMessage } from '../text-message.ts'
import { Agent as Endpoint } from '../agent.ts'
import { Scene } from './scene.ts'

const VIA = 'Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKraw'

/** Sends a request as it stands, with the usual headers for those that are not given; returns what the phone got. */
function forward(lines: readonly string[], { body = '', method = 'INVITE', scene = new Scene() } = {}): string {
  const has = (name: string): boolean => lines.some((line) => line.toLowerCase().startsWith(`${name}:`))
  const usual: readonly (readonly [string, string])[] = [
    ['via', VIA],
    ['from', 'From: <sip:a@10.0.0.2>;tag=1'],
    ['to', 'To: <sip:b@10.0.0.1>'],
    ['call-id', 'Call-ID: raw'],
    ['cseq', `CSeq: 1 ${method}`],
    ['max-forwards', 'Max-Forwards: 70'],
  ]
  const compact: Readonly<Record<string, string>> = { via: 'v', from: 'f', to: 't', 'call-id': 'i' }
  const added = usual.filter(([name]) => !has(name) && !has(compact[name] ?? '-')).map(([, line]) => line)
  scene.caller.send(scene.proxy.address, [`${method} sip:bob@10.0.0.1 SIP/2.0`, ...added, ...lines, '', body].join('\r\n'))
  scene.run()
  return scene.phone.received.at(-1)?.text ?? ''
}

function lineOf(text: string, name: string): string {
  return text.split('\r\n').find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)) ?? ''
}

function viasOf(text: string): readonly string[] {
  return text.split('\r\n').filter((line) => /^v(ia)?\s*:/i.test(line))
}

describe('copy of the request, RFC 3261 16.6 step 1', () => {
  it.each([
    ['an unknown header', 'X-Nobody-Knows: some   odd\t value'],
    ['two of one name, in order', 'X-Twice: 1\r\nX-Twice: 2'],
    ['an empty header', 'Subject:'],
    ['a folded header', 'Subject: first\r\n second\r\n\tthird'],
    ['a compact header', 's: short'],
    ['odd case and space before the colon', 'sUBJECT : shouted'],
    ['octets beyond ASCII', 'Subject: \u00e4\u00f6\u00fc\u00ff'],
    ['quoted strings with separators', 'X-Quoted: "a;b,c\\"d" <sip:x@y>;p="1,2"'],
    ['parameters of From', 'From: "Anna; the first" <sip:a@10.0.0.2;user=phone>;tag=t;x-p=1'],
    ['a To with a tag', 'To: <sip:b@10.0.0.1>;tag=remote'],
    ['Proxy-Authorization for somebody else', 'Proxy-Authorization: Digest realm="elsewhere"'],
    ['Require', 'Require: 100rel'],
    ['Supported', 'Supported: path, outbound'],
  ])('MUST NOT change %s', (_what, line) => {
    expect(forward([line])).toContain(`\r\n${line}\r\n`)
  })

  it.each([
    ['text', 'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\n'],
    ['every octet', Array.from({ length: 256 }, (_, i) => String.fromCodePoint(i)).join('')],
    ['what looks like a message', 'INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP z\r\n\r\n'],
    ['nothing but line ends', '\r\n\r\n\r\n'],
    ['8 KB', 'x'.repeat(8192)],
  ])('MUST NOT change a body of %s', (_what, body) => {
    expect(forward([`Content-Length: ${body.length}`], { body }).endsWith(`\r\n\r\n${body}`)).toBe(true)
  })

  it('takes the body to the end of the datagram when Content-Length is missing, 18.3', () => {
    expect(forward([], { body: 'hello' }).endsWith('\r\n\r\nhello')).toBe(true)
  })

  it('drops what follows the body in a datagram, 18.3', () => {
    expect(forward(['Content-Length: 5'], { body: 'helloworld' }).endsWith('\r\n\r\nhello')).toBe(true)
  })

  it.each(['INVITE', 'MESSAGE', 'OPTIONS', 'SUBSCRIBE', 'NOTIFY', 'INFO', 'PUBLISH', 'REFER', 'UPDATE', 'PRACK', 'BYE', 'UNHEARD-OF'])(
    'MUST NOT need to know the method: %s, 16.1',
    (method) => {
      const scene: Scene = new Scene({
        request: (m, { transactions }) => {
          scene.proxy.fork(m, scene.proxy.targets)
          transactions.relay(m, 0, '')
        },
      })
      forward([], { method, scene })
      expect(scene.phone.received).toHaveLength(1)
      scene.phone.reply(scene.proxy.address, scene.phone.received[0], '200 OK')
      scene.run()
      expect(scene.codes(method).at(-1)).toBe(200)
    },
  )
})

describe('Request-URI, RFC 3261 16.6 step 2', () => {
  it.each([
    'sip:bob@10.0.1.0:5060',
    'sip:bob@10.0.1.0:5060;transport=udp;x=y',
    'sip:+49(0)30-1@10.0.1.0:5060;user=phone',
    'sip:10.0.1.0:5060',
  ])('MUST be the target: %s', (uri) => {
    const scene = new Scene()
    scene.proxy.targets = [uri]
    scene.invite()
    expect(scene.phone.last('INVITE').uri).toBe(uri)
  })

  it('keeps To as it came', () => {
    const scene = new Scene()
    scene.invite()
    expect(scene.phone.last('INVITE').header('To')).toBe('<sip:bob@10.0.0.1>')
  })
})

describe('Max-Forwards, RFC 3261 16.3 step 3, 16.6 step 3', () => {
  it.each(['Max-Forwards: 70', 'Max-Forwards: 1', 'Max-Forwards: 0', 'Max-Forwards:255'])(
    '"%s" is the script\'s, not touched here',
    (line) => {
      expect(forward([line])).toContain(`\r\n${line}\r\n`)
    },
  )
})

describe('Via, RFC 3261 16.6 step 8, 18.1.1', () => {
  it('MUST be added on top, with our address and a branch that begins with the cookie', () => {
    const vias = viasOf(forward([]))
    expect(vias).toHaveLength(2)
    expect(vias[0]).toMatch(/^Via: SIP\/2\.0\/UDP 10\.0\.0\.1:5060;branch=z9hG4bK[0-9a-f]+\.[0-9a-f]{32}\.0$/)
    expect(vias[1]).toBe(VIA)
  })

  it.each([
    ['joined by commas', [`${VIA}, SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2 , SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK3`]],
    ['on lines of their own', [VIA, 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2', 'v: SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK3']],
    ['folded', [`${VIA},\r\n SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK2`]],
  ])('keeps those of the hops before, %s', (_how, lines) => {
    const text = forward(lines)
    expect(viasOf(text)).toHaveLength(1 + lines.length)
    expect(text).toContain(`\r\n${lines.join('\r\n')}\r\n`)
  })

  it('the branch MUST differ for every branch of a fork and every transaction', () => {
    const scene = new Scene({ phones: 3 })
    for (let call = 0; call < 5; call++) scene.invite({ callId: `c${call}` })
    const branches = scene.phones.flatMap((phone: Agent) => phone.requests('INVITE').map((request) => request.branch))
    expect(new Set(branches).size).toBe(15)
  })

  it('MUST be the same in retransmissions', () => {
    const scene = new Scene()
    scene.invite()
    scene.run(2000)
    expect(new Set(scene.phone.requests('INVITE').map(({ text }) => text)).size).toBe(1)
    expect(scene.phone.requests('INVITE').length).toBeGreaterThan(1)
  })

  it('names the transport that the request leaves by', () => {
    const scene = new Scene()
    const phone = new Endpoint(scene.world, 'tcp/10.0.1.9:5060')
    scene.proxy.targets = ['sip:bob@10.0.1.9:5060;transport=tcp']
    scene.invite()
    expect(phone.last('INVITE').header('Via')).toMatch(/^SIP\/2\.0\/TCP 10\.0\.0\.1:5060;/)
  })
})

describe('received and rport, RFC 3261 18.2.1, RFC 3581 4', () => {
  /** The caller is at 10.0.0.2:5060. */
  it.each([
    ['sent-by is the source', 'SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx', ''],
    ['sent-by is the source without port', 'SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx', ''],
    ['another address', 'SIP/2.0/UDP 192.168.1.7:5060;branch=z9hG4bKx', ';received=10.0.0.2'],
    ['a name', 'SIP/2.0/UDP pc.example.com;branch=z9hG4bKx', ';received=10.0.0.2'],
    ['an IPv6 address', 'SIP/2.0/UDP [2001:db8::9:1]:5060;branch=z9hG4bKx', ';received=10.0.0.2'],
    ['an address that begins like ours', 'SIP/2.0/UDP 10.0.0.20:5060;branch=z9hG4bKx', ';received=10.0.0.2'],
  ])('%s', (_what, via, added) => {
    expect(viasOf(forward([`Via: ${via}`]))[1]).toBe(`Via: ${via}${added}`)
  })

  it.each([
    ['asked for at the end', 'SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKx;rport', ['rport=5060', 'received=10.0.0.2']],
    ['asked for in between', 'SIP/2.0/UDP pc;rport;branch=z9hG4bKx', ['rport=5060', 'received=10.0.0.2', 'branch=z9hG4bKx']],
    ['a lie before it', 'SIP/2.0/UDP pc;received=1.2.3.4;rport', ['rport=5060', 'received=10.0.0.2']],
    ['a lie behind it', 'SIP/2.0/UDP pc;rport;received=1.2.3.4;branch=z9hG4bKx', ['rport=5060', 'received=10.0.0.2']],
    ['a received that lies', 'SIP/2.0/UDP pc;received=1.2.3.4;branch=z9hG4bKx', ['received=10.0.0.2', 'branch=z9hG4bKx']],
  ])('rport and received: %s', (_what, via, params) => {
    const [, first = ''] = viasOf(forward([`Via: ${via}`]))
    for (const param of params) expect(first.split(';')).toContain(param)
    expect(first.match(/received=/g)).toHaveLength(1)
  })

  it.each([
    ['with rport replies go to the source port, RFC 3581 4', ';rport', '10.0.0.2:4444', true],
    ['without rport replies go to the port of sent-by, RFC 3261 18.2.2', '', '10.0.0.2:7777', false],
  ])('%s', (_what, rport, expected) => {
    const scene = new Scene()
    const places = ['10.0.0.2:4444', '10.0.0.2:7777'].map((place) => new Endpoint(scene.world, place))
    const text = [
      'MESSAGE sip:bob@10.0.0.1 SIP/2.0',
      `Via: SIP/2.0/UDP 10.0.0.2:7777;branch=z9hG4bKr${rport}`,
      'From: <sip:a@b>;tag=1',
      'To: <sip:b@c>',
      'Call-ID: r',
      'CSeq: 1 MESSAGE',
      '',
      '',
    ].join('\r\n')
    places[0].send(scene.proxy.address, text)
    scene.run()
    scene.answer('200 OK', { method: 'MESSAGE' })
    expect(places.filter(({ received }) => received.length > 0).map(({ address }) => address)).toEqual([expected])
  })

  it('sends replies to maddr, RFC 3261 18.2.2', () => {
    const scene = new Scene()
    const other = new Endpoint(scene.world, '10.0.0.99:5060')
    forward([`Via: SIP/2.0/UDP 10.0.0.2;maddr=10.0.0.99;branch=z9hG4bKm`], { scene })
    expect(other.statuses('INVITE')).toEqual([100])
  })

  it('force_rport answers to the source as if rport had been there', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        m.forceRport = true
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    const source = new Endpoint(scene.world, '10.0.0.2:4444')
    source.request(scene.proxy.address, { method: 'INVITE', uri: 'sip:b@10.0.0.1' })
    source.send(scene.proxy.address, source.request('nowhere', { method: 'INVITE', uri: 'sip:b@10.0.0.1' }).text.replace(':4444', ':9999'))
    scene.run()
    expect(source.statuses('INVITE').filter((code) => code === 100).length).toBe(2)
    expect(viasOf(scene.phone.last('INVITE').text)[1]).toContain(';received=10.0.0.2;rport=4444')
  })
})

describe('IPv6, RFC 3261 19.1.1, 20.42', () => {
  it('a call between IPv6 phones has brackets where it needs them', () => {
    const scene = new Scene({ second: '[2001:db8::1]:5060' })
    const caller = new Endpoint(scene.world, '[2001:db8::2]:5060')
    const phone = new Endpoint(scene.world, '[2001:db8::3]:5060')
    scene.proxy.targets = ['sip:bob@[2001:db8::3]:5060']
    caller.request('[2001:db8::1]:5060', { method: 'INVITE', uri: 'sip:bob@[2001:db8::1]' })
    scene.run()
    const invite = phone.last('INVITE')
    expect(invite.all('Via')[0]).toMatch(/^SIP\/2\.0\/UDP \[2001:db8::1\]:5060;branch=/)
    expect(invite.all('Via')[1]).not.toContain('received')
    phone.reply('[2001:db8::1]:5060', invite, '200 OK')
    scene.run()
    expect(caller.statuses('INVITE')).toEqual([100, 200])
  })

  it.each([
    ['IPv4 to IPv6', '10.0.0.2:5060', '[2001:db8::3]:5060', '[2001:db8::1]:5060'],
    ['IPv6 to IPv4', '[2001:db8::2]:5060', '10.0.1.7:5060', '10.0.0.1:5060'],
  ])('%s leaves by the listener of that family', (_what, from, to, sentBy) => {
    const scene = new Scene({ second: '[2001:db8::1]:5060' })
    const caller = new Endpoint(scene.world, from)
    const phone = new Endpoint(scene.world, to)
    scene.proxy.targets = [`sip:bob@${to}`]
    const at = from.startsWith('[') ? '[2001:db8::1]:5060' : scene.proxy.address
    caller.request(at, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    scene.run()
    expect(phone.last('INVITE').header('Via')).toContain(`SIP/2.0/UDP ${sentBy};`)
    phone.reply(sentBy, phone.last('INVITE'), '180 Ringing')
    scene.run()
    expect(caller.statuses('INVITE')).toEqual([100, 180])
  })
})

describe('Record-Route, RFC 3261 16.6 step 4', () => {
  const recording = (): Scene => {
    const scene: Scene = new Scene({
      second: '10.0.0.8:5060',
      request: (m, { transactions }) => {
        recordRoute(m)
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    return scene
  }

  it('MUST hold our address and lr', () => {
    const scene = recording()
    scene.invite()
    expect(scene.phone.last('INVITE').all('Record-Route')).toEqual(['<sip:10.0.0.1:5060;lr;ftag=from-call-1>'])
  })

  it('MUST go before those that are there', () => {
    const scene = recording()
    scene.invite({ headers: ['Record-Route: <sip:192.0.2.1;lr>'] })
    expect(scene.phone.last('INVITE').all('Record-Route')).toEqual(['<sip:10.0.0.1:5060;lr;ftag=from-call-1>', '<sip:192.0.2.1;lr>'])
  })

  it('has two values when the transport changes, RFC 5658', () => {
    const scene = recording()
    const phone = new Endpoint(scene.world, 'tcp/10.0.1.9:5060')
    scene.proxy.targets = ['sip:bob@10.0.1.9:5060;transport=tcp']
    scene.invite()
    expect(phone.last('INVITE').all('Record-Route')).toEqual([
      '<sip:10.0.0.1:5060;transport=tcp;r2=on;lr;ftag=from-call-1>',
      '<sip:10.0.0.1:5060;r2=on;lr;ftag=from-call-1>',
    ])
  })

  it('is not there unless the script wants it', () => {
    const scene = new Scene()
    scene.invite()
    expect(scene.phone.last('INVITE').all('Record-Route')).toEqual([])
  })
})

describe('Route, RFC 3261 16.4, 16.6 steps 6 and 7', () => {
  const routed = (): Scene =>
    new Scene({
      request: (m, { transactions, transport }) => {
        looseRoute(m, transport)
        transactions.relay(m, 0, '')
      },
    })
  const phoneRoute = 'Route: <sip:10.0.1.0:5060;lr>'

  it.each([
    ['ours is removed, the next one leads', ['Route: <sip:10.0.0.1:5060;lr>', phoneRoute], ['<sip:10.0.1.0:5060;lr>'], 'sip:x@192.0.2.1'],
    ['ours and another in one line', ['Route: <sip:10.0.0.1;lr> , <sip:10.0.1.0:5060;lr>'], ['<sip:10.0.1.0:5060;lr>'], 'sip:x@192.0.2.1'],
    ['none of ours: the first leads', [phoneRoute], ['<sip:10.0.1.0:5060;lr>'], 'sip:x@192.0.2.1'],
    ['ours alone: the Request-URI leads', ['Route: <sip:10.0.0.1;lr>'], [], 'sip:x@10.0.1.0:5060'],
    [
      'a strict router gets its URI, the target becomes the last Route',
      ['Route: <sip:10.0.0.1;lr>, <sip:10.0.1.0:5060>'],
      ['<sip:x@192.0.2.1>'],
      'sip:10.0.1.0:5060',
    ],
  ])('%s', (_what, headers, routes, uri) => {
    const scene = routed()
    scene.invite({ uri: uri.startsWith('sip:x') ? uri : 'sip:x@192.0.2.1', headers })
    const request = scene.phone.last('INVITE')
    expect([request.all('Route'), request.uri]).toEqual([routes, uri])
  })

  it('undoes what a strict router did: our Request-URI, the target in the last Route', () => {
    const scene = routed()
    scene.invite({ uri: 'sip:10.0.0.1:5060;lr', headers: ['Route: <sip:bob@10.0.1.0:5060>'] })
    const request = scene.phone.last('INVITE')
    expect([request.uri, request.all('Route')]).toEqual(['sip:bob@10.0.1.0:5060', []])
  })

  it('Path of a binding becomes Route and leads, RFC 3327 5.3', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        m.requestUri = 'sip:bob@192.0.2.1'
        m.path = '<sip:10.0.1.0:5060;lr>,<sip:192.0.2.9;lr>'
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    const request = scene.phone.last('INVITE')
    expect([request.uri, request.all('Route')]).toEqual(['sip:bob@192.0.2.1', ['<sip:10.0.1.0:5060;lr>,<sip:192.0.2.9;lr>']])
  })

  it('a destination URI leads without being written anywhere', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        m.destinationUri = 'sip:10.0.1.0:5060'
        transactions.relay(m, 0, '')
      },
    })
    scene.invite({ uri: 'sip:bob@192.0.2.77' })
    expect(scene.phone.last('INVITE').text).not.toContain('10.0.1.0')
  })

  it('maddr of the Request-URI leads, 16.6 step 7', () => {
    const scene = new Scene()
    scene.proxy.targets = ['sip:bob@192.0.2.1:5060;maddr=10.0.1.0']
    scene.invite()
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
  })
})

describe('content length, RFC 3261 16.6 step 9, 18.3', () => {
  it('is added where a request without one goes on to a stream', () => {
    const scene = new Scene()
    const phone = new Endpoint(scene.world, 'tcp/10.0.1.9:5060')
    scene.proxy.targets = ['sip:bob@10.0.1.9:5060;transport=tcp']
    forward([], { body: 'hello', scene })
    expect(lineOf(phone.last('INVITE').text, 'Content-Length')).toBe('Content-Length: 5')
  })

  it('stays away where a datagram does without', () => {
    expect(lineOf(forward([], { body: 'hello' }), 'Content-Length')).toBe('')
  })

  it('is kept in its compact form', () => {
    expect(forward(['l: 5'], { body: 'hello' })).toContain('\r\nl: 5\r\n\r\nhello')
  })
})

describe('request validation, RFC 3261 16.3 step 1', () => {
  const refused = (text: string): readonly TextMessage[] => {
    const scene = new Scene()
    scene.caller.send(scene.proxy.address, text.replaceAll('\n', '\r\n'))
    scene.run()
    expect(scene.phone.received).toHaveLength(0)
    expect(scene.proxy.current).toBe(0)
    return scene.caller.received
  }
  const good = `INVITE sip:b@10.0.0.1 SIP/2.0\n${VIA}\nFrom: <sip:a@b>;tag=1\nTo: <sip:b@c>\nCall-ID: bad\nCSeq: 1 INVITE\nContent-Length: 0\n\n`

  it.each([
    ['another version', good.replace('SIP/2.0\n', 'SIP/7.0\n'), 505],
    ['a CSeq of another method', good.replace('1 INVITE', '1 MESSAGE'), 400],
    ['a CSeq that is no number', good.replace('CSeq: 1 ', 'CSeq: one '), 400],
    ['a Content-Length beyond the datagram', good.replace('Length: 0', 'Length: 100'), 400],
    ['a negative Content-Length', good.replace('Length: 0', 'Length: -5'), 400],
    ['two different Content-Lengths', good.replace('Content-Length: 0', 'Content-Length: 0\nContent-Length: 1'), 400],
  ])('%s is answered', (_what, text, code) => {
    expect(refused(text).map(({ status }) => status)).toEqual([code])
  })

  it.each([
    ['no Via', good.replace(`${VIA}\n`, '')],
    ['no Call-ID', good.replace('Call-ID: bad\n', '')],
    ['no CSeq', good.replace('CSeq: 1 INVITE\n', '')],
    ['no From', good.replace('From: <sip:a@b>;tag=1\n', '')],
    ['no To', good.replace('To: <sip:b@c>\n', '')],
    ['half a message', good.slice(0, 40)],
    ['no message at all', 'hello there\n\n'],
    ['nothing but line ends', '\n\n\n\n'],
    ['an ACK that is broken', good.replaceAll('INVITE', 'ACK').replace('Length: 0', 'Length: 100')],
  ])('%s makes no transaction and goes nowhere', (_what, text) => {
    for (const { status } of refused(text)) expect(status).toBeGreaterThanOrEqual(400)
  })
})
