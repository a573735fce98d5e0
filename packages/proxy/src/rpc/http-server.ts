import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import {
  apiPaths,
  changeRecord,
  errorCatalogue,
  parseRpcCall,
  rpcFaultAnswer,
  rpcResultAnswer,
  type ChangeRecord,
  type ErrorCode,
} from '@signalbox/contract'
import type { PrometheusText } from '../metrics/prometheus.ts'
import type { Dispatcher } from './dispatcher.ts'

const BODY_BYTES = 1 << 20
const REQUEST_TIMEOUT_MS = 30_000

export interface HttpServerUse {
  readonly dispatcher: Dispatcher
  readonly metrics: PrometheusText
  /** Needed for every path but /healthz; null on loopback only. */
  readonly token: string | null
  /** Null when the engine serves, else why not. */
  unhealthy(): string | null
  /** A call that may change something was answered. */
  onChange(record: ChangeRecord): void
  onBug(error: unknown): void
}

type Route = (request: IncomingMessage, response: ServerResponse, use: HttpServerUse) => Promise<void>

/** The HTTP side of an engine without the API: POST /RPC in the manner of Kamailio, /metrics and /healthz. */
export function createHttpServer(use: HttpServerUse): Server {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    serve(request, response, use).catch((error: unknown) => {
      use.onBug(error)
      if (response.headersSent) response.destroy()
      else refuse(response, 'INTERNAL')
    })
  })
  server.maxConnections = 256
  return server
}

const ROUTES: Readonly<Record<string, { readonly methods: readonly string[]; readonly route: Route }>> = {
  [apiPaths.rpc]: { methods: ['POST'], route: serveRpc },
  [apiPaths.metrics]: { methods: ['GET', 'HEAD'], route: serveMetrics },
  [apiPaths.health]: { methods: ['GET', 'HEAD'], route: serveHealth },
}

async function serve(request: IncomingMessage, response: ServerResponse, use: HttpServerUse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0]
  const found = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (found === undefined) return refuse(response, 'NOT_FOUND')
  if (!found.methods.includes(request.method ?? '')) {
    response.setHeader('Allow', found.methods.join(', '))
    return answer(response, 405, 'text/plain; charset=utf-8', `Use ${found.methods.join(' or ')} here\n`)
  }
  const refusal = path === apiPaths.health ? null : gate(request, use.token)
  if (refusal !== null) return refuse(response, refusal)
  await found.route(request, response, use)
}

/** Web pages must not reach the engine through a browser: neither by a foreign Origin nor by a name that points here. */
function gate(request: IncomingMessage, token: string | null): ErrorCode | null {
  const { authorization, host, origin } = request.headers
  if (origin !== undefined && origin !== `http://${host}`) return 'ORIGIN_REFUSED'
  if (token !== null) return sameText(authorization ?? '', `Bearer ${token}`) ? null : 'TOKEN_REQUIRED'
  return isAddress(host ?? '') ? null : 'HOST_REFUSED'
}

function isAddress(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || isIP(name) !== 0
}

function sameText(given: string, wanted: string): boolean {
  const left = Buffer.from(given)
  const right = Buffer.from(wanted)
  return left.length === right.length && timingSafeEqual(left, right)
}

async function serveRpc(request: IncomingMessage, response: ServerResponse, use: HttpServerUse): Promise<void> {
  const text = await readBody(request)
  if (text === null) {
    response.setHeader('Connection', 'close')
    return refuse(response, 'BODY_TOO_LARGE')
  }
  const call = parseRpcCall(text)
  const outcome = call.ok ? await use.dispatcher.call(call.method, call.params, { subscriber: null }) : call
  const peer = request.socket.remoteAddress ?? 'unknown'
  const change = call.ok ? changeRecord({ ...call, peer }, outcome.ok ? null : outcome.fault) : null
  if (change !== null) use.onChange(change)
  const { status, reason, body } = outcome.ok ? rpcResultAnswer(outcome.result, call.id) : rpcFaultAnswer(outcome.fault, call.id)
  response.statusMessage = reason
  answer(response, Math.max(status, 200), 'application/json', body)
}

async function serveMetrics(_request: IncomingMessage, response: ServerResponse, { metrics }: HttpServerUse): Promise<void> {
  answer(response, 200, metrics.contentType, await metrics.render())
}

async function serveHealth(_request: IncomingMessage, response: ServerResponse, use: HttpServerUse): Promise<void> {
  const reason = use.unhealthy()
  const body = reason === null ? { status: 'ok' } : { status: 'unavailable', reason }
  answer(response, reason === null ? 200 : 503, 'application/json', JSON.stringify(body))
}

/** Null: too large. Not by `for await`: leaving that loop early cuts the connection, and the refusal could not be told. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let length = 0
    request.on('data', (piece: Buffer) => {
      length += piece.length
      if (length <= BODY_BYTES) return void pieces.push(piece)
      request.removeAllListeners('data').resume()
      resolve(null)
    })
    request.on('end', () => resolve(Buffer.concat(pieces).toString('utf8')))
    request.on('error', reject)
  })
}

function refuse(response: ServerResponse, code: ErrorCode): void {
  const { status, message } = errorCatalogue[code]
  answer(response, status, 'application/json', JSON.stringify({ error: { code, message } }))
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body), 'Cache-Control': 'no-store' })
  response.end(body)
}
