import { expect, it } from 'vitest'

import { Random } from './random.ts'

it('gives the same numbers for the same seed and others for another', () => {
  const draw = (seed: number): readonly number[] => {
    const random = new Random(seed)
    return Array.from({ length: 20 }, () => random.next())
  }
  expect(draw(7)).toEqual(draw(7))
  expect(draw(7)).not.toEqual(draw(8))
})

it('stays within a span and reaches both ends', () => {
  const random = new Random(1)
  const drawn = Array.from({ length: 500 }, () => random.within([3, 6]))
  expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6]))
})

it('picks by weight', () => {
  const random = new Random(1)
  const list = [
    { name: 'often', weight: 9 },
    { name: 'rarely', weight: 1 },
    { name: 'never', weight: 0 },
  ]
  const drawn = Array.from({ length: 1000 }, () => random.weighted(list).name)
  expect(drawn.filter((name) => name === 'often').length).toBeGreaterThan(850)
  expect(drawn).toContain('rarely')
  expect(drawn).not.toContain('never')
})
