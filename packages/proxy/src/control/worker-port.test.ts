import { describe, expect, it } from 'vitest'
import { ControlFault } from './control-fault.ts'
import { WorkerPort } from './worker-port.ts'
import { WorkerPool } from './worker-pool.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

function setup() {
  const sent: ToWorker[] = []
  const unasked: unknown[] = []
  const timers: { action: () => void; ms: number; cancelled: boolean }[] = []
  let deliver: (message: FromWorker) => void = () => undefined
  const port = new WorkerPort(
    { postMessage: (message) => void sent.push(message), on: (_event, listener) => (deliver = listener) },
    (action, ms) => {
      const timer = { action, ms, cancelled: false }
      timers.push(timer)
      return () => void (timer.cancelled = true)
    },
    (message) => unasked.push(message),
  )
  return { port, sent, unasked, timers, deliver: (message: FromWorker) => deliver(message) }
}

describe('WorkerPort', () => {
  it('matches answers to commands by id, in any order', async () => {
    const { port, sent, timers, deliver } = setup()
    const first = port.call('tm.list')
    const second = port.call('ul.dump', ['brief'])
    expect(sent).toEqual([
      { id: 1, method: 'tm.list', params: [] },
      { id: 2, method: 'ul.dump', params: ['brief'] },
    ])
    deliver({ id: 2, result: 'b' })
    deliver({ id: 1, result: 'a' })
    expect(await first).toBe('a')
    expect(await second).toBe('b')
    expect(timers.map((timer) => timer.cancelled)).toEqual([true, true])
  })

  it('hands a fault to the caller with its code', async () => {
    const { port, deliver } = setup()
    const call = port.call('reload')
    deliver({ id: 1, error: { code: 500, message: 'route.js:3: Unexpected token' } })
    await expect(call).rejects.toMatchObject({ code: 500, message: 'route.js:3: Unexpected token' })
    await expect(call).rejects.toBeInstanceOf(ControlFault)
  })

  it('gives up after the time limit and ignores the late answer', async () => {
    const { port, timers, deliver } = setup()
    const call = port.call('tm.list', [], 100)
    expect(timers[0].ms).toBe(100)
    timers[0].action()
    await expect(call).rejects.toMatchObject({ code: 504 })
    deliver({ id: 1, result: [] })
  })

  it('tells everybody who waits when the thread ends', async () => {
    const { port, sent } = setup()
    const waiting = port.call('tm.list')
    port.close('The SIP thread has ended')
    await expect(waiting).rejects.toMatchObject({ code: 503 })
    await expect(port.call('tm.list')).rejects.toMatchObject({ code: 503 })
    expect(sent).toHaveLength(1)
  })

  it('passes on what the thread says unasked', () => {
    const { unasked, deliver } = setup()
    deliver({ type: 'failed', message: 'port taken' })
    expect(unasked).toEqual([{ type: 'failed', message: 'port taken' }])
  })
})

describe('WorkerPool', () => {
  it('concatenates lists in the order of the workers', async () => {
    const pool = new WorkerPool([{ call: () => Promise.resolve([1, 2]) }, { call: () => Promise.resolve([3]) }])
    expect(await pool.callList('tm.list')).toEqual([1, 2, 3])
    expect(await pool.callFirst('ul.dump')).toEqual([1, 2])
  })
})
