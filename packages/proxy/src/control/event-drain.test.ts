import { describe, expect, it } from 'vitest'
import { EventDrain } from './event-drain.ts'
import { EventLog } from './event-log.ts'

function source(oneIn: number) {
  const seen = { enabled: false, taken: 0 }
  return {
    seen,
    oneIn,
    setEnabled: (on: boolean) => void (seen.enabled = on),
    look: () => undefined,
    free: () => void seen.taken++,
  }
}

describe('EventDrain', () => {
  it('switches the recording on for as long as it runs', () => {
    const one = source(1)
    const drain = new EventDrain([one], new EventLog(), () => 0)
    drain.start(() => () => undefined)
    expect(one.seen.enabled).toBe(true)
    drain.stop()
    expect(one.seen.enabled).toBe(false)
  })

  it('takes from every SIP thread each period', () => {
    const [one, other] = [source(1), source(1)]
    let period = (): void => undefined
    new EventDrain([one, other], new EventLog(), () => 0).start((_ms, action) => {
      period = action
      return () => undefined
    })
    period()
    expect([one.seen.taken, other.seen.taken]).toEqual([1, 1])
  })

  it('tells the share of the busiest SIP thread', () => {
    expect(new EventDrain([source(4), source(16)], new EventLog(), () => 0).oneIn).toBe(16)
    expect(new EventDrain([], new EventLog(), () => 0).oneIn).toBe(1)
  })
})
