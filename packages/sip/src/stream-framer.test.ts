import { describe, expect, it } from 'vitest'
import { octets, request, textOf } from '../test/message-text.ts'
import { Random } from '../test/random.ts'
import { defaultLimits } from './limits.ts'
import { SipParseError } from './parse-error.ts'
import { StreamFramer } from './stream-framer.ts'

/** Frames as text, 'ping' for keepalives, the rule of the error at the end. */
function frames(chunks: readonly Uint8Array[], limits = defaultLimits): string[] {
  const seen: string[] = []
  const framer = new StreamFramer(
    {
      message: (bytes, start, end) => void seen.push(textOf(bytes, start, end)),
      ping: () => void seen.push('ping'),
    },
    limits,
  )
  try {
    for (const chunk of chunks) framer.push(chunk)
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    seen.push(`${error.rule} ${error.status}`)
  }
  return seen
}

function split(bytes: Uint8Array, random: Random, most: number): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length;) {
    const step = 1 + random.next(most)
    chunks.push(bytes.slice(at, at + step))
    at += step
  }
  return chunks
}

function message(body: string, contentLength = `Content-Length: ${octets(body).length}`): string {
  return `${request('MESSAGE', contentLength)}${body}`
}

const first = message('hello\r\n\r\nworld')
const second = message('', 'l : 0')
const third = message('ü'.repeat(3000), 'CONTENT-LENGTH:\r\n  6000')

describe('StreamFramer', () => {
  it('cuts messages by Content-Length, RFC 3261 18.3', () => {
    expect(frames([octets(first + second + third)])).toEqual([first, second, third])
  })

  it('hands over a message that came whole in place', () => {
    const chunk = octets(`\r\n${first}`)
    const framer = new StreamFramer({
      message: (bytes, start) => {
        expect(bytes).toBe(chunk)
        expect(start).toBe(2)
      },
      ping: () => {},
    })
    framer.push(chunk)
    expect.assertions(2)
  })

  it('gives the same frames however the stream is split', () => {
    const random = new Random(18)
    const stream = octets(`\r\n${first}\r\n\r\n${second}${third}\r\n\r\n\r\n\r\n\r\n${first}`)
    const whole = frames([stream])
    expect(whole).toEqual([first, 'ping', second, third, 'ping', 'ping', first])
    expect(frames(split(stream, random, 1))).toEqual(whole)
    for (let round = 0; round < 300; round++) expect(frames(split(stream, random, random.pick([2, 5, 50, 2000])))).toEqual(whole)
  })

  it('finds the empty line wherever it lies between other CRs and LFs', () => {
    for (const tail of ['', '\r', '\n', '\r\n', '\n\r', '\r\n\r', '\r\r', '\n\n\r\n\r', 'x\r\n\r'])
      for (let pad = 0; pad < 8; pad++) {
        const text = `A\r\nl: 0\r\nX: ${'-'.repeat(pad)}${tail}-\r\n\r\n`
        expect(frames([octets(text + text)]), JSON.stringify(text)).toEqual(frames(split(octets(text + text), new Random(1), 1)))
      }
  })

  it('ignores CRLF before a start line, RFC 3261 7.5', () => {
    expect(frames([octets(`\r\n${first}\r\n${second}`)])).toEqual([first, second])
  })

  it('reports a double CRLF as ping and a single one as nothing, RFC 5626 4.4.1', () => {
    expect(frames([octets('\r\n\r\n')])).toEqual(['ping'])
    expect(frames([octets('\r\n')])).toEqual([])
    expect(frames(['\r', '\n', '\r', '\n', '\r\n'].map(octets))).toEqual(['ping'])
    expect(frames([octets(`\r\r\n\r\n${second}`)])).toEqual(['ping', second])
  })

  it('hands over the header part and then throws when Content-Length is missing, malformed or repeated', () => {
    const random = new Random(20)
    for (const line of [
      'X: 1',
      'Content-Length: -1',
      'Content-Length: 1x',
      'Content-Length:',
      'Content-Length: 0\r\nl: 0',
      'Content-Length 0',
    ]) {
      const bad = request('MESSAGE', line)
      expect(frames([octets(first + bad + second)]), line).toEqual([first, bad, 'Content-Length 400'])
      expect(frames(split(octets(first + bad + second), random, 9)), line).toEqual([first, bad, 'Content-Length 400'])
    }
  })

  it('enforces the size limit before buffering', () => {
    const limits = { ...defaultLimits, messageBytes: 600 }
    const long = request('MESSAGE', 'Content-Length: 601')
    expect(frames([octets(long)], limits)).toEqual([long, 'Content-Length 513'])
    const endless = octets('x'.repeat(2000))
    expect(frames([endless], limits)).toEqual(['message-size 513'])
    expect(frames(split(endless, new Random(1), 7), limits)).toEqual(['message-size 513'])
    const fits = message('x'.repeat(600 - message('x'.repeat(100)).length + 100))
    expect(octets(fits)).toHaveLength(600)
    expect(frames(split(octets(fits + fits), new Random(2), 90), limits)).toEqual([fits, fits])
  })

  it('stays lost', () => {
    const framer = new StreamFramer({ message: () => {}, ping: () => {} })
    expect(() => framer.push(octets(request('MESSAGE')))).toThrow(SipParseError)
    expect(() => framer.push(octets(second))).toThrow(SipParseError)
  })
})
