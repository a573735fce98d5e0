import type { EngineInfo } from '@signalbox/contract'
import type { Clock } from '../clock/clock.ts'
import type { EventLog } from '../control/event-log.ts'
import type { DecodeEvent } from '../control/live-transactions.ts'
import type { ScriptStatus } from '../control/worker-messages.ts'
import type { WorkerPool } from '../control/worker-pool.ts'
import type { EngineCounters } from '../metrics/engine-counters.ts'
import type { PrometheusText } from '../metrics/prometheus.ts'
import { coreUptime } from './methods/core-uptime.ts'
import { coreVersion, type Build } from './methods/core-version.ts'
import { logLevel, type LogLevelSetting } from './methods/log-level.ts'
import { reload } from './methods/reload.ts'
import { signalboxEventsHistory } from './methods/signalbox-events-history.ts'
import { signalboxInfo } from './methods/signalbox-info.ts'
import { signalboxMetrics } from './methods/signalbox-metrics.ts'
import { signalboxSubscribe } from './methods/signalbox-subscribe.ts'
import { signalboxTxGet } from './methods/signalbox-tx-get.ts'
import { signalboxUnsubscribe } from './methods/signalbox-unsubscribe.ts'
import { systemListMethods } from './methods/system-list-methods.ts'
import { systemMethodHelp } from './methods/system-method-help.ts'
import { tmList } from './methods/tm-list.ts'
import { tmStats } from './methods/tm-stats.ts'
import { ulDump } from './methods/ul-dump.ts'
import type { RpcMethod } from './rpc-method.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What the methods work on. */
export interface EngineServices {
  readonly build: Build
  readonly clock: Clock
  /** Unix milliseconds. */
  readonly startedAt: number
  readonly counters: EngineCounters
  readonly pool: WorkerPool
  readonly log: EventLog
  readonly decode: DecodeEvent
  readonly metrics: PrometheusText
  readonly subscriptions: Subscriptions
  readonly logLevel: LogLevelSetting
  info(): EngineInfo
  scriptLoaded(script: ScriptStatus): void
}

/** Every method of the contract. */
export function engineMethods(services: EngineServices): readonly RpcMethod[] {
  const { counters, pool, log, decode, subscriptions } = services
  const methods: readonly RpcMethod[] = [
    tmStats(counters),
    tmList(pool),
    logLevel(services.logLevel, pool),
    reload(pool, (script) => services.scriptLoaded(script)),
    coreVersion(services.build),
    coreUptime(services.clock, services.startedAt),
    ulDump(pool),
    systemListMethods(() => methods.map((method) => method.name)),
    systemMethodHelp(),
    signalboxInfo(() => services.info()),
    signalboxMetrics(services.metrics),
    signalboxTxGet(log, decode),
    signalboxEventsHistory(log, decode),
    signalboxSubscribe(subscriptions),
    signalboxUnsubscribe(subscriptions),
  ]
  return methods
}
