import { describe, expect, it } from 'vitest'
import { pathBuilder, searchCodec, serverPath } from './path-builder.ts'

describe('pathBuilder', () => {
  it('names a transaction by index:label', () => {
    expect(pathBuilder.transaction('12:345', { tab: 'json' })).toEqual({
      to: '/tx/$key',
      params: { key: '12:345' },
      search: { tab: 'json' },
    })
  })

  it('escapes method names in server paths', () => {
    expect(serverPath.rpc('tm.stats')).toBe('/api/v1/rpc/tm.stats')
    expect(serverPath.rpc('a/b')).toBe('/api/v1/rpc/a%2Fb')
  })

  it('derives the socket address from the page origin', () => {
    expect(serverPath.live('http://127.0.0.1:8060')).toBe('ws://127.0.0.1:8060/ws')
    expect(serverPath.live('https://proxy.example')).toBe('wss://proxy.example/ws')
  })
})

describe('searchCodec', () => {
  it('keeps a filter that looks like a number as text', () => {
    expect(searchCodec.parse('?f=486')).toEqual({ f: '486' })
  })

  it('round-trips operators and blanks', () => {
    const search = { f: 'status>=400 method==INVITE', s: '-created' }
    expect(searchCodec.parse(searchCodec.stringify(search))).toEqual(search)
  })

  it('leaves out empty and undefined values', () => {
    expect(searchCodec.stringify({ f: '', s: undefined, msg: 7 })).toBe('?msg=7')
    expect(searchCodec.stringify({})).toBe('')
  })
})
