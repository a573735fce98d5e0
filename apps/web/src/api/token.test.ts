import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenStore } from './token.ts'

const TOKEN = 'open-sesame-0123'

describe('tokenStore', () => {
  let stored: Map<string, string>
  const location = { hash: '', pathname: '/tx', search: '?f=486' }
  const replaceState = vi.fn<(state: unknown, title: string, url: string) => void>()

  beforeEach(() => {
    stored = new Map()
    replaceState.mockClear()
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, text: string) => stored.set(key, text),
    })
    vi.stubGlobal('location', location)
    vi.stubGlobal('history', { state: null, replaceState })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('gives what was set', () => {
    expect(tokenStore.get()).toBeNull()
    tokenStore.set(TOKEN)
    expect(tokenStore.get()).toBe(TOKEN)
  })

  it('takes a stored text that cannot be a token for none', () => {
    tokenStore.set('http://192.0.2.7:8060/')
    expect(tokenStore.get()).toBeNull()
  })

  it('takes the token out of the address', () => {
    location.hash = `#token=${TOKEN}`
    expect(tokenStore.takeFromAddress()).toBe(true)
    expect(tokenStore.get()).toBe(TOKEN)
    expect(replaceState).toHaveBeenCalledWith(null, '', '/tx?f=486')
  })

  it('keeps the token it has when that of the address cannot be one', () => {
    tokenStore.set(TOKEN)
    location.hash = '#token=half a token'
    expect(tokenStore.takeFromAddress()).toBe(false)
    expect(tokenStore.get()).toBe(TOKEN)
    expect(replaceState).toHaveBeenCalledOnce()
  })

  it('leaves other fragments alone', () => {
    location.hash = '#other'
    expect(tokenStore.takeFromAddress()).toBe(false)
    expect(replaceState).not.toHaveBeenCalled()
  })

  it('holds the token itself where the storage of the tab is blocked', () => {
    const blocked = (): never => {
      throw new Error('SecurityError')
    }
    vi.stubGlobal('sessionStorage', { getItem: blocked, setItem: blocked })
    tokenStore.set(TOKEN)
    expect(tokenStore.get()).toBe(TOKEN)
  })
})
