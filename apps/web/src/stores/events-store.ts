import { EVENTS_PER_MESSAGE, type DataMessage, type EngineEvent } from '@signalbox/contract'
import type { TopicConsumer } from '../api/live.ts'
import { CappedList } from './capped-list.ts'
import { HeldStore } from './held-store.ts'
import { browserScheduler, type Scheduler } from './live-store.ts'

export const EVENTS_KEPT = 5000
/** What was dismissed is told again once events were missing again after this long without. */
const QUIET_MS = 60_000

/** Events that came while this tab listened and that it does not have, by cause. */
export interface MissingEvents {
  /** More than a message holds. */
  readonly crowded: number
  /** Lost by the engine. */
  readonly lost: number
  /** In messages that this tab was too slow for. */
  readonly slow: number
}

const NONE_MISSING: MissingEvents = { crowded: 0, lost: 0, slow: 0 }

export interface EventsSnapshot {
  /** In the order of their numbers. Where numbers are missing, events are. */
  readonly events: readonly EngineEvent[]
  readonly missing: MissingEvents
  /** New ones since the console was opened; differences count what a pause hid. */
  readonly received: number
  readonly loaded: boolean
}

/** The newest engine events. They stay while other pages are open; those that came meanwhile are a gap in the numbers. */
export class EventsStore extends HeldStore<EventsSnapshot> implements TopicConsumer {
  readonly topic = 'events'
  readonly detail = true
  readonly strict = false
  readonly firstSince = null
  readonly #clock: Scheduler
  readonly #list = new CappedList<EngineEvent>(EVENTS_KEPT)
  #last: EngineEvent | null = null
  #missing = NONE_MISSING
  #missedAt = Number.NEGATIVE_INFINITY
  #dismissed = false
  #received = 0
  #loaded = false

  constructor(scheduler: Scheduler = browserScheduler) {
    super({ events: [], missing: NONE_MISSING, received: 0, loaded: false }, scheduler)
    this.#clock = scheduler
  }

  data(frame: DataMessage): void {
    if (frame.topic !== 'events') return
    const { events, skipped } = frame.data
    if (this.#last !== null && restarted(this.#last, events)) {
      this.#list.clear()
      this.#last = null
    }
    const last = this.#last?.seq ?? -1
    const fresh = events.filter((event) => event.seq > last)
    if (frame.reset !== true) this.#miss(missingOf(fresh, skipped, this.#last))
    this.#list.push(fresh)
    this.#last = fresh.at(-1) ?? this.#last
    this.#received += fresh.length
    this.#loaded = true
    this.touch()
  }

  /** Somebody has read that events are missing. */
  dismissMissing(): void {
    this.#missing = NONE_MISSING
    this.#dismissed = true
    this.flush()
  }

  protected override build(): EventsSnapshot {
    return {
      events: this.#list.toArray(),
      missing: this.#missing,
      received: this.#received,
      loaded: this.#loaded,
    }
  }

  #miss({ crowded, lost, slow }: MissingEvents): void {
    if (crowded + lost + slow === 0) return
    const now = this.#clock.now()
    if (now - this.#missedAt > QUIET_MS) this.#dismissed = false
    this.#missedAt = now
    if (this.#dismissed) return
    const before = this.#missing
    this.#missing = { crowded: before.crowded + crowded, lost: before.lost + lost, slow: before.slow + slow }
  }
}

/** An engine that starts counts from 1 again: its numbers fell, or the newest known one is now that of another event. */
function restarted(last: EngineEvent, events: readonly EngineEvent[]): boolean {
  const newest = events.at(-1)
  if (newest === undefined) return false
  return newest.seq < last.seq || events.some(({ seq, tMono }) => seq === last.seq && tMono !== last.tMono)
}

/** `skipped` is what the message itself leaves out; numbers missing beyond that were in messages that never came. */
function missingOf(fresh: readonly EngineEvent[], skipped: number, last: EngineEvent | null): MissingEvents {
  const newest = fresh.at(-1)
  const absent = newest === undefined || last === null ? skipped : newest.seq - last.seq - fresh.length
  const full = fresh.length >= EVENTS_PER_MESSAGE
  return { crowded: full ? skipped : 0, lost: full ? 0 : skipped, slow: Math.max(0, absent - skipped) }
}
