import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Socket } from 'node:net'

/** One resource record (RFC 1035 3.2). */
export interface ZoneRecord {
  readonly name: string
  readonly type: keyof typeof typeNumbers
  /** Seconds. */
  readonly ttl: number
  readonly data: Buffer
}

/** A name server on loopback, UDP and TCP at one port, that knows one zone. Its bytes are made by hand. */
export interface DnsServer {
  readonly host: string
  readonly port: number
  /** What it was asked, in order: `A name`, over TCP `tcp A name`. */
  readonly questions: string[]
  zone: readonly ZoneRecord[]
  /** Seconds that "there is none" may be kept (the minimum of the SOA record); null: no SOA record in the answers. */
  negativeTtl: number | null
  /** Answers over UDP say "too long, ask over TCP". */
  truncates: boolean
  readonly close: () => Promise<void>
}

const typeNumbers = { A: 1, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33, NAPTR: 35, EBL: 65_300 } as const
const HEADER = 12
const NO_SUCH_NAME = 3

export const record = {
  a: (name: string, ttl: number, address: string): ZoneRecord => ({
    name,
    type: 'A',
    ttl,
    data: Buffer.from(address.split('.').map(Number)),
  }),
  aaaa: (name: string, ttl: number, sixteenOctets: string): ZoneRecord => ({
    name,
    type: 'AAAA',
    ttl,
    data: Buffer.from(sixteenOctets, 'hex'),
  }),
  cname: (name: string, ttl: number, target: string): ZoneRecord => ({ name, type: 'CNAME', ttl, data: labels(target) }),
  ptr: (name: string, ttl: number, target: string): ZoneRecord => ({ name, type: 'PTR', ttl, data: labels(target) }),
  txt: (name: string, ttl: number, ...texts: readonly string[]): ZoneRecord => ({
    name,
    type: 'TXT',
    ttl,
    data: Buffer.concat(texts.map(text)),
  }),
  srv: (name: string, ttl: number, place: { priority: number; weight: number; port: number; target: string }): ZoneRecord => ({
    name,
    type: 'SRV',
    ttl,
    data: Buffer.concat([numbers(place.priority, place.weight, place.port), labels(place.target)]),
  }),
  naptr: (name: string, ttl: number, rule: { order: number; preference: number; service: string; replacement: string }): ZoneRecord => ({
    name,
    type: 'NAPTR',
    ttl,
    data: Buffer.concat([numbers(rule.order, rule.preference), text('s'), text(rule.service), text(''), labels(rule.replacement)]),
  }),
  ebl: (name: string, ttl: number, rule: { position: number; separator: string; apex: string }): ZoneRecord => ({
    name,
    type: 'EBL',
    ttl,
    data: Buffer.concat([Buffer.from([rule.position]), text(rule.separator), labels(rule.apex)]),
  }),
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, i * 2)
  return bytes
}

function labels(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(text), Buffer.from([0])])
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')])
}

interface Question {
  readonly name: string
  readonly type: number
  /** Where the question ends in the query. */
  readonly end: number
}

function readQuestion(query: Buffer): Question {
  const parts: string[] = []
  let at = HEADER
  while (query[at] !== 0) {
    parts.push(query.toString('latin1', at + 1, at + 1 + query[at]))
    at += query[at] + 1
  }
  return { name: parts.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function resource(type: number, ttl: number, data: Buffer, owner: Buffer): Buffer {
  const fixed = Buffer.alloc(10)
  fixed.writeUInt16BE(type, 0)
  fixed.writeUInt16BE(1, 2)
  fixed.writeUInt32BE(ttl, 4)
  fixed.writeUInt16BE(data.length, 8)
  return Buffer.concat([owner, fixed, data])
}

/** The records of a name and type; aliases are followed as recursive servers do (RFC 1034 3.6.2). */
function search(zone: readonly ZoneRecord[], name: string, type: number): readonly ZoneRecord[] {
  const here = zone.filter((one) => one.name.toLowerCase() === name)
  const wanted = here.filter((one) => typeNumbers[one.type] === type)
  const alias = here.find((one) => one.type === 'CNAME')
  if (wanted.length > 0 || alias === undefined) return wanted
  const target = readQuestion(Buffer.concat([Buffer.alloc(HEADER), alias.data, Buffer.alloc(4)])).name
  return [alias, ...search(zone, target, type)]
}

function startOfAuthority(minimum: number): Buffer {
  const data = Buffer.concat([labels('ns.example'), labels('admin.example'), Buffer.alloc(20)])
  data.writeUInt32BE(minimum, data.length - 4)
  return resource(typeNumbers.SOA, 3600, data, labels('example'))
}

/** RFC 1035 4.1 */
function answer(server: DnsServer, query: Buffer, overTcp: boolean): Buffer {
  const question = readQuestion(query)
  const typeName = Object.entries(typeNumbers).find(([, number]) => number === question.type)?.[0] ?? String(question.type)
  server.questions.push(`${overTcp ? 'tcp ' : ''}${typeName} ${question.name}`)
  const found = search(server.zone, question.name, question.type)
  const cut = server.truncates && !overTcp
  const answers = cut ? [] : found.map(({ name, type, ttl, data }) => resource(typeNumbers[type], ttl, data, labels(name)))
  const authority = found.length > 0 || cut || server.negativeTtl === null ? [] : [startOfAuthority(server.negativeTtl)]
  const exists = server.zone.some(({ name }) => name.toLowerCase() === question.name)
  const head = Buffer.alloc(HEADER)
  query.copy(head, 0, 0, 2)
  head[2] = 0x81 | (cut ? 0x02 : 0)
  head[3] = 0x80 | (exists ? 0 : NO_SUCH_NAME)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(answers.length, 6)
  head.writeUInt16BE(authority.length, 8)
  return Buffer.concat([head, query.subarray(HEADER, question.end), ...answers, ...authority])
}

function serveStream(server: DnsServer, socket: Socket): void {
  let rest = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0)
      const bytes = answer(server, rest.subarray(2, end), true)
      socket.write(Buffer.concat([numbers(bytes.length), bytes]))
      rest = rest.subarray(end)
    }
  })
}

export async function startDnsServer(zone: readonly ZoneRecord[] = [], host = '127.0.0.1', port = 0): Promise<DnsServer> {
  const udp = createSocket('udp4')
  udp.bind(port, host)
  await once(udp, 'listening')
  const bound = udp.address().port
  const tcp = createServer((socket) => serveStream(server, socket))
  tcp.listen(bound, host)
  await once(tcp, 'listening')
  const server: DnsServer = {
    host,
    port: bound,
    questions: [],
    zone,
    negativeTtl: null,
    truncates: false,
    close: async () => {
      udp.close()
      tcp.close()
      await once(tcp, 'close')
    },
  }
  udp.on('message', (query, from) => udp.send(answer(server, query, false), from.port, from.address))
  return server
}
