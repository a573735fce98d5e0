import { EVENTS_PER_MESSAGE, TOPIC_RATE_HZ, type EngineEvent, type EventsData } from '@signalbox/contract'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import type { TopicFeed } from '../topic-feed.ts'

/**
 * Topic `events`: the newest of each period, of messages their first lines; how many it left out, the lost ones included, is in
 * `skipped`.
 */
export function eventsFeed(log: EventLog, decode: DecodeEvent): TopicFeed {
  let next = log.newest + 1
  let crowded = false
  const read = (from: number): EngineEvent[] => {
    const events: EngineEvent[] = []
    log.visit(Math.max(from, log.newest + 1 - EVENTS_PER_MESSAGE), (event) => void events.push(shortened(decode(event))))
    return events
  }
  return {
    periodMs: 1000 / TOPIC_RATE_HZ,
    snapshot: (): EventsData => ({ events: read(0), skipped: 0 }),
    next: (): EventsData | null => {
      const count = log.newest + 1 - next
      if (count === 0) return null
      const events = read(next)
      crowded = count > EVENTS_PER_MESSAGE
      next = log.newest + 1
      return { events, skipped: count - events.length }
    },
    get crowded() {
      return crowded
    },
    close: () => undefined,
  }
}

/** A list shows what a message is; whoever wants to read it opens its transaction. */
function shortened(event: EngineEvent): EngineEvent {
  if (!('raw' in event.data) || event.data.raw === undefined) return event
  const { raw } = event.data
  const end = raw.indexOf('\n')
  return { ...event, data: { ...event.data, raw: end < 0 ? raw : raw.slice(0, end + 1) } } as EngineEvent
}
