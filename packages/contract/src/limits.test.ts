import { expect, it } from 'vitest'
import { isTopic, parseTransactionTopic, transactionTopic } from './limits.ts'

it('names the topic of a transaction and reads it back', () => {
  expect(transactionTopic(4711, 18)).toBe('tx:4711:18')
  expect(parseTransactionTopic('tx:4711:18')).toEqual({ index: 4711, label: 18 })
})

it.each(['tx:1', 'tx:1:2:3', 'tx:-1:2', 'tx:12345678901:1', '', 'tm.list'])('takes %j for no topic', (text) => {
  expect(isTopic(text)).toBe(false)
  expect(parseTransactionTopic(text)).toBeNull()
})

it.each(['tm.stats', 'transactions', 'events', 'tx:0:0'])('takes %s for a topic', (text) => {
  expect(isTopic(text)).toBe(true)
})
