import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { Method, methodName, methodOf } from './method.ts'

function method(text: string): number {
  return methodOf(octets(text), 0, text.length)
}

describe('methodOf', () => {
  it('knows every method by name', () => {
    for (const [name, bit] of Object.entries(Method)) {
      if (name !== 'OTHER') expect(method(name)).toBe(bit)
      expect(methodName(bit)).toBe(name)
    }
  })

  it('MUST compare methods case-sensitively, RFC 3261 7.1', () => {
    expect(method('invite')).toBe(Method.OTHER)
    expect(method('Invite')).toBe(Method.OTHER)
  })

  it('is OTHER for extensions and for beginnings of names', () => {
    for (const text of ['NEWMETHOD', 'INVIT', 'INVITES', '']) expect(method(text)).toBe(Method.OTHER)
  })
})
