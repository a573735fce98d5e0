import { parseTransactionTopic, type TmStatsData } from '@signalbox/contract'
import type { EventLog } from '../control/event-log.ts'
import type { DecodeEvent, LiveTransactions } from '../control/live-transactions.ts'
import { drainedFeed } from './feeds/drained-feed.ts'
import { eventsFeed } from './feeds/events-feed.ts'
import { tmStatsFeed } from './feeds/tm-stats-feed.ts'
import { transactionFeed } from './feeds/transaction-feed.ts'
import { transactionsFeed } from './feeds/transactions-feed.ts'
import type { TopicFeed } from './topic-feed.ts'

export interface TopicSources {
  readonly log: EventLog
  /** Brings the log up to date. */
  readonly drain: () => void
  readonly decode: DecodeEvent
  readonly live: LiveTransactions
  readonly sample: () => TmStatsData
}

/** The feed of a topic by its name, null for no topic. */
export function openTopic(name: string, sources: TopicSources): TopicFeed | null {
  if (name === 'tm.stats') return tmStatsFeed(sources.sample)
  const feed = openEventFeed(name, sources)
  return feed === null ? null : drainedFeed(feed, sources.drain)
}

/** Those that read the log. */
function openEventFeed(name: string, { log, decode, live }: TopicSources): TopicFeed | null {
  if (name === 'transactions') return transactionsFeed(live)
  if (name === 'events') return eventsFeed(log, decode)
  const transaction = parseTransactionTopic(name)
  return transaction === null ? null : transactionFeed(log, decode, transaction)
}
