import { Counter } from './counter-layout.ts'
import type { EngineCounters } from './engine-counters.ts'
import { counter, gauge, labelledCounter, type MetricSource } from './metric-source.ts'
import { tmStatsOf } from './tm-stats.ts'

const CLASSES = ['2xx', '3xx', '4xx', '5xx', '6xx'] as const

/**
 * Every field of tm.stats. Names are those of the Kamailio exporter with `signalbox_` for `kamailio_`, so that its dashboards
 * and alerts work after replacing the prefix; a counter always ends in `_total`.
 */
export function tmMetrics(counters: EngineCounters): readonly MetricSource[] {
  const stat = (key: keyof ReturnType<typeof tmStatsOf>) => () => tmStatsOf(counters)[key]
  return [
    gauge('signalbox_tm_stats_current', 'Transactions in the table, the waiting ones included', stat('current')),
    gauge('signalbox_tm_stats_waiting', 'Ended transactions that wait for wt_timer', stat('waiting')),
    counter('signalbox_tm_stats_total', 'Transactions inserted, received and local', stat('total')),
    counter('signalbox_tm_stats_local_total', 'Transactions started by this proxy', stat('total_local')),
    counter('signalbox_tm_stats_rpl_received_total', 'Replies that matched a transaction', stat('rpl_received')),
    counter('signalbox_tm_stats_rpl_generated_total', 'Replies built by this proxy', stat('rpl_generated')),
    counter('signalbox_tm_stats_rpl_sent_total', 'Replies decided for upstream', stat('rpl_sent')),
    labelledCounter('signalbox_tm_stats_codes_total', 'Final replies of transactions by class, repeats of 2xx included', ['code'], () => {
      const stats = tmStatsOf(counters)
      return CLASSES.map((code) => ({ labels: { code }, value: stats[code] }))
    }),
    counter('signalbox_tm_stats_created_total', 'Transaction cells created', stat('created')),
    counter('signalbox_tm_stats_freed_total', 'Transaction cells freed', stat('freed')),
    counter('signalbox_tm_stats_delayed_free_total', 'Transaction cells whose freeing had to wait', stat('delayed_free')),
    labelledCounter('signalbox_tm_timeouts_total', 'Branches without a final reply in time', ['kind'], () => {
      const invite = counters.get(Counter.inviteTimeouts)
      return [
        { labels: { kind: 'invite' }, value: invite },
        { labels: { kind: 'other' }, value: counters.get(Counter.timeouts) - invite },
      ]
    }),
    gauge('signalbox_tm_suspended', 'Transactions that wait for something outside of SIP', () => counters.get(Counter.suspended)),
    counter('signalbox_tm_suspensions_total', 'Times that a transaction was suspended', () => counters.get(Counter.suspensions)),
    gauge('signalbox_tm_memory_bytes', 'Stored messages of transactions', () => counters.get(Counter.transactionMemory)),
    counter('signalbox_tm_memory_refused_total', 'Requests refused with 503 because transaction_mem was used up', () =>
      counters.get(Counter.memoryRefused),
    ),
    counter('signalbox_tm_overdue_total', 'Transactions found older than their longest legal life', () =>
      counters.get(Counter.overdueTransactions),
    ),
  ]
}
