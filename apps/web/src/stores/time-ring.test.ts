import { describe, expect, it } from 'vitest'
import { TimeRing } from './time-ring.ts'

describe('TimeRing', () => {
  it('returns the window oldest first', () => {
    const ring = new TimeRing(4, ['a'])
    for (const second of [10, 11, 12, 13, 14]) ring.put(second, { a: second })
    expect(ring.series('a', 14)).toEqual([11, 12, 13, 14])
  })

  it('keeps a gap as null instead of joining it', () => {
    const ring = new TimeRing(5, ['a'])
    ring.put(10, { a: 1 })
    ring.put(13, { a: 4 })
    expect(ring.series('a', 13)).toEqual([null, 1, null, null, 4])
  })

  it('forgets everything after a pause longer than the window', () => {
    const ring = new TimeRing(3, ['a'])
    ring.put(10, { a: 1 })
    ring.put(100, { a: 2 })
    expect(ring.series('a', 100)).toEqual([null, null, 2])
    expect(ring.series('a', 12)).toEqual([null, null, null])
  })

  it('lets the later sample of a second win and ignores samples before the window', () => {
    const ring = new TimeRing(3, ['a'])
    ring.put(10, { a: 1 })
    ring.put(10, { a: 2 })
    ring.put(5, { a: 9 })
    expect(ring.series('a', 10)).toEqual([null, null, 2])
  })
})
