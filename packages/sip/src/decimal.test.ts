import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { parseDecimal } from './decimal.ts'

function decimal(text: string, max: number): number {
  return parseDecimal(octets(text), 0, text.length, max)
}

describe('parseDecimal', () => {
  it('reads digits with leading zeros', () => {
    expect(decimal('0068', 255)).toBe(68)
    expect(decimal('4294967295', 0xffff_ffff)).toBe(4_294_967_295)
  })

  it('is -1 for what is no number or too large', () => {
    for (const text of ['', '-1', '1a', ' 1', '256']) expect(decimal(text, 255), text).toBe(-1)
    expect(decimal('9'.repeat(400), 0xffff_ffff)).toBe(-1)
  })
})
