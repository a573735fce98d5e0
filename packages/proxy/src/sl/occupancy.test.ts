import { describe, expect, it } from 'vitest'
import { Occupancy } from './occupancy.ts'

const LIMITS = { start: 98, target: 90 }

/**
 * A thread whose work is `load` times what it can do when everything is admitted, sampled ten times a second; a tenth of a request's
 * work is what refusing it costs. What it does not get done waits, up to a socket's buffer.
 */
class Thread {
  readonly occupancy = new Occupancy()
  readonly shares: number[] = []
  #backlog = 0
  done = 0

  run(seconds: number, load: (second: number) => number, noise: (sample: number) => number = () => 0): void {
    for (let sample = 0; sample < seconds * 10; sample++) {
      const offered = load(sample / 10)
      const admitted = offered * this.occupancy.admitted
      const work = this.#backlog + admitted + (offered - admitted) * 0.1
      const busy = Math.min(1, work + noise(sample))
      this.#backlog = Math.min(2, Math.max(0, work - 1))
      this.done += Math.min(1, work) * (admitted / Math.max(work, 0.001))
      this.occupancy.sample(busy, LIMITS)
      this.shares.push(this.occupancy.admitted)
    }
  }
}

describe('the share of new requests that is admitted', () => {
  it('is all of them below saturation, whatever the load', () => {
    const thread = new Thread()
    thread.run(20, (second) => second / 20.5)
    expect(new Set(thread.shares)).toEqual(new Set([1]))
  })

  it('falls within four tenths of a second of saturation, before the first retransmission of RFC 3261 17.1.1.2', () => {
    const thread = new Thread()
    thread.run(1, () => 2)
    expect(thread.shares.findIndex((share) => share < 1)).toBe(3)
  })

  it.each([
    [1.2, 0.72],
    [1.5, 0.55],
    [2, 0.4],
    [4, 0.14],
  ])('settles where a load of %d leaves the thread at its target, without swinging', (load, share) => {
    const thread = new Thread()
    thread.run(20, () => load)
    const settled = thread.shares.slice(50)
    expect(settled.at(-1)).toBeGreaterThan(share * 0.95)
    expect(settled.at(-1)).toBeLessThan(share * 1.06)
    expect(Math.max(...settled) - Math.min(...settled)).toBeLessThan(0.02)
  })

  it('leaves something to every load', () => {
    const thread = new Thread()
    thread.run(20, () => 1000)
    expect(Math.min(...thread.shares)).toBe(0.02)
  })

  it('is all of them again within a second of the end of the load, and ends the episode a second later', () => {
    const thread = new Thread()
    thread.run(10, () => 4)
    thread.run(2.5, () => 0.4)
    expect(thread.shares.slice(100).findIndex((share) => share === 1)).toBeLessThan(10)
    expect(thread.occupancy.active).toBe(false)
  })

  it('follows a load that grows and shrinks, in proportion', () => {
    const thread = new Thread()
    const shares = [1.5, 3, 1.5].map((load) => {
      thread.run(5, () => load)
      return thread.occupancy.admitted
    })
    expect(shares[1]).toBeLessThan(shares[0] / 2)
    expect(shares[2]).toBeCloseTo(shares[0], 1)
  })

  it('does not start for three samples, be they as busy as they may', () => {
    const thread = new Thread()
    thread.run(
      30,
      () => 0.5,
      (sample) => (sample % 6 < 3 ? 0.5 : 0),
    )
    expect(new Set(thread.shares)).toEqual(new Set([1]))
  })

  it('starts once for one wave of load, not again and again', () => {
    const thread = new Thread()
    let starts = 0
    for (let second = 0; second < 30; second++) {
      const before = thread.occupancy.active
      thread.run(
        1,
        () => 1.1,
        (sample) => ((sample * 7) % 10) / 100 - 0.05,
      )
      if (!before && thread.occupancy.active) starts++
    }
    expect(starts).toBe(1)
  })
})
