import { TOPIC_RATE_HZ, type TmStatsData } from '@signalbox/contract'
import type { TopicFeed } from '../topic-feed.ts'

/** Topic `tm.stats`: a whole sample each period. */
export function tmStatsFeed(sample: () => TmStatsData): TopicFeed {
  return { periodMs: 1000 / TOPIC_RATE_HZ, snapshot: sample, next: sample, close: () => undefined }
}
