import { describe, expect, it } from 'vitest'
import { WaitLimit } from './wait-limit.ts'

function rig() {
  const timers: { readonly at: number; readonly work: () => void }[] = []
  const ended: string[] = []
  let now = 0
  const limit = new WaitLimit<string>(
    { now: () => now, after: (ms, work) => void timers.push({ at: now + ms, work }), longest: () => 1000 },
    (one) => void ended.push(`${one} ${now}`),
  )
  const pass = (ms: number): void => {
    const until = now + ms
    for (let next = timers[0]; next !== undefined && next.at <= until; next = timers[0]) {
      timers.shift()
      now = next.at
      next.work()
    }
    now = until
  }
  return { limit, ended, pass, timers }
}

describe('the longest wait, tm-reference 10', () => {
  it('ends each wait in its time, with one timer for all', () => {
    const { limit, ended, pass, timers } = rig()
    limit.add('first')
    pass(400)
    limit.add('second')
    expect(timers).toHaveLength(1)
    pass(2000)
    expect(ended).toEqual(['first 1000', 'second 1400'])
    expect(timers).toEqual([])
  })

  it('leaves alone what has ended by itself', () => {
    const { limit, ended, pass } = rig()
    limit.add('first')
    limit.add('second')
    limit.remove('first')
    pass(2000)
    expect(ended).toEqual(['second 1000'])
  })
})
