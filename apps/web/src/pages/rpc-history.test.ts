import { describe, expect, it } from 'vitest'
import { RESULTS_KEPT, RpcHistory, type PastCall } from './rpc-history.ts'

const answered = (at: number): PastCall => ({ method: 'm', params: [at], at, tookMs: 1, outcome: { type: 'answered', result: { at } } })

describe('RpcHistory', () => {
  it('MUST keep the results of the newest few calls only', () => {
    const history = new RpcHistory()
    for (let at = 1; at <= RESULTS_KEPT + 2; at += 1) history.add(answered(at))
    const calls = history.getSnapshot()
    expect(calls.map((call) => call.params[0])).toEqual([7, 6, 5, 4, 3, 2, 1])
    expect(calls.slice(0, RESULTS_KEPT).every((call) => call.outcome.type === 'answered')).toBe(true)
    expect(calls.slice(RESULTS_KEPT).map((call) => call.outcome)).toEqual([{ type: 'forgotten' }, { type: 'forgotten' }])
  })

  it('keeps why a call was refused, and fifty calls', () => {
    const history = new RpcHistory()
    history.add({ ...answered(1), outcome: { type: 'refused', error: new Error('no') } })
    for (let at = 2; at <= 50; at += 1) history.add(answered(at))
    expect(history.getSnapshot().at(-1)?.outcome).toMatchObject({ type: 'refused', error: { message: 'no' } })
    history.add(answered(51))
    expect(history.getSnapshot()).toHaveLength(50)
    expect(history.getSnapshot().at(-1)?.at).toBe(2)
  })
})
