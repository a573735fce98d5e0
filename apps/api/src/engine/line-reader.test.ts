import { expect, it } from 'vitest'
import { LineReader } from './line-reader.ts'

const bytes = (text: string) => Buffer.from(text)

it('gives whole lines however the bytes arrive', () => {
  const text = '{"a":"ä"}\n\n{"b":2}\nrest'
  for (let size = 1; size <= text.length + 1; size++) {
    const reader = new LineReader(100)
    const lines: string[] = []
    const all = bytes(text)
    for (let at = 0; at < all.length; at += size) lines.push(...reader.push(all.subarray(at, at + size)))
    expect(lines).toEqual(['{"a":"ä"}', '{"b":2}'])
  }
})

it('MUST refuse lines over the limit, in one piece or many', () => {
  expect(() => new LineReader(4).push(bytes('12345\n'))).toThrow(RangeError)
  const reader = new LineReader(4)
  reader.push(bytes('1234'))
  expect(() => reader.push(bytes('5'))).toThrow(RangeError)
})
