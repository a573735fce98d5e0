import { TOPIC_RATE_HZ } from '@signalbox/contract'
import type { LiveTransactions } from '../../control/live-transactions.ts'
import type { TopicFeed } from '../topic-feed.ts'

/** More rows in a message than anybody reads in a second. */
const CROWD = 50

/** Topic `transactions`: the rows are kept only while this feed is open. */
export function transactionsFeed(live: LiveTransactions): TopicFeed {
  live.start()
  let crowded = false
  return {
    periodMs: 1000 / TOPIC_RATE_HZ,
    snapshot: () => live.snapshot(),
    next: () => {
      live.advance()
      const patch = live.takePatch()
      crowded = patch !== null && patch.upsert.length > CROWD
      return patch
    },
    get crowded() {
      return crowded
    },
    close: () => live.stop(),
  }
}
