import { describe, expect, it } from 'vitest'
import { reasonPhrase } from './reason-phrase.ts'

describe('reasonPhrase', () => {
  it('knows the codes of RFC 3261 21', () => {
    expect(reasonPhrase(100)).toBe('Trying')
    expect(reasonPhrase(487)).toBe('Request Terminated')
    expect(reasonPhrase(505)).toBe('Version Not Supported')
  })

  it('treats an unknown code as the x00 of its class, RFC 3261 8.1.3.2', () => {
    expect(reasonPhrase(499)).toBe('Bad Request')
    expect(reasonPhrase(699)).toBe('Busy Everywhere')
    expect(reasonPhrase(799)).toBe('Unknown')
  })
})
