import { parseTransactionTopic, type TmStatsData } from '@signalbox/contract'
import type { EventLog } from '../control/event-log.ts'
import type { DecodeEvent, LiveTransactions } from '../control/live-transactions.ts'
import { eventsFeed } from './feeds/events-feed.ts'
import { tmStatsFeed } from './feeds/tm-stats-feed.ts'
import { transactionFeed } from './feeds/transaction-feed.ts'
import { transactionsFeed } from './feeds/transactions-feed.ts'
import type { TopicFeed } from './topic-feed.ts'

export interface TopicSources {
  readonly log: EventLog
  readonly decode: DecodeEvent
  readonly live: LiveTransactions
  readonly sample: () => TmStatsData
}

/** The feed of a topic by its name, null for no topic. */
export function openTopic(name: string, { log, decode, live, sample }: TopicSources): TopicFeed | null {
  if (name === 'tm.stats') return tmStatsFeed(sample)
  if (name === 'transactions') return transactionsFeed(live)
  if (name === 'events') return eventsFeed(log, decode)
  const transaction = parseTransactionTopic(name)
  return transaction === null ? null : transactionFeed(log, decode, transaction)
}
