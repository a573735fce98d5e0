import { describe, expect, it } from 'vitest'
import { octets, textOf } from '../test/message-text.ts'
import { findParam } from './param.ts'
import { Range } from './range.ts'

function find(text: string, name: string): string | null {
  const bytes = octets(text)
  const out = new Range()
  return findParam(bytes, 0, bytes.length, name, out) ? textOf(bytes, out.start, out.end) : null
}

describe('findParam', () => {
  it('finds values and flags by lower-case name in any case', () => {
    expect(find(';a=1;LR;Expires=3600', 'expires')).toBe('3600')
    expect(find(';a=1;LR;Expires=3600', 'lr')).toBe('')
    expect(find(';a=1', 'a')).toBe('1')
    expect(find(';a=1', 'b')).toBeNull()
    expect(find('', 'a')).toBeNull()
  })

  it('does not look into other values', () => {
    expect(find(';x="a;q=1";q=0.5', 'q')).toBe('0.5')
    expect(find(';qq=1;q=0.7', 'q')).toBe('0.7')
  })

  it('keeps the quotes of a quoted value', () => {
    expect(find(';+sip.instance="<urn:uuid:1>";reg-id=1', '+sip.instance')).toBe('"<urn:uuid:1>"')
  })

  it('allows whitespace around the equal sign', () => {
    expect(find('; q = 0.33 ; x', 'q')).toBe('0.33')
  })

  it('reads IPv6 references and escaped names of URIs', () => {
    expect(find(';maddr=[2001:db8::1];lr', 'maddr')).toBe('[2001:db8::1]')
    expect(find(';[x]/y:z=1', '[x]/y:z')).toBe('1')
  })
})
