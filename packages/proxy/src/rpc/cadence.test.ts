import { describe, expect, it } from 'vitest'
import { Cadence } from './cadence.ts'
import { FakeTimers } from './fake-timers.ts'

describe('Cadence', () => {
  it('does all work of one period with one timer, and each period with its own', () => {
    const timers = new FakeTimers()
    const cadence = new Cadence((ms, action) => timers.every(ms, action))
    const done: string[] = []
    cadence.every(200, () => void done.push('a'))
    cadence.every(200, () => void done.push('b'))
    cadence.every(100, () => void done.push('c'))
    expect([...timers.periodic].map(({ ms }) => ms)).toEqual([200, 100])
    timers.tick()
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('goes on with the others when one ends, and ends its timer with the last', () => {
    const timers = new FakeTimers()
    const cadence = new Cadence((ms, action) => timers.every(ms, action))
    const done: string[] = []
    const action = (): void => void done.push('again')
    const ends = [cadence.every(200, action), cadence.every(200, action)]
    ends[0]()
    ends[0]()
    timers.tick()
    expect(done).toEqual(['again'])
    ends[1]()
    expect(timers.periodic.size).toBe(0)
    cadence.every(200, action)
    timers.tick()
    expect(done).toEqual(['again', 'again'])
  })

  it('lets an action end its own repetition', () => {
    const timers = new FakeTimers()
    const cadence = new Cadence((ms, action) => timers.every(ms, action))
    let times = 0
    const end = cadence.every(200, () => {
      times++
      end()
    })
    timers.tick()
    timers.tick()
    expect(times).toBe(1)
  })
})
