import type { TopicFeed } from '../topic-feed.ts'

/** A feed that reads the event log: events are taken from the threads seldom, and before anybody is told of them. */
export function drainedFeed(feed: TopicFeed, drain: () => void): TopicFeed {
  return {
    periodMs: feed.periodMs,
    snapshot: () => {
      drain()
      return feed.snapshot()
    },
    next: () => {
      drain()
      return feed.next()
    },
    get crowded() {
      return feed.crowded === true
    },
    close: () => feed.close(),
  }
}
