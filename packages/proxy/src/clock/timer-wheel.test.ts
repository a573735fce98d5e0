import { describe, expect, it } from 'vitest'
import { TimerWheel } from './timer-wheel.ts'

function recorder(): { fired: [number, number][]; owner: { onTimer(kind: number, now: number): void } } {
  const fired: [number, number][] = []
  return { fired, owner: { onTimer: (kind, now) => fired.push([kind, now]) } }
}

/** Advances as the SIP thread does: from deadline to deadline. */
function run(wheel: TimerWheel, until: number): void {
  for (let next = wheel.nextDeadline(); next <= until; next = wheel.nextDeadline()) wheel.advance(next)
  wheel.advance(until)
}

describe('TimerWheel', () => {
  it('fires each timer at its deadline, also beyond the circumference', () => {
    const { fired, owner } = recorder()
    const wheel = new TimerWheel(1000)
    const deadlines = [1001, 1500, 5000, 66_535, 66_536, 66_537, 121_000, 181_000, 10_000_000]
    deadlines.forEach((deadline, kind) => wheel.arm(wheel.register(owner, kind), deadline))
    run(wheel, 10_000_000)
    expect(fired).toEqual(deadlines.map((deadline, kind) => [kind, deadline]))
    expect(wheel.armed).toBe(0)
    expect(wheel.nextDeadline()).toBe(Infinity)
  })

  it('fires timers of one millisecond in arming order', () => {
    const { fired, owner } = recorder()
    const wheel = new TimerWheel(0)
    for (let kind = 0; kind < 5; kind++) wheel.arm(wheel.register(owner, kind), 10)
    wheel.advance(10)
    expect(fired.map(([kind]) => kind)).toEqual([0, 1, 2, 3, 4])
  })

  it('lets a firing timer cancel and re-arm others of the same millisecond', () => {
    const fired: number[] = []
    const wheel = new TimerWheel(0)
    const timers: number[] = []
    const owner = {
      onTimer(kind: number): void {
        fired.push(kind)
        if (kind === 0) {
          wheel.cancel(timers[1])
          wheel.arm(timers[2], 30)
          wheel.arm(timers[0], 10)
        }
      },
    }
    for (let kind = 0; kind < 4; kind++) timers.push(wheel.register(owner, kind))
    for (const timer of timers) wheel.arm(timer, 10)
    wheel.advance(10)
    expect(fired).toEqual([0, 3])
    wheel.cancel(timers[0])
    run(wheel, 40)
    expect(fired).toEqual([0, 3, 2])
  })

  it('knows the deadline of a timer in whatever round, and of one that is about to fire', () => {
    const wheel = new TimerWheel(1000)
    const seen: number[] = []
    const timers: number[] = []
    const owner = { onTimer: (kind: number) => void (kind === 0 && seen.push(wheel.deadlineOf(timers[1]))) }
    for (let kind = 0; kind < 2; kind++) timers.push(wheel.register(owner, kind))
    for (const deadline of [1001, 65_535, 65_536, 200_000, 3_000_000_000]) {
      wheel.arm(timers[0], deadline)
      expect(wheel.deadlineOf(timers[0])).toBe(deadline)
    }
    for (const timer of timers) wheel.arm(timer, 70_000)
    run(wheel, 70_000)
    expect(seen).toEqual([70_000])
  })

  it('fires in one advance whatever became due during a long pause, in order', () => {
    const { fired, owner } = recorder()
    const wheel = new TimerWheel(0)
    wheel.arm(wheel.register(owner, 1), 70_000)
    wheel.arm(wheel.register(owner, 2), 4464)
    wheel.arm(wheel.register(owner, 3), 300_000)
    wheel.advance(200_000)
    expect(fired.map(([kind]) => kind)).toEqual([2, 1])
    expect(wheel.armed).toBe(1)
  })

  it('agrees with a sorted list for random arm and cancel sequences', () => {
    let seed = 42
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed % n
    }
    const wheel = new TimerWheel(0)
    const expected = new Map<number, number>()
    let now = 0
    const owner = {
      onTimer(kind: number, at: number): void {
        expect(expected.get(kind)).toBeLessThanOrEqual(at)
        expected.delete(kind)
      },
    }
    const timers = Array.from({ length: 200 }, (_, kind) => wheel.register(owner, kind))
    for (let step = 0; step < 20_000; step++) {
      const kind = random(200)
      if (random(3) === 0) {
        wheel.cancel(timers[kind])
        expected.delete(kind)
      } else {
        const deadline = now + 1 + random(random(2) === 0 ? 1000 : 200_000)
        wheel.arm(timers[kind], deadline)
        expected.set(kind, deadline)
      }
      now += random(50)
      wheel.advance(now)
      for (const deadline of expected.values()) if (deadline <= now) throw new Error(`missed ${deadline} at ${now}`)
      expect(wheel.armed).toBe(expected.size)
    }
  })
})
