import { apiPaths, findMethod, MethodList, methods, type MethodDefinition } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { responses } from './rest-schema.ts'

const schema = {
  summary: 'Methods that POST /api/v1/rpc calls',
  operationId: 'listMethods',
  tags: ['rpc'],
  response: responses({ 200: MethodList }),
}

/** Methods that a single HTTP request can call. */
export const callableMethods: readonly MethodDefinition[] = Object.values(methods)
  .filter((method: MethodDefinition) => !method.streaming)
  .toSorted((a, b) => (a.name < b.name ? -1 : 1))

/** What this HTTP caller is told of the engine's answer: the engine counts the API among its connections, which can subscribe. */
export function answerOverHttp(method: string, result: unknown): unknown {
  if (method !== 'system.listMethods' || !Array.isArray(result)) return result
  return result.filter((name) => findMethod(String(name))?.streaming !== true)
}

/** GET /api/v1/methods: the catalogue, also while the engine is down. */
export function methodsRoute(): FastifyPluginAsyncTypebox {
  const list = {
    methods: callableMethods.map(({ name, help, readOnly, parameters, result, example }) => ({
      name,
      help,
      readOnly,
      parameters: [...parameters],
      result,
      example: { params: [...example.params], result: example.result },
    })),
  }
  return async (app) => {
    app.get(`${apiPaths.rest}/methods`, { schema }, async () => list)
  }
}
