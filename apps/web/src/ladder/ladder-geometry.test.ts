import { describe, expect, it } from 'vitest'
import { arrowEnds, cut, geometryOf } from './ladder-geometry.ts'
import { PROXY_LANE, UAC_LANE, type Lane } from './ladder-model.ts'

const lane = (id: number): Lane => ({ id, title: String(id), address: '' })
const lanes = (branches: number): Lane[] => [lane(UAC_LANE), lane(PROXY_LANE), ...Array.from({ length: branches }, (_, i) => lane(i))]

describe('geometryOf', () => {
  it('fits two branches into 1200 px', () => {
    const geometry = geometryOf(lanes(2), 1200)
    expect(geometry.width).toBe(1200)
    expect(geometry.x(UAC_LANE)).toBeLessThan(geometry.proxyLeft)
    expect(geometry.x(0)).toBeGreaterThan(geometry.proxyRight)
    expect(geometry.x(1)).toBeGreaterThan(geometry.x(0))
  })

  it('grows wider than a phone instead of squeezing labels', () => {
    expect(geometryOf(lanes(1), 390).width).toBeGreaterThan(600)
  })

  it('has no caller lane for a local transaction', () => {
    const geometry = geometryOf([lane(PROXY_LANE), lane(0)], 800)
    expect(geometry.proxyLeft).toBeLessThan(120)
  })

  it('ends arrows at the edges of the proxy', () => {
    const geometry = geometryOf(lanes(1), 1200)
    expect(arrowEnds(geometry, UAC_LANE, PROXY_LANE)).toEqual([geometry.x(UAC_LANE), geometry.proxyLeft])
    expect(arrowEnds(geometry, PROXY_LANE, 0)).toEqual([geometry.proxyRight, geometry.x(0)])
  })
})

describe('cut', () => {
  it('marks what it took away', () => {
    expect(cut('INVITE sip:bob@example.net', 12)).toBe('INVITE sip:…')
    expect(cut('BYE', 12)).toBe('BYE')
  })
})
