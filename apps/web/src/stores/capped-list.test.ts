import { describe, expect, it } from 'vitest'
import { CappedList } from './capped-list.ts'

describe('CappedList', () => {
  it('keeps the newest entries, and room for more', () => {
    const list = new CappedList<number>(10)
    list.push(Array.from({ length: 25 }, (_, i) => i))
    expect(list.length).toBe(9)
    expect(list.toArray().at(-1)).toBe(24)
  })

  it('hands out a copy that later pushes do not change', () => {
    const list = new CappedList<number>(10)
    list.push([1])
    const seen = list.toArray()
    list.push([2])
    expect(seen).toEqual([1])
  })
})
