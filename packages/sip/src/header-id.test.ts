import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { HeaderId, headerIdCount, headerIdOf, headerName } from './header-id.ts'

function idOf(text: string): number {
  return headerIdOf(octets(text), 0, text.length)
}

describe('headerIdOf', () => {
  it('finds every canonical name in any case, RFC 3261 7.3.1', () => {
    for (let id = 1; id < headerIdCount; id++) {
      expect(idOf(headerName(id))).toBe(id)
      expect(idOf(headerName(id).toUpperCase())).toBe(id)
      expect(idOf(headerName(id).toLowerCase())).toBe(id)
    }
  })

  it('names the ids like the headers', () => {
    for (const [name, id] of Object.entries(HeaderId)) {
      if (id !== HeaderId.OTHER) expect(headerName(id).toUpperCase().replaceAll('-', '_')).toBe(name)
    }
    expect(headerName(HeaderId.OTHER)).toBe('')
  })

  it('finds compact forms in both cases, RFC 3261 7.3.3', () => {
    expect([...'ceFiklmstvV'].map(idOf)).toEqual([
      HeaderId.CONTENT_TYPE,
      HeaderId.CONTENT_ENCODING,
      HeaderId.FROM,
      HeaderId.CALL_ID,
      HeaderId.SUPPORTED,
      HeaderId.CONTENT_LENGTH,
      HeaderId.CONTACT,
      HeaderId.SUBJECT,
      HeaderId.TO,
      HeaderId.VIA,
      HeaderId.VIA,
    ])
    expect([...'ruoxbajdy'].map(idOf)).not.toContain(HeaderId.OTHER)
  })

  it('is OTHER for extension headers', () => {
    for (const text of ['', 'z', 'Vi', 'Viaa', 'Contac', 'X-Custom', 'Content_Length', 'Call\rID'])
      expect(idOf(text), text).toBe(HeaderId.OTHER)
  })
})
