import type { TmStatsKey } from '@signalbox/contract'
import type { ChartSeries } from '../components/Chart.tsx'
import { formatCount, formatMs, formatRate } from '../format/number.ts'

interface Readout extends ChartSeries {
  readonly name: string
}

export interface Panel {
  readonly title: string
  readonly unit: string
  readonly series: readonly Readout[]
  readonly format: (value: number | null | undefined) => string
}

const megabytes = (bytes: number | null | undefined): string => formatCount(typeof bytes === 'number' ? bytes / 1e6 : bytes)

/** The charts of the overview. */
export const PANELS: readonly Panel[] = [
  {
    title: 'Transactions',
    unit: '',
    format: formatCount,
    series: [
      { metric: 'current', token: '--accent', name: 'current' },
      { metric: 'waiting', token: '--timer', name: 'waiting' },
    ],
  },
  {
    title: 'SIP messages',
    unit: '/s',
    format: formatRate,
    series: [
      { metric: 'messagesIn', token: '--accent', name: 'in' },
      { metric: 'messagesOut', token: '--good', name: 'out' },
    ],
  },
  {
    title: 'Final replies',
    unit: '/s',
    format: formatRate,
    series: [
      { metric: '2xx', token: '--good', name: '2xx' },
      { metric: '4xx', token: '--warn', name: '4xx' },
      { metric: '5xx', token: '--bad', name: '5xx' },
      { metric: '6xx', token: '--timer', name: '6xx' },
    ],
  },
  {
    title: 'Retransmissions',
    unit: '/s',
    format: formatRate,
    series: [{ metric: 'retransmissions', token: '--warn', name: 'sent again' }],
  },
  {
    title: 'Event loop delay',
    unit: 'ms',
    format: formatMs,
    series: [
      { metric: 'loopDelayP99Ms', token: '--timer', name: 'p99' },
      { metric: 'loopDelayP50Ms', token: '--accent', name: 'p50' },
    ],
  },
  {
    title: 'Memory',
    unit: 'MB',
    format: megabytes,
    series: [
      { metric: 'heapUsed', token: '--accent', name: 'heap' },
      { metric: 'rss', token: '--muted', name: 'resident' },
    ],
  },
]

/** What each field of tm.stats counts. Total, so that a new field gets its words. */
const MEANING: Readonly<Record<TmStatsKey, string>> = {
  current: 'in the table now, waiting ones included',
  waiting: 'ended, kept to absorb repeats',
  total: 'inserted since the start',
  total_local: 'started by this proxy',
  rpl_received: 'replies that matched a transaction',
  rpl_generated: 'replies built here',
  rpl_sent: 'replies decided for upstream',
  '6xx': 'global failures sent',
  '5xx': 'server failures sent',
  '4xx': 'request failures sent',
  '3xx': 'redirections sent',
  '2xx': 'successes sent, repeats included',
  created: 'transactions created',
  freed: 'transactions freed',
  delayed_free: 'frees that had to wait',
}

export interface Field {
  readonly key: TmStatsKey
  readonly meaning: string
  readonly series: readonly ChartSeries[]
}

const field = (key: TmStatsKey, token: string): Field => ({ key, meaning: MEANING[key], series: [{ metric: key, token }] })

/** Every field of tm.stats, grouped as an operator reads them. */
export const FIELD_GROUPS: readonly { readonly title: string; readonly fields: readonly Field[] }[] = [
  {
    title: 'Transactions',
    fields: [field('current', '--accent'), field('waiting', '--timer'), field('total', '--accent'), field('total_local', '--accent')],
  },
  {
    title: 'Replies',
    fields: [field('rpl_received', '--accent'), field('rpl_generated', '--accent'), field('rpl_sent', '--accent')],
  },
  {
    title: 'Final replies sent',
    fields: [field('2xx', '--good'), field('3xx', '--timer'), field('4xx', '--warn'), field('5xx', '--bad'), field('6xx', '--bad')],
  },
  {
    title: 'Cells',
    fields: [field('created', '--accent'), field('freed', '--accent'), field('delayed_free', '--warn')],
  },
]
