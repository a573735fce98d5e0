import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'
import { counter, labelledCounter, type MetricSource } from './metric-source.ts'

/** How next hops were found, and what became of those that failed. */
export function dnsMetrics(counters: EngineCounters): readonly MetricSource[] {
  const value = (index: number) => () => counters.get(index)
  return [
    counter('signalbox_dns_lookups_total', 'Questions asked of DNS', value(Counter.dnsLookups)),
    counter('signalbox_dns_failed_lookups_total', 'Questions that no name server could answer', value(Counter.dnsFailures)),
    labelledCounter('signalbox_dns_cache_hits_total', 'Questions answered by the cache, without asking DNS', ['kind'], () => [
      { labels: { kind: 'records' }, value: counters.get(Counter.dnsHits) },
      { labels: { kind: 'none' }, value: counters.get(Counter.dnsNegativeHits) },
    ]),
    counter('signalbox_dns_failovers_total', 'Branches made for the next address of a name after one failed', value(Counter.dnsFailovers)),
    counter('signalbox_blocklist_added_total', 'Times that a destination was put on the blocklist', value(Counter.blocklistings)),
    counter('signalbox_blocklist_blocked_total', 'Requests not sent because their destination is blocklisted', value(Counter.blockedSends)),
  ]
}
