import { apiPaths, Health } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { EngineCalls } from '../engine/client.ts'
import { EngineFault } from '../engine/engine-fault.ts'
import { ApiError } from '../errors.ts'

const schema = {
  summary: 'Whether this serves',
  description: '200 when the engine answers and nothing is wrong with it, else 503 with the reason. Needs no token.',
  operationId: 'health',
  tags: ['service'],
  response: { 200: Health, 503: Health },
}

/** GET /healthz. */
export function healthRoute(engine: EngineCalls): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(apiPaths.health, { schema }, async (_request, reply) => {
      const reason = await ailment(engine)
      void reply.header('cache-control', 'no-store')
      if (reason === null) return { status: 'ok' as const }
      return reply.code(503).send({ status: 'unavailable', reason })
    })
  }
}

async function ailment(engine: EngineCalls): Promise<string | null> {
  try {
    const { trouble } = await engine.call('signalbox.info', [])
    return trouble ?? null
  } catch (error) {
    if (error instanceof EngineFault) return null
    return error instanceof ApiError ? `${error.code}: ${error.detail ?? error.message}` : 'INTERNAL'
  }
}
