import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { ByteWriter } from './byte-writer.ts'
import { SipParseError } from './parse-error.ts'

function written(size: number, write: (out: ByteWriter) => void): string {
  const out = new ByteWriter(size)
  write(out)
  return textOf(out.bytes, 0, out.at)
}

describe('ByteWriter', () => {
  it('writes text, numbers and octets one after the other', () => {
    const text = written(100, (out) => {
      out.ascii('CSeq: ')
      out.int(314_159)
      out.byte(32)
      out.utf8('grün 🙂')
      out.hex(0xbeef, 6)
    })
    expect(text).toBe('CSeq: 314159 grün 🙂00beef')
  })

  it('writes any number a header may hold', () => {
    for (const number of [0, 7, 10, 99, 100, 65_535, 4_294_967_295]) {
      expect(written(20, (out) => out.int(number))).toBe(String(number))
    }
    expect(written(8, (out) => out.hex(0xffff_ffff, 8))).toBe('ffffffff')
  })

  it('copies short and long ranges', () => {
    const source = octets('x'.repeat(30) + 'y'.repeat(300))
    for (const length of [0, 1, 63, 64, 65, 300]) {
      expect(written(300, (out) => out.range(source, 10, 10 + length))).toBe(textOf(source, 10, 10 + length))
    }
  })

  it('throws message-size with 513 instead of writing past its end', () => {
    const overflows: ((out: ByteWriter) => void)[] = [
      (out) => out.ascii('12345'),
      (out) => out.utf8('12345'),
      (out) => out.utf8('12é3'),
      (out) => out.utf8('1€€'),
      (out) => out.int(12_345),
      (out) => out.hex(0, 5),
      (out) => out.range(octets('12345'), 0, 5),
      (out) => out.range(new Uint8Array(100), 0, 100),
    ]
    for (const write of overflows) {
      expect(() => written(4, write)).toThrow(expect.objectContaining({ rule: 'message-size', status: 513 }))
      expect(() => written(4, write)).toThrow(SipParseError)
    }
  })
})
