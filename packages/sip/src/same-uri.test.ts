import { describe, expect, it } from 'vitest'
import { octets } from '../test/message-text.ts'
import { sameUri } from './same-uri.ts'
import { Uri, parseUri } from './uri.ts'

function same(left: string, right: string): boolean {
  const a = new Uri()
  const b = new Uri()
  const aBytes = octets(left)
  const bBytes = octets(right)
  parseUri(a, aBytes, 0, aBytes.length)
  parseUri(b, bBytes, 0, bBytes.length)
  const result = sameUri(a, aBytes, b, bBytes)
  expect(sameUri(b, bBytes, a, aBytes)).toBe(result)
  return result
}

describe('sameUri, RFC 3261 19.1.4', () => {
  const equivalent: readonly (readonly [string, string])[] = [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    ['sip:alice@atlanta.com?subject=project%20x&priority=urgent', 'sip:alice@atlanta.com?priority=urgent&subject=project%20x'],
    ['SIP:a@b', 'sip:a@b'],
  ]
  for (const [left, right] of equivalent) it(`${left} is ${right}`, () => expect(same(left, right)).toBe(true))

  const different: readonly (readonly [string, string])[] = [
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:alice@atlanta.com', 'sip:atlanta.com'],
    ['sip:alice@atlanta.com', 'sip:alice:secret@atlanta.com'],
    ['sip:alice@atlanta.com', 'sips:alice@atlanta.com'],
    ['sip:a%3Bb@h', 'sip:a;b@h'],
    ['sip:a@h;maddr=10.0.0.1', 'sip:a@h'],
  ]
  for (const [left, right] of different) it(`${left} is not ${right}`, () => expect(same(left, right)).toBe(false))

  it('ignores visual separators of telephone numbers, RFC 3966 5', () => {
    expect(same('tel:+1-201-555-0123', 'tel:+1(201)555.0123')).toBe(true)
    expect(same('tel:7042;phone-context=example.com', 'tel:7042')).toBe(false)
  })

  it('compares other schemes octet by octet', () => {
    expect(same('urn:isbn:1', 'urn:isbn:1')).toBe(true)
    expect(same('urn:isbn:1', 'urn:isbn:2')).toBe(false)
  })
})
