import { describe, expect, it } from 'vitest'
import { SipParseError } from './parse-error.ts'
import { parseUriText } from './uri-text.ts'

describe('parseUriText', () => {
  it('gives the parts as strings', () => {
    const uri = parseUriText('SIPS:alice:pw@[2001:db8::1]:5061;Transport=tcp;lr?subject=x')
    expect({ ...uri, params: [...uri.params] }).toEqual({
      scheme: 'sips',
      user: 'alice',
      password: 'pw',
      host: '[2001:db8::1]',
      port: 5061,
      params: [
        ['transport', 'tcp'],
        ['lr', ''],
      ],
      headers: 'subject=x',
    })
  })

  it('throws SipParseError for text that is no URI or repeats a parameter', () => {
    expect(() => parseUriText('alice')).toThrow(SipParseError)
    expect(() => parseUriText('sip:a@b;x=1;x=2')).toThrow(SipParseError)
  })
})
