import { apiPaths, type MethodDefinition, type RpcResult } from '@signalbox/contract'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { Type, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { answerOverHttp, callableMethods } from './methods.ts'
import { refusal, responses } from './rest-schema.ts'
import type { EngineFor } from '../audit.ts'
import type { EngineCalls } from '../engine/client.ts'
import { ApiError } from '../errors.ts'

/** POST /api/v1/rpc/:method with `{"params": [...]}` by position or `{"params": {...}}` by name. One path a method, so that OpenAPI has its schemas. */
export function restRpcRoute(engineFor: EngineFor): FastifyPluginAsync {
  return async (app) => {
    // Checked by hand: parameters by position need JSON Schema 2020-12, and the answer should name the parameter.
    app.setValidatorCompiler(() => () => true)
    for (const method of callableMethods) {
      app.post(`${apiPaths.rest}/rpc/${method.name}`, { schema: schemaOf(method) }, (request) => call(engineFor(request), method, request))
    }
    app.post<{ Params: { method: string } }>(`${apiPaths.rest}/rpc/:method`, { schema: { hide: true } }, async (request) => {
      throw new ApiError('METHOD_NOT_FOUND', { detail: request.params.method })
    })
  }
}

async function call(engine: EngineCalls, method: MethodDefinition, request: FastifyRequest): Promise<RpcResult> {
  const params = readParams(method, request.body)
  try {
    return { result: answerOverHttp(method.name, await engine.callByName(method.name, params)) }
  } catch (error) {
    throw refusal(error, (fault) => (fault.code === -32_601 ? new ApiError('METHOD_NOT_FOUND', { detail: method.name, fault }) : null))
  }
}

function readParams(method: MethodDefinition, body: unknown): readonly unknown[] {
  const params = isRecord(body) ? (body['params'] ?? []) : (body ?? [])
  const positional = Array.isArray(params) ? params : byPosition(method, params)
  const [error] = Value.Errors(method.params, positional)
  if (error === undefined) return positional
  const at = Number(/^\/(\d+)/.exec(error.instancePath)?.[1] ?? positional.length)
  const name = method.parameters[at]?.name
  throw new ApiError('BAD_PARAMS', {
    detail: name === undefined ? `${method.name}: params ${error.message}` : `${method.name}: ${name} ${error.message}`,
  })
}

function byPosition(method: MethodDefinition, params: unknown): readonly unknown[] {
  if (!isRecord(params)) throw new ApiError('BAD_PARAMS', { detail: `${method.name}: params must be array or object` })
  const unknown = Object.keys(params).find((name) => method.parameters.every((parameter) => parameter.name !== name))
  if (unknown !== undefined) throw new ApiError('BAD_PARAMS', { detail: `${method.name} has no parameter ${unknown}` })
  const values = method.parameters.map((parameter) => params[parameter.name])
  const last = values.findLastIndex((value) => value !== undefined)
  return values.slice(0, last + 1)
}

function schemaOf(method: MethodDefinition) {
  const names = Object.fromEntries(method.parameters.map(({ name, schema, required }) => [name, required ? schema : Type.Optional(schema)]))
  const byName: TSchema = Type.Object(names, { additionalProperties: false })
  return {
    summary: method.help,
    operationId: `rpc.${method.name}`,
    tags: ['rpc'],
    body: Type.Object({ params: Type.Optional(Type.Union([method.params, byName])) }, { examples: [{ params: method.example.params }] }),
    response: responses({ 200: Type.Object({ result: method.result }) }),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
