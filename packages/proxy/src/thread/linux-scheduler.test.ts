import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { openLibc } from '../transport/ffi-libc.ts'
import { linuxScheduler } from './linux-scheduler.ts'

const libc = openLibc()
const scheduler = libc === null ? null : linuxScheduler(libc)

/** As the kernel writes them: 0-1. */
function allowedCores(): string {
  return /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/thread-self/status', 'latin1'))?.[1] ?? ''
}

describe.skipIf(scheduler === null)('the scheduler of Linux', () => {
  afterEach(() => scheduler?.release())

  it('keeps the calling thread on one core and lets it go again', () => {
    if (scheduler === null) return
    const before = allowedCores()
    const core = scheduler.current()
    expect(scheduler.hold(core)).toBe(true)
    expect(allowedCores()).toBe(String(core))
    scheduler.release()
    expect(allowedCores()).toBe(before)
  })

  it('refuses a core that the machine has not', () => {
    const before = allowedCores()
    expect(scheduler?.hold(1000)).toBe(false)
    expect(allowedCores()).toBe(before)
  })

  it('tells how often the thread ran and how long it waited', () => {
    const { runs, ms } = scheduler?.waits() ?? { runs: 0, ms: -1 }
    expect(runs).toBeGreaterThan(0)
    expect(ms).toBeGreaterThanOrEqual(0)
  })
})
