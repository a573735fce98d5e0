import type { Duplex } from 'node:stream'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import fastify, { type FastifyInstance } from 'fastify'
import { auditedEngine, type EngineFor } from './audit.ts'
import { guard } from './auth/guard.ts'
import { securityHeaders } from './auth/security-headers.ts'
import type { EngineCalls } from './engine/client.ts'
import { EngineLink } from './engine/reconnect.ts'
import { EngineSubscriptions } from './engine/subscription.ts'
import { toApiError } from './errors.ts'
import { Hub } from './hub/hub.ts'
import { consoleRoute } from './routes/console.ts'
import { healthRoute } from './routes/health.ts'
import { logLevelRoute } from './routes/log-level.ts'
import { methodsRoute } from './routes/methods.ts'
import { metricsRoute } from './routes/metrics.ts'
import { openapiRoute } from './routes/openapi.ts'
import { registrationsRoute } from './routes/registrations.ts'
import { reloadRoute } from './routes/reload.ts'
import { restRpcRoute } from './routes/rest-rpc.ts'
import { rpcRoute } from './routes/rpc.ts'
import { statsRoute } from './routes/stats.ts'
import { transactionsRoute } from './routes/transactions.ts'
import { systemTimers, type Timers } from './timers.ts'
import { VERSION } from './version.ts'
import { socketRoute, websocketOptions } from './ws/socket-route.ts'

const BODY_LIMIT_BYTES = 256 * 1024
const ENGINE_TIMEOUT_MS = 5000
const LINGER_MS = 10_000

export interface AppOptions {
  /** Starts a connection to the engine. */
  readonly connect: () => Duplex
  /** null: none needed. */
  readonly token: string | null
  /** Folder of the built console; null: none. */
  readonly webDist: string | null
  readonly timers?: Timers
  readonly now?: () => number
  readonly random?: () => number
  readonly engineTimeoutMs?: number
  readonly lingerMs?: number
  /** Where changes and unexpected errors are logged, one JSON line each. */
  readonly log?: { write(line: string): void }
}

/** The whole API, not yet listening. The connection to the engine starts with ready() and ends with close(). */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    logger: options.log === undefined ? false : { level: 'warn', stream: options.log },
    ajv: { customOptions: { removeAdditional: false } },
  })
  const timers = options.timers ?? systemTimers
  const link = new EngineLink({
    connect: options.connect,
    timers,
    timeoutMs: options.engineTimeoutMs ?? ENGINE_TIMEOUT_MS,
    random: options.random ?? Math.random,
  })
  const now = options.now ?? Date.now
  const hub = new Hub({ timers, now, lingerMs: options.lingerMs ?? LINGER_MS })
  joinEngine(app, link, hub)

  // JSON.stringify for all: the engine's results leave as they came, schemas only describe them.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data))
  app.setErrorHandler((error, request, reply) => {
    const refusal = toApiError(error)
    if (refusal.code === 'INTERNAL') request.log.error(error)
    if (refusal.code === 'TOKEN_REQUIRED') void reply.header('www-authenticate', 'Bearer realm="signalbox"')
    return reply.code(refusal.status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(refusal.body()))
  })
  await app.register(websocket, websocketOptions(timers))
  await app.register(helmet, securityHeaders)
  app.addHook('onRequest', guard(options.token))
  await app.register(swagger, { openapi: openapiHead })
  await app.register(socketRoute({ hub, timers, engine: () => ({ up: link.up, node: link.nodeName }) }))
  const engineFor = auditedEngine({ engine: link, write: (line) => options.log?.write(line), now })
  await registerRoutes(app, { engine: link, engineFor, hub })
  await consoleRoute(options.webDist)(app, {})
  return app
}

function joinEngine(app: FastifyInstance, link: EngineLink, hub: Hub): void {
  const subscriptions = new EngineSubscriptions(link, (topic, fault) => {
    hub.refused(topic, fault)
  })
  hub.attach(subscriptions)
  app.addHook('onReady', async () => {
    link.start({
      topic: (message) => {
        hub.publish(message)
      },
      state: (up) => {
        hub.engineState(up)
        subscriptions.state(up)
      },
    })
  })
  app.addHook('onClose', async () => {
    link.stop()
    hub.stop()
  })
}

interface Routed {
  readonly engine: EngineCalls
  readonly engineFor: EngineFor
  readonly hub: Hub
}

async function registerRoutes(app: FastifyInstance, { engine, engineFor, hub }: Routed): Promise<void> {
  await app.register(healthRoute(engine))
  await app.register(rpcRoute(engineFor))
  await app.register(metricsRoute(engine, hub))
  await app.register(statsRoute(engine))
  await app.register(transactionsRoute(engine))
  await app.register(registrationsRoute(engine))
  await app.register(logLevelRoute(engine, engineFor))
  await app.register(reloadRoute(engineFor))
  await app.register(methodsRoute())
  await app.register(restRpcRoute(engineFor))
  await app.register(openapiRoute())
}

const openapiHead = {
  openapi: '3.1.0',
  info: {
    title: 'Signalbox',
    version: VERSION,
    description:
      'Control plane of the Signalbox SIP proxy. POST /RPC (Kamailio clients), GET /metrics (Prometheus) and the WebSocket /ws are described in docs/operator (rpc.md, metrics.md, websocket.md).',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  tags: [
    { name: 'engine', description: 'Counters, log level, routing script' },
    { name: 'transactions', description: 'Transactions and their events' },
    { name: 'registrar', description: 'Registrations' },
    { name: 'rpc', description: 'Every method of the engine' },
    { name: 'service', description: 'Health' },
  ],
  components: { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{}, { token: [] }],
}
