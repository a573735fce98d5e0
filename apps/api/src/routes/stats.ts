import { apiPaths, TmStats } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusal, responses } from './rest-schema.ts'
import type { EngineCalls } from '../engine/client.ts'

const schema = {
  summary: 'Counters of the transaction engine',
  operationId: 'getStats',
  tags: ['engine'],
  response: responses({ 200: TmStats }),
}

/** GET /api/v1/stats. */
export function statsRoute(engine: EngineCalls): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(`${apiPaths.rest}/stats`, { schema }, async () => {
      try {
        return await engine.call('tm.stats', [])
      } catch (error) {
        throw refusal(error)
      }
    })
  }
}
