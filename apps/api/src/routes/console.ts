import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { apiPaths } from '@signalbox/contract'
import fastifyStatic from '@fastify/static'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'

/** The build puts a hash into the names below assets/: such a file never changes. */
const HASHED = /[/\\]assets[/\\][^/\\]+-[\w-]{8,}\.\w+$/
const API_PREFIXES: readonly string[] = Object.values(apiPaths)

/**
 * The built console, and its index.html for every path that is a page of it. `webDist` null or without a build: pages are
 * CONSOLE_NOT_BUILT. Not encapsulated by fastify-plugin: the not-found handler is set by the caller on the root.
 */
export function consoleRoute(webDist: string | null): FastifyPluginAsync {
  const root = webDist === null ? null : resolve(webDist)
  return async (app) => {
    if (root === null || !existsSync(join(root, 'index.html'))) {
      app.setNotFoundHandler((request) => {
        throw new ApiError(isPage(request) ? 'CONSOLE_NOT_BUILT' : 'NOT_FOUND')
      })
      return
    }
    app.setNotFoundHandler((request, reply) => {
      if (!isPage(request)) throw new ApiError('NOT_FOUND')
      return reply.sendFile('index.html')
    })
    await app.register(fastifyStatic, { root, cacheControl: false, setHeaders: cacheFor })
  }
}

function cacheFor(reply: FastifyReply, path: string): void {
  void reply.header('cache-control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache')
}

/** Whether to answer with the console, whose router knows its paths: a browser asks, not for the API and not for a file. */
function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0]
  const ofApi = API_PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
  // The pages of the methods have their names, and those have dots: /rpc/tm.stats.
  const isFile = /\.\w+$/.test(path) && !path.startsWith('/rpc/')
  // A probe or a scraper with a wrong path must not take the console for its answer; browsers ask for text/html by name.
  const wantsPage = path === '/' || (request.headers.accept ?? '').includes('text/html')
  return (request.method === 'GET' || request.method === 'HEAD') && !ofApi && !isFile && wantsPage
}
