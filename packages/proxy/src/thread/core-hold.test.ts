import { describe, expect, it } from 'vitest'
import { CORES } from '../crossing/crossing-memory.ts'
import { CoreHold, type CoreScheduler } from './core-hold.ts'

class FakeScheduler implements CoreScheduler {
  running = 0
  allowed: number | null = null
  refuses = false
  runs = 0
  ms = 0

  current(): number {
    return this.running
  }
  hold(core: number): boolean {
    if (!this.refuses) this.allowed = core
    return !this.refuses
  }
  release(): void {
    this.allowed = null
  }
  waits(): { runs: number; ms: number } {
    return { runs: this.runs, ms: this.ms }
  }

  /** A second in which the thread ran so often and waited so long each time. */
  pass(runs: number, wait: number): void {
    this.runs += runs
    this.ms += runs * wait
  }
}

function shared(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(CORES * Int32Array.BYTES_PER_ELEMENT))
}

describe('a SIP thread and its core', () => {
  it('stays on the core that it runs on', () => {
    const scheduler = new FakeScheduler()
    const hold = new CoreHold(scheduler, shared(), 0)
    scheduler.running = 3
    hold.look()
    expect(scheduler.allowed).toBe(3)
    scheduler.pass(1500, 0.05)
    hold.look()
    expect(hold.report()).toEqual({ core: 3, waited: expect.closeTo(0.075) })
  })

  it('lets go of a core that it has to wait for, and holds the one that the scheduler finds', () => {
    const scheduler = new FakeScheduler()
    const holders = shared()
    const hold = new CoreHold(scheduler, holders, 0)
    hold.look()
    scheduler.pass(300, 2)
    hold.look()
    expect(scheduler.allowed).toBeNull()
    expect(holders[0]).toBe(0)
    scheduler.running = 1
    scheduler.pass(1500, 0.01)
    hold.look()
    expect(scheduler.allowed).toBe(1)
  })

  it('is left to the scheduler while it waits everywhere', () => {
    const scheduler = new FakeScheduler()
    const hold = new CoreHold(scheduler, shared(), 0)
    for (let second = 0; second < 3; second++) {
      scheduler.pass(100, 1)
      hold.look()
    }
    expect(hold.report().core).toBeNull()
  })

  it('never holds the core of another SIP thread', () => {
    const holders = shared()
    const [first, second] = [new FakeScheduler(), new FakeScheduler()]
    const holds = [new CoreHold(first, holders, 0), new CoreHold(second, holders, 1)]
    for (const hold of holds) hold.look()
    expect([first.allowed, second.allowed]).toEqual([0, null])
    second.running = 1
    holds[1].look()
    expect(second.allowed).toBe(1)
  })

  it('leaves a core to others when the system refuses it', () => {
    const scheduler = new FakeScheduler()
    const holders = shared()
    scheduler.refuses = true
    const hold = new CoreHold(scheduler, holders, 0)
    hold.look()
    expect(hold.report().core).toBeNull()
    expect(holders[0]).toBe(0)
  })
})
