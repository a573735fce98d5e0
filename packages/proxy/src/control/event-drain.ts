import type { RawEvent } from '../bus/event-ring.ts'
import type { EventLog } from './event-log.ts'

/** The reading end of a SIP thread's ring. */
export interface EventSource {
  setEnabled(on: boolean): void
  drain(handler: (event: RawEvent) => void, most: number): number
}

const PERIOD_MS = 50
/** Per ring and period, so that other work of the control thread gets its turn. */
const MOST_EVENTS = 50_000

/** Moves events from the rings to the log, often enough that a ring rarely fills up. */
export class EventDrain {
  readonly #sources: readonly { readonly source: EventSource; readonly append: (event: RawEvent) => void }[]
  #cancel: () => void = () => undefined

  constructor(sources: readonly EventSource[], log: EventLog) {
    this.#sources = sources.map((source, worker) => ({ source, append: (event) => log.append(event, worker) }))
  }

  start(every: (ms: number, action: () => void) => () => void): void {
    for (const { source } of this.#sources) source.setEnabled(true)
    this.#cancel = every(PERIOD_MS, () => this.drain())
  }

  drain(): void {
    for (const { source, append } of this.#sources) source.drain(append, MOST_EVENTS)
  }

  /** The engine goes on without events. */
  stop(): void {
    for (const { source } of this.#sources) source.setEnabled(false)
    this.#cancel()
  }
}
