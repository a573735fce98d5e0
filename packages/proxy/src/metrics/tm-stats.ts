import type { TmStats } from '@signalbox/contract'
import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'

/** tm.stats in the key order of tm-reference 11. */
export function tmStatsOf(counters: EngineCounters): TmStats {
  const total = counters.get(Counter.tmTotal)
  return {
    current: total - counters.get(Counter.tmDeleted),
    waiting: counters.get(Counter.tmWaiting),
    total,
    total_local: counters.get(Counter.tmTotalLocal),
    rpl_received: counters.get(Counter.tmRplReceived),
    rpl_generated: counters.get(Counter.tmRplGenerated),
    rpl_sent: counters.get(Counter.tmRplSent),
    '6xx': counters.get(Counter.tm6xx),
    '5xx': counters.get(Counter.tm5xx),
    '4xx': counters.get(Counter.tm4xx),
    '3xx': counters.get(Counter.tm3xx),
    '2xx': counters.get(Counter.tm2xx),
    created: counters.get(Counter.tmCreated),
    freed: counters.get(Counter.tmFreed),
    delayed_free: counters.get(Counter.tmDelayedFree),
  }
}
