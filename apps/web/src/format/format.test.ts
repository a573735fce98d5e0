import { describe, expect, it } from 'vitest'
import { formatCount, formatMs, formatRate } from './number.ts'
import { shortParty, shortUri } from './sip.ts'
import { formatClock, formatDuration, formatOffset, formatStamp } from './time.ts'

describe('numbers', () => {
  it('tells zero from unknown', () => {
    expect(formatCount(0)).toBe('0')
    expect(formatCount(null)).toBe('–')
    expect(formatRate(0)).toBe('0')
    expect(formatRate(undefined)).toBe('–')
  })

  it('keeps about three figures', () => {
    expect([0.418, 12.34, 123.4, 1204.4].map(formatRate)).toEqual(['0.42', '12.3', '123', '1,204'])
    expect(formatMs(1.23)).toBe('1.2')
  })
})

describe('times', () => {
  const t = Date.UTC(2026, 10, 22, 14, 3, 7, 123)

  it('shows the chosen zone', () => {
    expect(formatClock(t, 'utc')).toBe('14:03:07.123')
    expect(formatClock(t, 'utc', false)).toBe('14:03:07')
    expect(formatStamp(t, 'utc')).toBe('2026-11-22 14:03:07.123 UTC')
  })

  it('names lengths in their natural unit', () => {
    expect([0.42, 1.2, 312, 3200, 125_000, 11_520_000, 353_000_000].map(formatDuration)).toEqual([
      '<1 ms',
      '1 ms',
      '312 ms',
      '3.2 s',
      '2 min 5 s',
      '3 h 12 min',
      '4 d 2 h',
    ])
    expect(formatOffset(12)).toBe('+0.012')
    expect(formatOffset(125_000)).toBe('+2:05.0')
  })
})

describe('SIP parties', () => {
  it.each([
    ['"Alice A" <sip:alice@example.net>;tag=9', 'Alice A'],
    ['<sip:alice@example.net:5080;transport=udp>;tag=9', 'alice@example.net:5080'],
    ['sip:alice@example.net;tag=9', 'alice@example.net'],
    ['Bob <sip:bob@example.net>', 'Bob'],
  ])('%s is %s', (value, expected) => expect(shortParty(value)).toBe(expected))

  it('strips scheme and parameters from URIs', () => {
    expect(shortUri('tel:+4930123;phone-context=x')).toBe('+4930123')
  })
})
