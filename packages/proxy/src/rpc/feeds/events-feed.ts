import { EVENTS_PER_MESSAGE, TOPIC_RATE_HZ, type EngineEvent, type EventsData } from '@signalbox/contract'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import type { TopicFeed } from '../topic-feed.ts'

/** Topic `events`: the newest of each period; how many it left out, the lost ones included, is in `skipped`. */
export function eventsFeed(log: EventLog, decode: DecodeEvent): TopicFeed {
  let next = log.newest + 1
  const read = (from: number): EngineEvent[] => {
    const events: EngineEvent[] = []
    log.visit(Math.max(from, log.seqFromEnd(EVENTS_PER_MESSAGE)), (event) => void events.push(decode(event)))
    return events
  }
  return {
    periodMs: 1000 / TOPIC_RATE_HZ,
    snapshot: (): EventsData => ({ events: read(0), skipped: 0 }),
    next: (): EventsData | null => {
      const count = log.newest + 1 - next
      if (count === 0) return null
      const events = read(next)
      next = log.newest + 1
      return { events, skipped: count - events.length }
    },
    close: () => undefined,
  }
}
