import { describe, expect, it } from 'vitest'
import { formatIp, isLoopback, isUnicast, parseIp, sameNetwork } from './ip-address.ts'

function canonical(text: string): string | null {
  const bytes = parseIp(text)
  return bytes === null ? null : formatIp(bytes, 0, bytes.length === 4 ? 4 : 6)
}

describe('IP address text', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8::0:1', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['fe80::', 'fe80::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('reads %s and writes it as RFC 5952 says', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    '1.2.3.a',
    ':1',
    '1:::2',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '12345::',
    '::1.2.3.4:5',
    'example.com',
  ])('refuses %s', (text) => {
    expect(parseIp(text)).toBeNull()
  })

  it('tells what may be sent to and what is near', () => {
    const of = (text: string): Uint8Array => parseIp(text) ?? new Uint8Array(0)
    expect(['127.9.9.9', '::1'].every((text) => isLoopback(of(text)))).toBe(true)
    expect(['192.0.2.1', '::2'].some((text) => isLoopback(of(text)))).toBe(false)
    expect(['0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1'].some((text) => isUnicast(of(text)))).toBe(false)
    expect(['10.0.0.255', 'fe80::1'].every((text) => isUnicast(of(text)))).toBe(true)
    expect(sameNetwork(of('10.1.2.3'), of('10.1.3.3'), 23)).toBe(true)
    expect(sameNetwork(of('10.1.2.3'), of('10.1.3.3'), 24)).toBe(false)
    expect(sameNetwork(of('10.1.2.3'), of('::1'), 0)).toBe(false)
  })
})
