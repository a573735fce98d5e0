import type { TmStatsData } from '@signalbox/contract'
import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'
import type { ThreadHealths } from './process-metrics.ts'
import { tmStatsOf } from './tm-stats.ts'

export interface SampleSources {
  readonly counters: EngineCounters
  readonly healths: () => ThreadHealths
  readonly eventsLost: () => number
  readonly recordedOneIn: () => number
  /** Unix milliseconds. */
  readonly now: () => number
  readonly startedAt: number
}

/** One message of topic `tm.stats`. The loop delay is that of the slowest SIP thread, the heap that of all threads. */
export function statsSample({ counters, healths, eventsLost, recordedOneIn, now, startedAt }: SampleSources): TmStatsData {
  const t = now()
  const all = [...healths()]
  const sip = all.filter(([thread]) => thread !== 'control').map(([, health]) => health)
  return {
    t,
    stats: tmStatsOf(counters),
    messagesIn: counters.messages('received'),
    messagesOut: counters.messages('sent'),
    retransmissions: counters.get(Counter.requestRetransmissions) + counters.get(Counter.replyRetransmissions),
    loopDelayP50Ms: 1000 * Math.max(0, ...sip.map((health) => health.loopDelayP50)),
    loopDelayP99Ms: 1000 * Math.max(0, ...sip.map((health) => health.loopDelayP99)),
    heapUsed: all.reduce((sum, [, health]) => sum + health.heapUsed, 0),
    rss: process.memoryUsage.rss(),
    eventsLost: eventsLost(),
    recordedOneIn: recordedOneIn(),
    uptimeS: Math.max(0, (t - startedAt) / 1000),
  }
}
