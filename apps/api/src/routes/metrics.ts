import { apiPaths } from '@signalbox/contract'
import type { FastifyPluginAsync } from 'fastify'
import type { EngineCalls } from '../engine/client.ts'
import type { Hub } from '../hub/hub.ts'

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8'

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly value: number
}

/** GET /metrics: the engine's, then the API's own. Without the engine 503, so that Prometheus marks the target as down. */
export function metricsRoute(engine: EngineCalls, hub: Hub): FastifyPluginAsync {
  return async (app) => {
    app.get(apiPaths.metrics, { schema: { hide: true } }, async (_request, reply) => {
      const text = await engine.call('signalbox.metrics', [])
      return reply.header('content-type', PROMETHEUS_TEXT).send(text.replace(/\n*$/, '\n') + apiMetrics(hub))
    })
  }
}

function apiMetrics(hub: Hub): string {
  const { sent, skipped, overflowed } = hub.totals
  const metrics: readonly Metric[] = [
    { name: 'signalbox_api_websocket_clients', type: 'gauge', help: 'Open WebSockets', value: hub.sockets },
    { name: 'signalbox_api_websocket_messages_total', type: 'counter', help: 'Messages sent to WebSockets', value: sent },
    {
      name: 'signalbox_api_websocket_skipped_total',
      type: 'counter',
      help: 'Messages not sent because a WebSocket was too slow',
      value: skipped,
    },
    {
      name: 'signalbox_api_websocket_overflows_total',
      type: 'counter',
      help: 'WebSockets cut because they took nothing any more',
      value: overflowed,
    },
  ]
  return metrics.map(({ name, type, help, value }) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`).join('')
}
