import { apiPaths } from '@signalbox/contract'
import type { FastifyPluginAsync } from 'fastify'

/** GET /openapi.json: OpenAPI 3.1 made from the schemas of the routes. */
export function openapiRoute(): FastifyPluginAsync {
  return async (app) => {
    app.get(apiPaths.openapi, { schema: { hide: true } }, async () => app.swagger())
  }
}
