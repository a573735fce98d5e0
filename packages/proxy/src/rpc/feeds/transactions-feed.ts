import { TOPIC_RATE_HZ } from '@signalbox/contract'
import type { LiveTransactions } from '../../control/live-transactions.ts'
import type { TopicFeed } from '../topic-feed.ts'

/** Topic `transactions`: the rows are kept only while this feed is open. */
export function transactionsFeed(live: LiveTransactions): TopicFeed {
  live.start()
  return {
    periodMs: 1000 / TOPIC_RATE_HZ,
    snapshot: () => live.snapshot(),
    next: () => {
      live.advance()
      return live.takePatch()
    },
    close: () => live.stop(),
  }
}
