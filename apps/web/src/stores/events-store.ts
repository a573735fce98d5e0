import type { DataMessage, EngineEvent } from '@signalbox/contract'
import type { TopicConsumer } from '../api/live.ts'
import { CappedList } from './capped-list.ts'
import { LiveStore, type Scheduler } from './live-store.ts'

export const EVENTS_KEPT = 5000

export interface EventsSnapshot {
  readonly events: readonly EngineEvent[]
  /** Events this page did not get: too many for one message, or the tab was slow. */
  readonly skipped: number
  /** Received since the page opened. */
  readonly received: number
  readonly loaded: boolean
}

/** The newest engine events. */
export class EventsStore extends LiveStore<EventsSnapshot> implements TopicConsumer {
  readonly topic = 'events'
  readonly detail = true
  readonly strict = false
  readonly firstSince = null
  readonly #list = new CappedList<EngineEvent>(EVENTS_KEPT)
  #skipped = 0
  #received = 0
  #loaded = false

  constructor(scheduler?: Scheduler) {
    super({ events: [], skipped: 0, received: 0, loaded: false }, scheduler)
  }

  data(frame: DataMessage): void {
    if (frame.topic !== 'events') return
    if (frame.reset === true) this.#list.clear()
    this.#list.push(frame.data.events)
    this.#received += frame.data.events.length
    this.#skipped += frame.data.skipped
    this.#loaded = true
    this.touch()
  }

  /** The server counts messages it did not send; how many events they held it cannot say. */
  skipped(count: number): void {
    this.#skipped += count
    this.touch()
  }

  protected override build(): EventsSnapshot {
    return {
      events: this.#list.toArray(),
      skipped: this.#skipped,
      received: this.#received,
      loaded: this.#loaded,
    }
  }
}
