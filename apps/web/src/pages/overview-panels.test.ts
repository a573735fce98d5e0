import { describe, expect, it } from 'vitest'
import { PANELS } from './overview-panels.ts'

describe('the panel of the memory', () => {
  const panel = PANELS.find(({ title }) => title === 'Memory')

  it.each([
    [84_300_000, '84'],
    [1_200_000_000, '1,200'],
    [0, '0'],
    [null, '–'],
    [undefined, '–'],
  ])('tells %s bytes in its unit as %s', (bytes, text) => {
    expect(panel?.unit).toBe('MB')
    expect(panel?.format(bytes)).toBe(text)
  })
})
