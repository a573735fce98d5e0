import { describe, expect, it } from 'vitest'
import { internedText, isText } from './interned-text.ts'

const encoder = new TextEncoder()

describe('internedText', () => {
  it('is the text whatever was asked for before', () => {
    let state = 1
    for (let round = 0; round < 20_000; round++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      const text = `${state % 3 === 0 ? 'ü' : ''}${(state >>> 8) % 7000}`.padStart(state % 60, 'x')
      const bytes = encoder.encode(`<${text}>`)
      if (internedText(bytes, 1, bytes.length - 1) !== text) expect(internedText(bytes, 1, bytes.length - 1)).toBe(text)
    }
  })

  it('is empty for absent parts', () => {
    expect(internedText(encoder.encode('abc'), -1, -1)).toBe('')
    expect(internedText(encoder.encode('abc'), 2, 2)).toBe('')
  })
})

describe('isText', () => {
  it('compares octets', () => {
    const bytes = encoder.encode('10.0.0.1')
    expect(isText(bytes, 0, 8, '10.0.0.1')).toBe(true)
    expect(isText(bytes, 0, 8, '10.0.0.2')).toBe(false)
    expect(isText(bytes, 0, 7, '10.0.0.1')).toBe(false)
  })
})
