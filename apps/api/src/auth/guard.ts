import { apiPaths } from '@signalbox/contract'
import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { isLoopbackHost, isSameOrigin } from './origin.ts'
import { carriesToken } from './token.ts'
import { ApiError } from '../errors.ts'

const PROTECTED: readonly string[] = [apiPaths.rpc, apiPaths.metrics, apiPaths.openapi, apiPaths.socket, apiPaths.rest]
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a path serves data; the console's files and the health check are open, or nobody could enter a token. */
function isProtected(path: string): boolean {
  return PROTECTED.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
}

/** Headers that only a reverse proxy adds. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']
const OPEN_TO_ALL =
  'A request came through a reverse proxy and no token is set: whoever reaches the proxy controls the calls. Set SIGNALBOX_TOKEN'

/** Refuses what may not be: a wrong host name, a foreign page, a missing token, in this order. */
export function guard(token: string | null): onRequestAsyncHookHandler {
  let warned = false
  return async (request: FastifyRequest) => {
    const { headers, method } = request.raw
    if (token === null && !warned && FORWARDED.some((name) => headers[name] !== undefined)) {
      warned = true
      request.log.warn(OPEN_TO_ALL)
    }
    const path = request.url.split('?', 1)[0]
    if (token === null && path !== apiPaths.health && !isLoopbackHost(headers.host)) throw new ApiError('HOST_REFUSED')
    const opensSocket = path === apiPaths.socket
    if ((opensSocket || !READS.has(method ?? '')) && !isSameOrigin(headers.origin, headers.host)) {
      throw new ApiError('ORIGIN_REFUSED', { detail: `the page is of ${headers.origin}, the request names the host ${headers.host}` })
    }
    if (token !== null && isProtected(routedPath(request) ?? path) && !carriesToken(headers, token)) throw new ApiError('TOKEN_REQUIRED')
  }
}

/** The path as the router understood it: what it decodes, the guard must not see otherwise. */
function routedPath(request: FastifyRequest): string | undefined {
  const path = request.routeOptions.url
  return path === undefined || path.includes('*') ? undefined : path
}
