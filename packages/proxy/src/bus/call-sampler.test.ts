import { octetHash } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import { callHash, CallSampler } from './call-sampler.ts'

const BUDGET = 100
const PER_CALL = 2

const encoder = new TextEncoder()

function hashOf(callId: string): number {
  const bytes = encoder.encode(callId)
  return callHash(octetHash(bytes, 0, bytes.length))
}

/** That many seconds of so many calls each; the transactions recorded in each second. */
function load(sampler: CallSampler, seconds: number, calls: number): number[] {
  return Array.from({ length: seconds }, (_, second) => {
    let recorded = 0
    for (let call = 0; call < calls; call++) {
      if (!sampler.takes(hashOf(`${call}-${second}@10.0.0.1`))) continue
      for (let transaction = 0; transaction < PER_CALL; transaction++) sampler.spend(BUDGET)
      recorded += PER_CALL
    }
    sampler.tick(BUDGET)
    return recorded
  })
}

describe('CallSampler', () => {
  it('takes every call while the budget is enough', () => {
    const sampler = new CallSampler()
    expect(load(sampler, 5, 40)).toEqual([80, 80, 80, 80, 80])
    expect(sampler.oneIn).toBe(1)
  })

  it('MUST stay within the budget whatever the load, after the first second', () => {
    for (const calls of [100, 2000, 20_000]) {
      const sampler = new CallSampler()
      const [first, ...others] = load(sampler, 10, calls)
      expect(first).toBeLessThan(BUDGET * 8)
      expect(Math.max(...others)).toBeLessThanOrEqual(BUDGET * 1.6)
    }
  })

  it('finds a share and keeps it while the load stays', () => {
    const sampler = new CallSampler()
    load(sampler, 6, 2000)
    const { oneIn } = sampler
    const recorded = load(sampler, 20, 2000)
    expect(sampler.oneIn).toBe(oneIn)
    expect(Math.min(...recorded)).toBeGreaterThan(BUDGET / 5)
  })

  it('takes every call again soon after the load has gone', () => {
    const sampler = new CallSampler()
    load(sampler, 3, 20_000)
    expect(sampler.oneIn).toBeGreaterThan(200)
    load(sampler, 12, 2)
    expect(sampler.oneIn).toBe(1)
  })

  it('a call that few shares take is taken by every larger share', () => {
    const sampler = new CallSampler()
    const calls = Array.from({ length: 5000 }, (_, i) => hashOf(`call-${i}`))
    let before = calls
    for (let i = 0; i < 6; i++) {
      while (!sampler.spend(BUDGET)) {
        /* until the share halves */
      }
      const taken = calls.filter((hash) => sampler.takes(hash))
      expect(taken.every((hash) => before.includes(hash))).toBe(true)
      expect(taken.length / before.length).toBeGreaterThan(0.3)
      expect(taken.length / before.length).toBeLessThan(0.7)
      before = taken
    }
  })

  it('spreads Call-IDs that differ in one digit', () => {
    const taken = Array.from({ length: 8000 }, (_, i) => hashOf(`${i}-77@127.0.0.1`)).filter((hash) => (hash & 15) === 0)
    expect(taken.length).toBeGreaterThan(400)
    expect(taken.length).toBeLessThan(600)
  })
})
