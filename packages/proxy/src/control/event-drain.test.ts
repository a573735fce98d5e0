import { describe, expect, it } from 'vitest'
import { EventDrain } from './event-drain.ts'
import { EventLog } from './event-log.ts'

function setup(): { drain: EventDrain; second: (newTransactions: number) => void; isOn: () => boolean } {
  let on = false
  let transactions = 0
  const actions: (() => void)[] = []
  const drain = new EventDrain(
    [{ setEnabled: (enabled) => void (on = enabled), take: () => undefined }],
    new EventLog(),
    () => transactions,
  )
  drain.start((_ms, action) => {
    actions.push(action)
    return () => undefined
  })
  const second = (newTransactions: number): void => {
    transactions += newTransactions
    actions[1]()
  }
  return { drain, second, isOn: () => on }
}

describe('EventDrain', () => {
  it('records while the load is low', () => {
    const { second, isOn } = setup()
    second(99)
    expect(isOn()).toBe(true)
  })

  it('stops under load and begins again when it is calm', () => {
    const { second, isOn } = setup()
    second(500)
    expect(isOn()).toBe(false)
    second(60)
    expect(isOn()).toBe(false)
    second(10)
    expect(isOn()).toBe(true)
  })

  it('records whatever the load while somebody watches', () => {
    const { drain, second, isOn } = setup()
    const end = drain.watch()
    second(5000)
    expect(isOn()).toBe(true)
    end()
    expect(isOn()).toBe(false)
  })
})
