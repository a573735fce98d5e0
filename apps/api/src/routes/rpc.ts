import { apiPaths, faults, findMethod, parseRpcCall, rpcFaultAnswer, rpcResultAnswer, type RpcAnswer } from '@signalbox/contract'
import type { FastifyPluginAsync } from 'fastify'
import type { EngineFor } from '../audit.ts'
import type { EngineCalls } from '../engine/client.ts'
import { EngineFault } from '../engine/engine-fault.ts'
import { ApiError } from '../errors.ts'
import { answerOverHttp } from './methods.ts'

/** POST /RPC as Kamailio's clients know it (control-reference 1.2, 8.3). */
export function rpcRoute(engineFor: EngineFor): FastifyPluginAsync {
  return async (app) => {
    // Clients send all sorts of content types, or none: the document decides.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body)
    })
    app.post(apiPaths.rpc, { schema: { hide: true } }, async (request, reply) => {
      const answer = await answerTo(typeof request.body === 'string' ? request.body : '', engineFor(request))
      reply.raw.statusMessage = answer.reason
      // As bytes: to a text Fastify would add a charset that JSON does not have (RFC 8259 11).
      return reply.code(answer.status).header('content-type', 'application/json').send(Buffer.from(answer.body))
    })
  }
}

async function answerTo(text: string, engine: EngineCalls): Promise<RpcAnswer> {
  const call = parseRpcCall(text)
  if (!call.ok) return rpcFaultAnswer(call.fault, call.id)
  // Notifications have nowhere to go here, and the connection to the engine is shared.
  if (findMethod(call.method)?.streaming === true) return rpcFaultAnswer(faults.socketOnly, call.id)
  try {
    return rpcResultAnswer(answerOverHttp(call.method, await engine.callByName(call.method, call.params)), call.id)
  } catch (error) {
    if (error instanceof EngineFault) return rpcFaultAnswer(error.fault, call.id)
    if (!(error instanceof ApiError)) throw error
    return rpcFaultAnswer(error.code === 'ENGINE_TIMEOUT' ? faults.engineTimeout : faults.engineDown, call.id)
  }
}
