import { apiPaths, ReloadResult } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusal, responses } from './rest-schema.ts'
import type { EngineFor } from '../audit.ts'
import { ApiError } from '../errors.ts'

const schema = {
  summary: 'Load the routing script again',
  description: 'A script that does not load is refused with file, line and reason in `fault`; the old one keeps serving.',
  operationId: 'reload',
  tags: ['engine'],
  response: responses({ 200: ReloadResult }),
}

/** POST /api/v1/reload. */
export function reloadRoute(engineFor: EngineFor): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(`${apiPaths.rest}/reload`, { schema }, async (request) => {
      try {
        return await engineFor(request).call('reload', [])
      } catch (error) {
        throw refusal(error, (fault) => (fault.code === 500 ? new ApiError('RELOAD_REFUSED', { fault }) : null))
      }
    })
  }
}
