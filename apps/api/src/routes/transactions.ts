import { apiPaths, TransactionDetail, TransactionId, TransactionList, TransactionsQuery } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusal, responses } from './rest-schema.ts'
import type { EngineCalls } from '../engine/client.ts'
import { ApiError } from '../errors.ts'

const DEFAULT_LIMIT = 1000

const listSchema = {
  summary: 'Transactions in the table',
  operationId: 'listTransactions',
  tags: ['transactions'],
  querystring: TransactionsQuery,
  response: responses({ 200: TransactionList }),
}
const detailSchema = {
  summary: 'One transaction with its events',
  operationId: 'getTransaction',
  tags: ['transactions'],
  params: TransactionId,
  response: responses({ 200: TransactionDetail }),
}

/** GET /api/v1/transactions and /api/v1/transactions/:index/:label. */
export function transactionsRoute(engine: EngineCalls): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(`${apiPaths.rest}/transactions`, { schema: listSchema }, async (request) => {
      try {
        return select(await engine.call('tm.list', []), request.query)
      } catch (error) {
        throw refusal(error)
      }
    })
    app.get(`${apiPaths.rest}/transactions/:index/:label`, { schema: detailSchema }, async (request) => {
      const { index, label } = request.params
      try {
        return await engine.call('signalbox.tx.get', [index, label])
      } catch (error) {
        throw refusal(error, (fault) => (fault.code === 404 ? new ApiError('TRANSACTION_NOT_FOUND', { fault }) : null))
      }
    })
  }
}

function select(all: TransactionList['transactions'], query: TransactionsQuery): TransactionList {
  const { method, callid, limit = DEFAULT_LIMIT } = query
  const matched = all.filter(
    (item) => (method === undefined || item.method === method) && (callid === undefined || item.callid.includes(callid)),
  )
  return { total: all.length, matched: matched.length, transactions: matched.slice(0, limit) }
}
