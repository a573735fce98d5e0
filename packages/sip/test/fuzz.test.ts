import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../src/byte-writer.ts'
import { HeaderId } from '../src/header-id.ts'
import { SipMessage } from '../src/message.ts'
import { NameAddr, parseNameAddr } from '../src/name-addr.ts'
import { SipParseError } from '../src/parse-error.ts'
import { type ParseMode, parseMessage } from '../src/parse-message.ts'
import { writeReply } from '../src/reply.ts'
import { writeCancel } from '../src/request-within.ts'
import { StreamFramer } from '../src/stream-framer.ts'
import { Uri, parseUri } from '../src/uri.ts'
import { octets, request } from './message-text.ts'
import { Random } from './random.ts'
import { tortureCases } from './torture.ts'

const seeds = [...tortureCases.map((torture) => torture.octets), octets(request('INVITE', 'Content-Length: 0'))]
const nameAddrs = [HeaderId.FROM, HeaderId.TO, HeaderId.CONTACT, HeaderId.ROUTE, HeaderId.RECORD_ROUTE]
const spice = octets('\r\n\r\n \t:;,<>"\\=@[]%?SIP/2.0 z9hG4bK\0')
const message = new SipMessage()
const out = new ByteWriter(80_000)

/** Whatever it is given, `parse` returns or throws SipParseError. */
function accepts(parse: () => void): boolean {
  try {
    parse()
    return true
  } catch (error) {
    if (error instanceof SipParseError) return false
    throw error
  }
}

function mutate(random: Random, seed: Uint8Array): Uint8Array {
  let bytes: Uint8Array = seed.slice()
  for (let change = random.next(4); change >= 0; change--) {
    const at = random.next(bytes.length)
    const kind = random.next(5)
    if (kind === 0) bytes[at] = random.next(256)
    else if (kind === 1) bytes[at] = random.pick([...spice])
    else if (kind === 2) bytes = bytes.slice(0, at + 1)
    else if (kind === 3) bytes = join(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.next(40))))
    else bytes = join(bytes.subarray(0, at), spice.subarray(random.next(20), 20 + random.next(16)), bytes.subarray(at))
    if (bytes.length === 0) return bytes
  }
  return bytes
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** Reads all a proxy may read, and checks that offsets stay inside and in order. */
function exercise(bytes: Uint8Array, mode: ParseMode): void {
  const accepted = accepts(() => parseMessage(message, bytes, 0, bytes.length, mode))
  for (let line = 0; line < message.headerCount; line++) checkLine(line)
  accepts(() => message.from)
  accepts(() => message.to)
  if (message.answerable || (accepted && message.isRequest)) reply()
  if (!accepted) return
  expect(message.headersEnd + 2).toBe(message.bodyStart)
  expect(message.end).toBeLessThanOrEqual(bytes.length)
  expect(message.via.end).toBeLessThanOrEqual(message.headersEnd)
  for (const id of nameAddrs) readNameAddrs(id)
  if (message.isRequest) writeCancel(out, message, '')
}

function checkLine(line: number): void {
  const { lineStart, nameEnd, valueStart, valueEnd, lineEnd, bytes } = message
  const inOrder = lineStart[line] < nameEnd[line] && nameEnd[line] < valueStart[line] && valueStart[line] <= valueEnd[line]
  const endsWithCrlf = bytes[lineEnd[line] - 2] === 13 && bytes[lineEnd[line] - 1] === 10
  if (!inOrder || !endsWithCrlf || valueEnd[line] > lineEnd[line] - 2) throw new Error(`line ${line} is out of order`)
}

function reply(): void {
  out.at = 0
  writeReply(out, message, 400, 'Bad Request', {
    toTag: 'a1',
    headers: '',
    received: '192.0.2.1',
    rport: 5060,
    recordRoute: true,
    server: '',
  })
}

function readNameAddrs(id: number): void {
  const view = new NameAddr()
  const uri = new Uri()
  for (let line = message.first(id); line !== -1; line = message.next(line)) {
    let at = message.valueStart[line]
    while (at !== -1 && accepts(() => parseNameAddr(view, message.bytes, at, message.valueEnd[line]))) {
      expect(view.end).toBeLessThanOrEqual(message.valueEnd[line])
      accepts(() => parseUri(uri, message.bytes, view.uriStart, view.uriEnd))
      at = view.nextStart
    }
  }
}

describe('any octets are a message or a SipParseError', () => {
  it('mutated torture messages', () => {
    const random = new Random(4475)
    for (let round = 0; round < 6000; round++) {
      exercise(mutate(random, random.pick(seeds)), random.next(2) === 0 ? 'datagram' : 'stream')
    }
  })

  it('random octets', () => {
    const random = new Random(3261)
    for (let round = 0; round < 5000; round++) {
      const bytes = new Uint8Array(random.next(300)).map(() => random.next(round % 2 === 0 ? 256 : 128))
      exercise(bytes, 'datagram')
    }
  })

  it('every prefix of every torture message', () => {
    for (const seed of seeds.filter((bytes) => bytes.length < 1200)) {
      for (let length = 0; length < seed.length; length += 7) exercise(seed.slice(0, length), 'datagram')
    }
  })

  it('streams of mutated messages', () => {
    const random = new Random(5626)
    for (let round = 0; round < 1500; round++) {
      const stream = join(...Array.from({ length: 3 }, () => mutate(random, random.pick(seeds))))
      const framer = new StreamFramer({
        message: (bytes, start, end) => void accepts(() => parseMessage(message, bytes, start, end, 'stream')),
        ping: () => {},
      })
      let at = 0
      const pushNext = (): void => {
        const step = 1 + random.next(500)
        framer.push(stream.subarray(at, at + step))
        at += step
      }
      while (at < stream.length && accepts(pushNext));
    }
  })
})
