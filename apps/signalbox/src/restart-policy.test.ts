import { describe, expect, it } from 'vitest'
import type { PartExit } from './part.ts'
import { Backoff } from './restart-policy.ts'

const killed = (lived: number): PartExit => ({ code: null, signal: 'SIGKILL', lived })

describe('Backoff', () => {
  it('doubles the pause up to eight seconds', () => {
    const backoff = new Backoff({ recoversFrom: () => true, limit: Infinity })
    expect(Array.from({ length: 7 }, () => backoff.after(killed(0)))).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000])
  })

  it('starts again after a steady life', () => {
    const backoff = new Backoff({ recoversFrom: () => true, limit: 2 })
    expect([0, 0, 60_000, 0].map((lived) => backoff.after(killed(lived)))).toEqual([250, 500, 250, 500])
  })

  it('gives up after its limit', () => {
    const backoff = new Backoff({ recoversFrom: () => true, limit: 1 })
    expect([backoff.after(killed(0)), backoff.after(killed(0))]).toEqual([250, null])
  })

  it('leaves alone what it does not recover from', () => {
    const backoff = new Backoff({ recoversFrom: (exit) => exit.signal !== null, limit: 5 })
    expect(backoff.after({ code: 1, signal: null, lived: 0 })).toBeNull()
  })
})
