import { MOST_TRACES } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { FakeClock } from '../clock/fake-clock.ts'
import { CallTraceList } from './call-trace-list.ts'
import { WorkerPool } from './worker-pool.ts'

function setup() {
  const told: unknown[] = []
  const worker = {
    call: (method: string, params?: unknown) => {
      told.push([method, params])
      return Promise.resolve(null)
    },
  }
  const clock = new FakeClock(0, 1_000_000)
  return { traces: new CallTraceList(new WorkerPool([worker, worker]), clock), told, clock }
}

describe('CallTraceList', () => {
  it('tells every SIP thread the whole list at each change', async () => {
    const { traces, told } = setup()
    const first = await traces.start('user', 'alice', 60)
    expect(first).toEqual({ id: 1, kind: 'user', value: 'alice', until: 1_060_000 })
    const second = await traces.start('source', '192.0.2.1', 10)
    await traces.stop(1)
    expect(told.map((one) => JSON.stringify(one))).toEqual(
      [[first], [first, second], [second]].flatMap((list) => {
        const message = JSON.stringify(['trace.set', [list]])
        return [message, message]
      }),
    )
  })

  it('knows no trace whose time has come', async () => {
    const { traces, clock } = setup()
    await traces.start('user', 'alice', 60)
    clock.advanceTo(60_000)
    expect(traces.running).toEqual([])
    await expect(traces.stop(1)).rejects.toThrow('There is no trace 1')
  })

  it('refuses more than there may be', async () => {
    const { traces } = setup()
    for (let i = 0; i < MOST_TRACES; i++) {
      // oxlint-disable-next-line no-await-in-loop
      await traces.start('user', `user${i}`, 60)
    }
    await expect(traces.start('user', 'one more', 60)).rejects.toThrow('20 traces run already')
    await traces.stopAll()
    expect(traces.running).toEqual([])
  })
})
