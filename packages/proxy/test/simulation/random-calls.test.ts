import { describe, expect, it } from 'vitest'
import { randomCalls } from './random-calls.ts'

describe('randomised simulation', () => {
  it.each(Array.from({ length: 40 }, (_, i) => i + 1))('seed %i leaves nothing behind and answers every caller once', (seed) => {
    expect(randomCalls(seed, 40).violations).toEqual([])
  })

  it.each(Array.from({ length: 40 }, (_, i) => i + 1))(
    'seed %i: threads that share the addresses have each request in one of them',
    (seed) => {
      expect(randomCalls(seed, 40, 2 + (seed % 3)).violations).toEqual([])
    },
  )

  it.each([96, 97, 98, 99])('replays seed %i exactly', (seed) => {
    expect(randomCalls(seed, 20).fingerprint()).toBe(randomCalls(seed, 20).fingerprint())
  })
})
