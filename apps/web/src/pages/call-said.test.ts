import { expect, it } from 'vitest'
import { callSaid } from './call-said.ts'
import type { Outcome, PastCall } from './rpc-history.ts'

const call = (outcome: Outcome): PastCall => ({ method: 'tm.list', params: [], at: 0, tookMs: 12, outcome })

it('says how long an answer took and not what is in it', () => {
  expect(callSaid(call({ type: 'answered', result: ['x'.repeat(100_000)] }))).toBe('Answer in 12 ms')
})

it('says why a call was refused', () => {
  expect(callSaid(call({ type: 'refused', error: new Error('There is no such method') }))).toBe('Refused: There is no such method')
})
