import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../test/simulation/world.ts'
import type { SrvRecord } from './dns-source.ts'
import { orderSrv } from './srv-order.ts'

function record(target: string, priority: number, weight: number): SrvRecord {
  return { ttl: 60, priority, weight, port: 5060, target }
}

function order(records: readonly SrvRecord[], random: (() => number) | null): string {
  return orderSrv(records, random)
    .map(({ target }) => target)
    .join('')
}

/** How often each order came up in `draws` draws, as shares. */
function shares(records: readonly SrvRecord[], draws = 20_000): Readonly<Record<string, number>> {
  const random = seededRandom(7)
  const counts: Record<string, number> = {}
  for (let i = 0; i < draws; i++) {
    const drawn = order(records, random)
    counts[drawn] = (counts[drawn] ?? 0) + 1 / draws
  }
  return counts
}

describe('order of SRV records, RFC 2782', () => {
  it('lower priorities go first, whatever the weights', () => {
    const records = [record('c', 30, 100), record('a', 10, 0), record('b', 20, 50)]
    expect(order(records, null)).toBe('abc')
    expect(Object.keys(shares(records, 200))).toEqual(['abc'])
  })

  it('within a priority the first is drawn by its share of the weights', () => {
    const records = [record('a', 10, 60), record('b', 10, 30), record('c', 10, 10)]
    const first = { a: 0, b: 0, c: 0 }
    for (const [drawn, share] of Object.entries(shares(records))) first[drawn[0] as 'a'] += share
    expect(first.a).toBeCloseTo(0.6, 1)
    expect(first.b).toBeCloseTo(0.3, 1)
    expect(first.c).toBeCloseTo(0.1, 1)
  })

  it('so are the second and the third among those that are left', () => {
    const drawn = shares([record('a', 10, 60), record('b', 10, 30), record('c', 10, 10)])
    expect(drawn['abc'] / (drawn['abc'] + drawn['acb'])).toBeCloseTo(0.75, 1)
    expect(drawn['cab'] / (drawn['cab'] + drawn['cba'])).toBeCloseTo(2 / 3, 1)
    expect(Object.keys(drawn)).toHaveLength(6)
  })

  it('weight 0 has a small chance beside others, and never none', () => {
    const drawn = shares([record('a', 10, 99), record('b', 10, 0)])
    expect(drawn['ba']).toBeGreaterThan(0.002)
    expect(drawn['ba']).toBeLessThan(0.03)
  })

  it('weights of 0 alone keep all of them', () => {
    expect([...order([record('a', 10, 0), record('b', 10, 0), record('c', 10, 0)], () => 0.99)].toSorted()).toEqual(['a', 'b', 'c'])
  })

  it('the largest random number draws the last record', () => {
    expect(order([record('a', 10, 1), record('b', 10, 1)], () => 1 - Number.EPSILON)).toBe('ba')
  })

  it('without draw the heaviest goes first, dns_srv_lb 0', () => {
    expect(order([record('a', 10, 1), record('b', 10, 5), record('c', 5, 1)], null)).toBe('cba')
  })
})
