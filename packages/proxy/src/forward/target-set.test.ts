import { describe, expect, it } from 'vitest'
import { RoutedMessage } from './routed-message.ts'
import { appendTarget, byPreference, setRequestUri } from './target-set.ts'
import type { Target } from './target.ts'

function target(uri: string, q = -1): Target {
  return { uri, destinationUri: '', path: '', q, flags: 0, listener: null, instance: '', ruid: '' }
}

describe('the target set', () => {
  it('MUST NOT hold a URI twice, RFC 3261 16.5', () => {
    const m = new RoutedMessage()
    expect(appendTarget(m, target('sip:a@b'), 12)).toBe(true)
    expect(appendTarget(m, target('sip:a@b'), 12)).toBe(true)
    expect(m.targets).toHaveLength(1)
  })

  it.each([2, 12, 31])('holds max_branches = %i with the Request-URI, tm-reference 1', (most) => {
    const m = new RoutedMessage()
    for (let i = 1; i < most; i++) expect(appendTarget(m, target(`sip:${i}@b`), most)).toBe(true)
    expect(appendTarget(m, target('sip:more@b'), most)).toBe(false)
  })

  it('is ordered by q, highest first, unspecified as 1', () => {
    const ordered = [target('c', 300), target('a', -1), target('b', 700)].toSorted(byPreference)
    expect(ordered.map((one) => one.uri)).toEqual(['a', 'b', 'c'])
  })

  it('makes a consumed Request-URI usable again, tm-reference 6.2', () => {
    const m = new RoutedMessage()
    m.requestUriConsumed = true
    setRequestUri(m, 'sip:x@y')
    expect(m.requestUriConsumed).toBe(false)
  })
})
