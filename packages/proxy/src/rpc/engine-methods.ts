import type { EngineInfo } from '@signalbox/contract'
import type { Clock } from '../clock/clock.ts'
import type { EventLog } from '../control/event-log.ts'
import type { CallTraceList } from '../control/call-trace-list.ts'
import type { DecodeEvent } from '../control/live-transactions.ts'
import type { RuntimeSettings } from '../control/runtime-settings.ts'
import { addFacts, type ThreadFacts } from '../control/thread-facts.ts'
import type { WorkerPool } from '../control/worker-pool.ts'
import type { EngineCounters } from '../metrics/engine-counters.ts'
import type { PrometheusText } from '../metrics/prometheus.ts'
import { statistics } from '../metrics/statistics.ts'
import { dnsMethods } from './dns-methods.ts'
import { cfgCommit } from './methods/cfg-commit.ts'
import { cfgDelete } from './methods/cfg-delete.ts'
import { cfgDiff } from './methods/cfg-diff.ts'
import { cfgGet } from './methods/cfg-get.ts'
import { cfgGroupInstances } from './methods/cfg-group-instances.ts'
import { cfgHelp } from './methods/cfg-help.ts'
import { cfgList } from './methods/cfg-list.ts'
import { cfgReset } from './methods/cfg-reset.ts'
import { cfgRollback } from './methods/cfg-rollback.ts'
import { cfgSet } from './methods/cfg-set.ts'
import { cntGet } from './methods/cnt-get.ts'
import { cntGrpGetAll } from './methods/cnt-grp-get-all.ts'
import { cntGrpsList } from './methods/cnt-grps-list.ts'
import { cntVarList } from './methods/cnt-var-list.ts'
import { coreEcho } from './methods/core-echo.ts'
import { coreInfo } from './methods/core-info.ts'
import { coreModules } from './methods/core-modules.ts'
import { corePs } from './methods/core-ps.ts'
import { corePsx } from './methods/core-psx.ts'
import { coreRuninfo } from './methods/core-runinfo.ts'
import { coreSocketsList } from './methods/core-sockets-list.ts'
import { coreTcpInfo } from './methods/core-tcp-info.ts'
import { coreUptime } from './methods/core-uptime.ts'
import { coreVersion, type Build } from './methods/core-version.ts'
import { corexListSockets } from './methods/corex-list-sockets.ts'
import { logLevel } from './methods/log-level.ts'
import { reload, type ReloadedScript } from './methods/reload.ts'
import { signalboxEventsHistory } from './methods/signalbox-events-history.ts'
import { signalboxInfo } from './methods/signalbox-info.ts'
import { signalboxMetrics } from './methods/signalbox-metrics.ts'
import { signalboxSubscribe } from './methods/signalbox-subscribe.ts'
import { signalboxTrace } from './methods/signalbox-trace.ts'
import { signalboxTxCancelBranch } from './methods/signalbox-tx-cancel-branch.ts'
import { signalboxTxGet } from './methods/signalbox-tx-get.ts'
import { signalboxTxReply } from './methods/signalbox-tx-reply.ts'
import { signalboxUnsubscribe } from './methods/signalbox-unsubscribe.ts'
import { slStats } from './methods/sl-stats.ts'
import { statsFetch } from './methods/stats-fetch.ts'
import { statsFetchn } from './methods/stats-fetchn.ts'
import { statsGetStatistics } from './methods/stats-get-statistics.ts'
import { systemListMethods } from './methods/system-list-methods.ts'
import { systemMethodHelp } from './methods/system-method-help.ts'
import { tmCancel } from './methods/tm-cancel.ts'
import { tmClean } from './methods/tm-clean.ts'
import { tmHashStats } from './methods/tm-hash-stats.ts'
import { tmList } from './methods/tm-list.ts'
import { tmReplyCallid } from './methods/tm-reply-callid.ts'
import { tmReply } from './methods/tm-reply.ts'
import { tmRetransmitReplyCallid } from './methods/tm-retransmit-reply-callid.ts'
import { tmRetransmitReply } from './methods/tm-retransmit-reply.ts'
import { tmStats } from './methods/tm-stats.ts'
import { tmUac } from './methods/tm-uac.ts'
import { ulDump } from './methods/ul-dump.ts'
import type { EngineLogLevel } from '../control/log-level-setting.ts'
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
  readonly traces: CallTraceList
  /** Events are recorded of one call in so many. */
  recordedOneIn(): number
  readonly settings: RuntimeSettings
  readonly logLevel: EngineLogLevel
  /** Statistics that never change, by group. */
  readonly fixedStatistics: Readonly<Record<string, Readonly<Record<string, number>>>>
  info(): EngineInfo
  readonly script: ReloadedScript
}

/** Every method of the contract. */
export function engineMethods(services: EngineServices): readonly RpcMethod[] {
  const methods: readonly RpcMethod[] = [
    ...transactionMethods(services),
    ...settingMethods(services),
    ...statisticMethods(services),
    ...coreMethods(services),
    ...dnsMethods(services.pool),
    ...signalboxMethods(services),
    systemListMethods(() => methods.map((method) => method.name)),
    systemMethodHelp(),
  ]
  return methods
}

function transactionMethods({ counters, pool }: EngineServices): readonly RpcMethod[] {
  return [
    tmStats(counters),
    tmList(pool),
    tmHashStats(pool),
    tmCancel(pool),
    tmReply(pool),
    tmReplyCallid(pool),
    tmRetransmitReply(pool),
    tmRetransmitReplyCallid(pool),
    tmClean(pool),
    ...tmUac(pool),
  ]
}

function settingMethods({ settings, logLevel: level }: EngineServices): readonly RpcMethod[] {
  return [
    logLevel(level),
    cfgList(settings),
    cfgGet(settings),
    cfgHelp(settings),
    ...cfgSet(settings),
    cfgCommit(settings),
    cfgRollback(settings),
    cfgDiff(settings),
    cfgReset(settings),
    ...cfgDelete(settings),
    ...cfgGroupInstances(settings),
  ]
}

function statisticMethods(services: EngineServices): readonly RpcMethod[] {
  const { counters, fixedStatistics } = services
  const read = async () => statistics(counters, await threadFacts(services), fixedStatistics)
  return [
    statsGetStatistics(read),
    statsFetch(read),
    statsFetchn(read),
    cntGet(read),
    cntGrpsList(read),
    cntVarList(read),
    cntGrpGetAll(read),
    slStats(counters),
  ]
}

async function threadFacts({ pool }: EngineServices): Promise<ThreadFacts> {
  return addFacts((await pool.callAll('facts')) as readonly ThreadFacts[])
}

function coreMethods(services: EngineServices): readonly RpcMethod[] {
  const { build, clock, pool, startedAt } = services
  const info = () => services.info()
  return [
    coreVersion(build),
    coreUptime(clock, startedAt),
    coreInfo(info),
    coreRuninfo(clock, info),
    corePs(info),
    corePsx(info),
    coreModules(),
    coreEcho(),
    coreSocketsList(info),
    coreTcpInfo(info, () => threadFacts(services)),
    corexListSockets(info),
    reload(pool, services.script),
    ulDump(pool),
  ]
}

function signalboxMethods(services: EngineServices): readonly RpcMethod[] {
  const { pool, log, decode, metrics, subscriptions } = services
  return [
    signalboxInfo(() => services.info()),
    signalboxMetrics(metrics),
    signalboxTxGet(pool, log, decode),
    signalboxTxCancelBranch(pool),
    signalboxTxReply(pool),
    signalboxEventsHistory(log, decode),
    ...signalboxTrace(services.traces, () => services.recordedOneIn()),
    signalboxSubscribe(subscriptions),
    signalboxUnsubscribe(subscriptions),
  ]
}
