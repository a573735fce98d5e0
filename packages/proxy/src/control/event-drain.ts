import type { RecordSink } from '../bus/event-ring.ts'
import type { EventLog } from './event-log.ts'

/** The reading end of a SIP thread's ring. */
export interface EventSource {
  setEnabled(on: boolean): void
  take(sink: RecordSink): void
}

const PERIOD_MS = 50
const LOAD_PERIOD_MS = 1000

/** New transactions a second above which nobody's events are recorded, and below which recording begins again. */
const BUSY = 100
const CALM = 50

/**
 * Moves events from the rings to the log, often enough that a ring rarely fills up. While somebody watches, everything is
 * recorded. Otherwise the log is a flight recorder for quiet times: under load events would cost a seventh of a call's CPU time,
 * so the engine goes without until it is calm again or somebody looks.
 */
export class EventDrain {
  readonly #sources: readonly { readonly source: EventSource; readonly sink: RecordSink }[]
  readonly #transactions: () => number
  readonly #cancels: (() => void)[] = []
  #watchers = 0
  #calm = true
  #seen = 0

  /** `transactions`: how many there have been so far. */
  constructor(sources: readonly EventSource[], log: EventLog, transactions: () => number) {
    this.#sources = sources.map((source, worker) => ({
      source,
      sink: (view, bytes, start, end) => log.append(worker, view, bytes, [start, end]),
    }))
    this.#transactions = transactions
  }

  start(every: (ms: number, action: () => void) => () => void): void {
    this.#seen = this.#transactions()
    this.#switch()
    this.#cancels.push(
      every(PERIOD_MS, () => this.drain()),
      every(LOAD_PERIOD_MS, () => this.#weigh()),
    )
  }

  /** Somebody looks at events from now on. Returns the end of it. */
  watch(): () => void {
    this.#watchers++
    this.#switch()
    return () => {
      this.#watchers--
      this.#switch()
    }
  }

  drain(): void {
    for (const { source, sink } of this.#sources) source.take(sink)
  }

  /** The engine goes on without events. */
  stop(): void {
    for (const { source } of this.#sources) source.setEnabled(false)
    for (const cancel of this.#cancels) cancel()
  }

  #weigh(): void {
    const transactions = this.#transactions()
    const rate = transactions - this.#seen
    this.#seen = transactions
    this.#calm = rate < (this.#calm ? BUSY : CALM)
    this.#switch()
  }

  #switch(): void {
    for (const { source } of this.#sources) source.setEnabled(this.#watchers > 0 || this.#calm)
  }
}
