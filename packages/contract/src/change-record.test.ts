import { expect, it } from 'vitest'
import { changeRecord } from './change-record.ts'

const call = { method: 'signalbox.tx.reply', params: [1, 2, 480], peer: '127.0.0.1' }

it('keeps who changed what, and how it ended', () => {
  expect(changeRecord(call, null)).toEqual({ method: 'signalbox.tx.reply', params: '[1,2,480]', peer: '127.0.0.1', outcome: 'done' })
  expect(changeRecord(call, { code: 404, message: 'Transaction not found' })?.outcome).toBe('404 Transaction not found')
})

it('keeps nothing of what only reads, or is no method', () => {
  for (const method of ['tm.stats', 'tm.list', 'no.such']) expect(changeRecord({ ...call, method }, null)).toBeNull()
})

it('cuts long parameters off', () => {
  expect(changeRecord({ ...call, params: ['x'.repeat(1000)] }, null)?.params).toHaveLength(200)
})
