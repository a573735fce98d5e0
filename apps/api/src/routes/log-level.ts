import { apiPaths, LogLevel, LogLevelChange, logLevelName, parseLogLevel } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusal, responses } from './rest-schema.ts'
import type { EngineFor } from '../audit.ts'
import type { EngineCalls } from '../engine/client.ts'
import { ApiError } from '../errors.ts'

const path = `${apiPaths.rest}/log-level`
const readSchema = {
  summary: 'Log level of the engine',
  operationId: 'getLogLevel',
  tags: ['engine'],
  response: responses({ 200: LogLevel }),
}
const writeSchema = {
  summary: 'Set the log level of the engine',
  operationId: 'setLogLevel',
  tags: ['engine'],
  body: LogLevelChange,
  response: responses({ 200: LogLevel }),
}

/** GET and PUT /api/v1/log-level. */
export function logLevelRoute(engine: EngineCalls, engineFor: EngineFor): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(path, { schema: readSchema }, () => logLevel(engine, []))
    app.put(path, { schema: writeSchema }, (request) => {
      const level = parseLogLevel(request.body.level)
      if (level === null) throw new ApiError('BAD_REQUEST', { detail: 'level must be -3 to 4 or a name from alert to debug' })
      return logLevel(engineFor(request), [level])
    })
  }
}

async function logLevel(engine: EngineCalls, params: [level?: number]): Promise<LogLevel> {
  try {
    const answer = await engine.call('log_level', params)
    const level = 'Log level' in answer ? answer['Log level'] : answer['New global log level']
    return { level, name: logLevelName(level) ?? String(level) }
  } catch (error) {
    throw refusal(error)
  }
}
