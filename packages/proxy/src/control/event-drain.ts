import type { RecordSink } from '../bus/event-ring.ts'
import type { EventLog } from './event-log.ts'

/** The reading end of a SIP thread's ring. */
export interface EventSource {
  readonly oneIn: number
  setEnabled(on: boolean): void
  take(sink: RecordSink): void
}

/** Whoever asks takes what is there first, so this is only to keep the rings from filling up. An idle machine pays 200 us a time. */
const PERIOD_MS = 250

/**
 * Moves events from the rings to the log, often enough that a ring rarely fills up. The SIP threads write no more than a budget
 * (bus/call-sampler.ts), so the log is a flight recorder whether somebody watches or not.
 */
export class EventDrain {
  readonly #sources: readonly { readonly source: EventSource; readonly sink: RecordSink }[]
  #cancel: () => void = () => undefined

  constructor(sources: readonly EventSource[], log: EventLog) {
    this.#sources = sources.map((source, worker) => ({
      source,
      sink: (view, bytes, start, end) => log.append(worker, view, bytes, [start, end]),
    }))
  }

  /** One call in so many is recorded; of the busiest SIP thread. */
  get oneIn(): number {
    return Math.max(1, ...this.#sources.map(({ source }) => source.oneIn))
  }

  start(every: (ms: number, action: () => void) => () => void): void {
    for (const { source } of this.#sources) source.setEnabled(true)
    this.#cancel = every(PERIOD_MS, () => this.drain())
  }

  drain(): void {
    for (const { source, sink } of this.#sources) source.take(sink)
  }

  /** The engine goes on without events. */
  stop(): void {
    for (const { source } of this.#sources) source.setEnabled(false)
    this.#cancel()
  }
}
