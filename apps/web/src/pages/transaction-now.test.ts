import type { LiveTransaction, TransactionDetail } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { errorFrom, unreachable } from '../api/errors.ts'
import { transactionNow } from './transaction-now.ts'

const live = { state: 'proceeding', branches: [] } as unknown as LiveTransaction
const data = { row: null, events: [], related: [], live } as unknown as TransactionDetail
const refusal = (status: number, code: string) => errorFrom(status, { error: { code, message: code } })

describe('how a transaction stands', () => {
  it('is unknown until the engine was asked', () => {
    expect(transactionNow({ data: undefined, error: null, dataUpdatedAt: 0, isFetched: false })).toMatchObject({
      live: null,
      loaded: false,
    })
  })

  it.each([
    [
      'by the method',
      errorFrom(404, { error: { code: 'RPC_FAULT', message: 'x', fault: { code: 404, message: 'Transaction not found' } } }),
    ],
    ['by the resource', refusal(404, 'TRANSACTION_NOT_FOUND')],
  ])('is gone once the engine says so %s, whatever it said before', (_how, error) => {
    expect(transactionNow({ data, error, dataUpdatedAt: 7, isFetched: true })).toMatchObject({ live: null, error: null, loaded: true })
  })

  it.each([
    ['time out', refusal(504, 'ENGINE_TIMEOUT')],
    ['find the engine down', refusal(503, 'ENGINE_DOWN')],
    ['do not reach the server', unreachable()],
    ['find no such method', refusal(404, 'METHOD_NOT_FOUND')],
  ])('is as it was before when calls %s', (_what, error) => {
    expect(transactionNow({ data, error, dataUpdatedAt: 7, isFetched: true })).toMatchObject({ live, error, readAt: 7 })
  })
})
