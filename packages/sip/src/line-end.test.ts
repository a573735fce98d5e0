import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { lineEndFrom } from './line-end.ts'
import { SipMessage } from './message.ts'
import { SipParseError } from './parse-error.ts'

/** The end of the first line in each of eight positions within a word, which must all agree. */
function lineEnd(text: string): number {
  const ends = new Set<number>()
  for (let shift = 0; shift < 8; shift++) {
    const message = new SipMessage()
    const bytes = octets(`${'-'.repeat(shift)}${text}`)
    message.reset(bytes, shift, bytes.length)
    ends.add(lineEndFrom(message, shift) - shift)
  }
  expect(ends.size).toBe(1)
  return [...ends][0]
}

describe('lineEndFrom', () => {
  it('ends at CRLF, wherever the line lies in memory', () => {
    for (let length = 0; length < 20; length++) expect(lineEnd(`${'x'.repeat(length)}\r\nnext: line\r\n`)).toBe(length + 2)
  })

  it('goes on over folded lines, RFC 3261 7.3.1', () => {
    expect(lineEnd('a\r\n b\r\n\tc\r\nnext')).toBe(11)
    expect(lineEnd('\r\n b\r\n')).toBe(6)
  })

  it('ends at the end of the message', () => {
    expect(lineEnd('a\r\n')).toBe(3)
  })

  it('passes other control characters and octets above ASCII', () => {
    expect(lineEnd('"\\\u0000\\\u0007" \u007f é\t€\r\nnext')).toBe(17)
  })

  it('takes no lone CR or LF for a line end or for text', () => {
    for (const text of [
      'a\nb\r\n',
      'a\rb\r\n',
      'a\r\r\n',
      'a\r',
      'a',
      '',
      'long enough for a word\nb\r\n',
      'long enough\rfor a word\r\n',
    ]) {
      expect(() => lineEnd(text), JSON.stringify(text)).toThrow(SipParseError)
    }
  })
})
