import { encode, type Answer } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { encodeQuery, isDomainName, readAnswer, type DnsQuestion, type DnsVerdict } from './dns-message.ts'

const QUESTION: DnsQuestion = { type: 'A', name: 'a.example' }
const QUERY = encodeQuery(0x1234, QUESTION)
const RESPONSE = 0x80
const SOA: Answer = { type: 'SOA', name: 'example', ttl: 900, data: { mname: 'ns.example', rname: 'admin.example', minimum: 30 } }

function a(name: string, ttl: number, data: string): Answer {
  return { type: 'A', name, ttl, data }
}

function cname(name: string, ttl: number, data: string): Answer {
  return { type: 'CNAME', name, ttl, data }
}

interface Reply {
  readonly question?: DnsQuestion
  readonly answers?: Answer[]
  readonly authorities?: Answer[]
  /** RCODE */
  readonly code?: number
  /** The third octet of the header: QR, AA, TC. */
  readonly flags?: number
}

function replyOf({ question = QUESTION, answers, authorities, code = 0, flags = RESPONSE }: Reply): Buffer {
  const { type, name } = question
  const wire = (type === 'EBL' ? 'UNKNOWN_65300' : type) as 'A'
  const bytes = encode({ type: 'response', id: 0x1234, questions: [{ type: wire, name }], answers, authorities })
  bytes[2] = flags
  bytes[3] = code
  return bytes
}

function read(reply: Reply): DnsVerdict | null {
  const { question = QUESTION } = reply
  return readAnswer(replyOf(reply), encodeQuery(0x1234, question), question)
}

describe('answers', () => {
  it('the records of the name and type, with a TTL each, RFC 1035 4.1.3', () => {
    const answers = [a('A.Example', 60, '192.0.2.1'), a('other.example', 60, '192.0.2.9'), a('a.example', 5, '192.0.2.2')]
    expect(read({ answers })).toEqual({
      kind: 'answer',
      answer: {
        outcome: 'found',
        records: [
          { ttl: 60, address: '192.0.2.1' },
          { ttl: 5, address: '192.0.2.2' },
        ],
      },
    })
  })

  it.each([
    ['AAAA', '2001:db8::1', { address: '2001:db8::1' }],
    ['SRV', { priority: 1, weight: 2, port: 5070, target: 'B.example' }, { priority: 1, weight: 2, port: 5070, target: 'b.example' }],
    ['SRV', { priority: 1, weight: 2, port: 0, target: '.' }, { priority: 1, weight: 2, port: 0, target: '' }],
    [
      'NAPTR',
      { order: 1, preference: 2, flags: 's', services: 'SIP+D2U', regexp: '', replacement: '_sip._udp.b.example' },
      { order: 1, preference: 2, flags: 's', service: 'SIP+D2U', regexp: '', replacement: '_sip._udp.b.example' },
    ],
    ['PTR', 'b.example', { name: 'b.example' }],
    ['CNAME', 'b.example', { name: 'b.example' }],
    ['TXT', ['one', 'two'], { texts: ['one', 'two'] }],
    ['EBL', Buffer.from('03016904653136340461727061'.concat('00'), 'hex'), { position: 3, separator: 'i', apex: 'e164.arpa' }],
  ] as const)('%s records', (type, data, expected) => {
    const wire = type === 'EBL' ? 'UNKNOWN_65300' : type
    const answers = [{ type: wire, name: 'a.example', ttl: 9, data } as unknown as Answer]
    expect(read({ question: { type, name: 'a.example' }, answers })).toEqual({
      kind: 'answer',
      answer: { outcome: 'found', records: [{ ttl: 9, ...expected }] },
    })
  })

  it('a TTL with its highest bit set stands for 0, RFC 2181 8', () => {
    expect(read({ answers: [a('a.example', 0x80000000, '192.0.2.1')] })).toMatchObject({ answer: { records: [{ ttl: 0 }] } })
  })

  it('an alias is followed, and what it leads to holds no longer than it does, RFC 1034 3.6.2', () => {
    const answers = [cname('a.example', 7, 'b.example'), cname('B.example', 90, 'c.example'), a('c.example', 60, '192.0.2.3')]
    expect(read({ answers })).toMatchObject({ answer: { outcome: 'found', records: [{ ttl: 7, address: '192.0.2.3' }] } })
  })

  it('an alias that leads out of the answer is asked for', () => {
    expect(read({ answers: [cname('a.example', 7, 'b.elsewhere')] })).toEqual({ kind: 'alias', target: 'b.elsewhere', ttl: 7 })
  })

  it('aliases in a circle end somewhere', () => {
    const answers = [cname('a.example', 7, 'b.example'), cname('b.example', 7, 'a.example')]
    expect(read({ answers })).not.toBeNull()
  })

  it('of very many records some are taken', () => {
    const answers = Array.from({ length: 1000 }, (_, i) => a('a.example', 60, `192.0.2.${i % 250}`))
    const verdict = read({ answers })
    expect(verdict?.kind === 'answer' && verdict.answer.records.length).toBe(64)
  })
})

describe('negative answers', () => {
  it.each([
    ['no such name', 3],
    ['no such record', 0],
  ])('%s: for the smaller of the TTL and the minimum of the SOA record, RFC 2308 5', (_name, code) => {
    expect(read({ code, authorities: [SOA] })).toEqual({ kind: 'answer', answer: { outcome: 'absent', records: [], absentFor: 30 } })
  })

  it('without a SOA record nobody told for how long', () => {
    expect(read({ code: 3 })).toEqual({ kind: 'answer', answer: { outcome: 'absent', records: [] } })
  })

  it('an alias of a name that does not exist does not exist, RFC 2308 2.1', () => {
    expect(read({ code: 3, answers: [cname('a.example', 60, 'gone.example')], authorities: [SOA] })).toMatchObject({
      answer: { outcome: 'absent', absentFor: 30 },
    })
  })

  it('NS records without a SOA record point elsewhere: another server may know, RFC 2308 2.2', () => {
    expect(read({ authorities: [{ type: 'NS', name: 'example', ttl: 60, data: 'ns.example' }] })).toEqual({ kind: 'useless' })
  })

  it.each([1, 2, 4, 5, 9])('RCODE %i: another server may know', (code) => {
    expect(read({ code })).toEqual({ kind: 'useless' })
  })
})

describe('what is no answer', () => {
  it('MUST be ignored: another id, another question, a query, RFC 5452 9.1', () => {
    const good = replyOf({ answers: [a('a.example', 60, '192.0.2.1')] })
    const changed = (at: number, octet: number): Buffer => {
      const bytes = Buffer.from(good)
      bytes[at] = octet
      return bytes
    }
    expect(readAnswer(good, QUERY, QUESTION)).not.toBeNull()
    expect(readAnswer(changed(0, 0x99), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(1, 0x99), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(2, 0x01), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(5, 2), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(13, 0x62), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(24, 28), QUERY, QUESTION)).toBeNull()
    expect(readAnswer(changed(13, 0x41), QUERY, QUESTION)).not.toBeNull()
  })

  it('cut answers ask for TCP, also where the cut goes through a record, RFC 2181 9', () => {
    const bytes = replyOf({ answers: [a('a.example', 60, '192.0.2.1')], flags: RESPONSE | 0x02 })
    expect(readAnswer(bytes, QUERY, QUESTION)).toEqual({ kind: 'truncated' })
    expect(readAnswer(bytes.subarray(0, bytes.length - 3), QUERY, QUESTION)).toEqual({ kind: 'truncated' })
  })
})

/** xorshift32: the same bytes each time. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}

describe('any bytes', () => {
  const samples = [
    replyOf({ answers: [cname('a.example', 7, 'b.example'), a('b.example', 60, '192.0.2.3')], authorities: [SOA] }),
    replyOf({
      question: { type: 'NAPTR', name: 'a.example' },
      answers: [
        {
          type: 'NAPTR',
          name: 'a.example',
          data: { order: 1, preference: 2, flags: 's', services: 'SIP+D2U', regexp: '', replacement: 'b.example' },
        },
      ],
    }),
    replyOf({
      question: { type: 'SRV', name: 'a.example' },
      answers: [{ type: 'SRV', name: 'a.example', data: { port: 1, target: 'b' } }],
    }),
    replyOf({ question: { type: 'TXT', name: 'a.example' }, answers: [{ type: 'TXT', name: 'a.example', data: ['one', 'two'] }] }),
    replyOf({
      question: { type: 'EBL', name: 'a.example' },
      answers: [{ type: 'UNKNOWN_65300', name: 'a.example', data: Buffer.from('0301690165016100', 'hex') } as unknown as Answer],
    }),
  ]

  it('are an answer, useless or ignored, and never an exception', () => {
    const random = randomFrom(20_260_101)
    const kinds = new Map<string, number>()
    for (let round = 0; round < 60_000; round++) {
      const sample = samples[round % samples.length]
      const bytes = Buffer.from(sample.subarray(0, round % 7 === 0 ? Math.ceil(random() * sample.length) : sample.length))
      const changes = Math.floor(random() * 6)
      // What lies beyond the question is what a hostile server may choose.
      for (let i = 0; i < changes; i++) bytes[27 + Math.floor(random() * (bytes.length - 27))] = Math.floor(random() * 256)
      if (round % 5 === 0) bytes[6 + Math.floor(random() * 6)] = Math.floor(random() * 256)
      const type = (['A', 'NAPTR', 'SRV', 'TXT', 'EBL'] as const)[round % samples.length]
      const question = { type, name: 'a.example' }
      const verdict = readAnswer(bytes, encodeQuery(0x1234, question), question)
      const kind = verdict?.kind ?? 'ignored'
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    }
    expect([...kinds.keys()].toSorted()).toEqual(['alias', 'answer', 'ignored', 'useless'])
    expect(kinds.get('answer')).toBeGreaterThan(10_000)
    expect(kinds.get('useless')).toBeGreaterThan(1000)
  })

  it('of pure noise are ignored', () => {
    const random = randomFrom(7)
    for (let round = 0; round < 5000; round++) {
      const noise = Buffer.from(Array.from({ length: Math.floor(random() * 600) }, () => Math.floor(random() * 256)))
      expect(readAnswer(noise, QUERY, QUESTION)).toBeNull()
    }
  })

  it('a name that points at itself is not read for ever, RFC 1035 4.1.4', () => {
    const bytes = Buffer.concat([replyOf({}), Buffer.from('c01b00010001000000050004c0000201', 'hex')])
    bytes[7] = 1
    expect(readAnswer(bytes, QUERY, QUESTION)).toEqual({ kind: 'useless' })
  })
})

describe('names that can be asked for, RFC 1035 2.3.4', () => {
  it.each([
    ['a.example', true],
    ['_sip._udp.a.example', true],
    ['', false],
    ['a..example', false],
    ['.a', false],
    [`${'x'.repeat(63)}.example`, true],
    [`${'x'.repeat(64)}.example`, false],
    [`${'abcdefg.'.repeat(32)}example`, false],
    ['with space.example', false],
    ['ümlaut.example', false],
  ])('%s: %s', (name, expected) => {
    expect(isDomainName(name)).toBe(expected)
  })
})
