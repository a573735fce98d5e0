import { describe, expect, it } from 'vitest'
import { KEYMAP, resolveKey } from './keymap.ts'

const stroke = (key: string, ctrl = false) => ({ key, ctrl, alt: false })

describe('resolveKey', () => {
  it('waits for the second key of a sequence', () => {
    expect(resolveKey('', stroke('g'))).toEqual({ pending: 'g' })
    expect(resolveKey('g', stroke('t'))).toEqual({ action: 'go-transactions' })
    expect(resolveKey('g', stroke('z'))).toBeNull()
  })

  it('tells plain keys from Ctrl keys, so that the browser keeps its own', () => {
    expect(resolveKey('', stroke('p'))).toEqual({ action: 'pause' })
    expect(resolveKey('', stroke('p', true))).toBeNull()
    expect(resolveKey('', stroke('K', true))).toEqual({ action: 'palette' })
  })

  it('has no key twice', () => {
    const keys = Object.values(KEYMAP).map((entry) => entry.keys)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
