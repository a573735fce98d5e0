import { methods as contract, type EngineInfo } from '@signalbox/contract'
import { FakeClock } from '../../src/clock/fake-clock.ts'
import { CallTraceList } from '../../src/control/call-trace-list.ts'
import { EventLog } from '../../src/control/event-log.ts'
import { engineLogLevel, withLogLevel } from '../../src/control/log-level-setting.ts'
import { parameterSettings } from '../../src/control/parameter-settings.ts'
import { RuntimeSettings } from '../../src/control/runtime-settings.ts'
import { WorkerPool } from '../../src/control/worker-pool.ts'
import { createCounters } from '../../src/metrics/counter-layout.ts'
import { EngineCounters } from '../../src/metrics/engine-counters.ts'
import { PrometheusText } from '../../src/metrics/prometheus.ts'
import { tmMetrics } from '../../src/metrics/tm-metrics.ts'
import { parameterValue, tmDefaults, tmParameters } from '../../src/tm/parameters.ts'
import { Dispatcher } from '../../src/rpc/dispatcher.ts'
import { engineMethods } from '../../src/rpc/engine-methods.ts'
import { FakeTimers } from '../../src/rpc/fake-timers.ts'
import { Subscriptions } from '../../src/rpc/subscriptions.ts'

export const nobody = { subscriber: null }

const NEW_SCRIPT = { file: 'route.js', text: 'function ksr_request_route() {}' }

/** A command as a SIP thread got it. */
interface WorkerCall {
  readonly worker: number
  readonly method: string
  readonly params: unknown
  readonly timeoutMs: number | undefined
}

const none = {
  name: 'core',
  parameters: [],
  values: {},
  check: (name: string) => {
    throw new Error(`core has no parameter '${name}'`)
  },
}

/** All methods over two SIP threads that answer what `answers` says: for both, or a thread of its own after `#`. */
export function fakeEngine() {
  const calls: WorkerCall[] = []
  const answers: Record<string, unknown> = {
    'tm.list': [{ tindex: 1 }],
    'ul.dump': { Domains: [] },
    'reload.commit': { script: 'route.js', version: 2, loaded_at: 5 },
    facts: { connections: 2, mostConnections: 4096, queuedBytes: 10, users: 3, contacts: 5 },
  }
  const worker = (number: number) => ({
    call: (method: string, params: unknown, timeoutMs?: number) => {
      calls.push({ worker: number, method, params, timeoutMs })
      const answer = answers[`${method}#${number}`] ?? answers[method] ?? null
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)
    },
  })
  const cells = createCounters()
  const counters = new EngineCounters([cells])
  const clock = new FakeClock(61_500, new Date(2026, 10, 2, 20, 45, 41).getTime())
  const loaded: unknown[] = []
  const bugs: unknown[] = []
  const pool = new WorkerPool([worker(0), worker(1)])
  const logLevel = engineLogLevel({ level: 3 }, pool)
  const tm = { name: 'tm', parameters: tmParameters, values: { ...tmDefaults }, check: parameterValue }
  const services = {
    build: { version: '0.1.0', arch: 'x64', platform: 'linux' },
    clock,
    startedAt: clock.wall() - 61_500,
    counters,
    pool,
    log: new EventLog(),
    decode: () => {
      throw new Error('nothing to decode')
    },
    metrics: new PrometheusText(tmMetrics(counters)),
    subscriptions: new Subscriptions(
      () => ({ periodMs: 1, snapshot: () => ({}), next: () => null, close: () => undefined }),
      new FakeTimers(),
      clock,
    ),
    traces: new CallTraceList(pool, clock),
    recordedOneIn: () => 16,
    logLevel,
    settings: new RuntimeSettings([withLogLevel(parameterSettings(none, pool), logLevel), parameterSettings(tm, pool)]),
    fixedStatistics: { registrar: { default_expire: 3600 } },
    info: () => contract['signalbox.info'].example.result as EngineInfo,
    script: { source: () => NEW_SCRIPT, loaded: (script: unknown) => void loaded.push(script) },
  }
  const dispatcher = new Dispatcher(engineMethods(services), (method, error) => bugs.push([method, error]))
  const call = async (method: string, ...params: unknown[]) => {
    const outcome = await dispatcher.call(method, params, nobody)
    return outcome.ok ? outcome.result : outcome.fault
  }
  return { dispatcher, call, calls, answers, services, loaded, bugs, cells }
}
