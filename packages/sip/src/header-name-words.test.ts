import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { HeaderId, headerIdCount, headerName } from './header-id.ts'
import { headerNameLength, matchHeaderName, matchReach } from './header-name-words.ts'

function match(text: string): number {
  const bytes = octets(`${text}${'x'.repeat(matchReach)}`)
  return matchHeaderName(new DataView(bytes.buffer, bytes.byteOffset), 0)
}

describe('matchHeaderName', () => {
  it('finds every name before its colon, in any case', () => {
    for (let id = 1; id < headerIdCount; id++) {
      expect(match(`${headerName(id)}: x`)).toBe(id)
      expect(match(`${headerName(id).toLowerCase()}: x`)).toBe(id)
      expect(match(`${headerName(id).toUpperCase()}: x`)).toBe(id)
      expect(headerNameLength[id]).toBe(headerName(id).length)
    }
  })

  it('leaves every other spelling to the slow way', () => {
    for (const text of ['v: x', 'Via : x', 'Viaa: x', 'Call\rID: x', 'Call-IDx:', 'X-Via: x'])
      expect(match(text), text).toBe(HeaderId.OTHER)
  })
})
