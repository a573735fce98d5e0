import { methods, type EngineInfo, type LiveTransaction, type MethodList, type MethodName, type TransactionRow } from '@signalbox/contract'
import type { Backend } from '../api/backend.ts'
import { FakeEngine, snapshotRow } from './fake-engine.ts'
import { startTraffic } from './fake-traffic.ts'
import { FakeHub } from './fake-hub.ts'

const TRANSACTIONS_A_SECOND = 3.2

/**
 * A server inside the page. Failures are provoked by sentinel values in the RPC page:
 * `log_level` with `outage` cuts the connection for 6 s, with `down` the engine is away for 6 s.
 */
export function createMockBackend(): Backend {
  const engine = new FakeEngine(Date.now(), (started) => startTraffic(started, TRANSACTIONS_A_SECOND))
  const hub = new FakeHub(engine)
  return {
    open: () => hub.open(),
    fetch: (path, init) =>
      hub.cut ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(answer({ engine, hub }, path, init)),
  }
}

interface Mock {
  readonly engine: FakeEngine
  readonly hub: FakeHub
}

function answer(mock: Mock, path: string, init: RequestInit | undefined): Response {
  if (path === '/api/v1/methods') return json(200, methodList())
  const name = /^\/api\/v1\/rpc\/(.+)$/.exec(path)?.[1]
  if (name === undefined || typeof init?.body !== 'string') return refuse(404, 'NOT_FOUND', 'There is nothing at this path')
  const { params } = JSON.parse(init.body) as { params: unknown[] }
  return call(mock, decodeURIComponent(name), params)
}

function call(mock: Mock, name: string, params: readonly unknown[]): Response {
  const { engine, hub } = mock
  switch (name) {
    case 'tm.stats':
      return json(200, { result: engine.statsData().stats })
    case 'tm.list':
      return json(200, { result: engine.newestRows() })
    case 'signalbox.info':
      return json(200, { result: info(engine) })
    case 'signalbox.tx.get': {
      const tx = engine.known.get(params.join(':'))
      if (tx === undefined) return fault(404, 'Transaction not found')
      return json(200, {
        result: {
          row: snapshotRow(tx),
          events: tx.events,
          complete: true,
          related: [],
          live: engine.live.has(tx.row.key) ? liveOf(tx.row) : null,
        },
      })
    }
    case 'log_level':
      if (params[0] === 'outage') hub.outage(6000)
      if (params[0] === 'down') hub.engineDown(6000)
      return json(200, { result: params.length === 0 ? { 'Log level': 1 } : { 'New global log level': 1 } })
    case 'reload':
      return fault(500, 'route.js:12: Unexpected token "}"')
    default:
      return Object.hasOwn(methods, name)
        ? json(200, { result: methods[name as MethodName].example.result })
        : refuse(404, 'METHOD_NOT_FOUND', 'There is no such method')
  }
}

/** Without timers: only the real engine knows when they fire. */
function liveOf({ state, status, branches }: TransactionRow): LiveTransaction {
  const ended = status !== null && status >= 200
  return {
    ...{ state, status, cancelled: false, suspended: false, waiting: ended, endsInMs: 120_000, timers: [] },
    branches: branches.map((branch) => ({
      ...{ index: branch.index, uri: '', target: branch.target, state: branch.state, status: branch.status, reason: '' },
      ...{ faked: false, timedOut: false, cancelled: false, retransmissions: 0, timers: [] },
    })),
  }
}

function info(engine: FakeEngine): EngineInfo {
  const { startedAt } = engine
  return {
    name: 'demo',
    version: '0.1.0',
    pid: 4711,
    node: 'v26.10.0',
    workers: 1,
    listeners: ['udp:127.0.0.1:5060', 'tcp:127.0.0.1:5060'],
    datagramPort: 'dgram',
    script: { file: 'built-in', version: 1, loadedAt: startedAt },
    dataDir: '.signalbox',
    startedAt,
  }
}

function methodList(): MethodList {
  return {
    methods: Object.values(methods)
      .filter((method) => !method.streaming)
      .map(({ name, help, readOnly, parameters, result, example }) => ({
        name,
        help,
        readOnly,
        parameters: [...parameters],
        result,
        example: { params: [...example.params], result: example.result },
      })),
  }
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
}

function refuse(status: number, code: string, message: string): Response {
  return json(status, { error: { code, message } })
}

function fault(code: number, message: string): Response {
  const text = 'The engine refused the call: see fault'
  return json(code, { error: { code: 'RPC_FAULT', message: text, fault: { code, message } } })
}
