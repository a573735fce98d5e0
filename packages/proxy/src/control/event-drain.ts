import { TOPIC_RATE_HZ } from '@signalbox/contract'
import type { RecordSink } from '../bus/event-ring.ts'
import type { EventLog } from './event-log.ts'
import { mergeEvents, type RecordPiece } from './event-merge.ts'

/** The reading end of a SIP thread's ring. */
export interface EventSource {
  readonly oneIn: number
  setEnabled(on: boolean): void
  /** Shows what was written since the last `free`. */
  look(sink: RecordSink): void
  free(): void
}

/** Whoever asks takes what is there first, so this is only to keep the rings from filling up: in the same go as what the topics say. */
const PERIOD_MS = 1000 / TOPIC_RATE_HZ

/**
 * Moves events from the rings to the log, often enough that a ring rarely fills up. The SIP threads write no more than a budget
 * (bus/call-sampler.ts), so the log is a flight recorder whether somebody watches or not.
 */
export class EventDrain {
  readonly #sources: readonly EventSource[]
  readonly #log: EventLog
  readonly #offset: (worker: number) => number
  #cancel: () => void = () => undefined

  /** `offset`: from the clock of a thread to that of all. */
  constructor(sources: readonly EventSource[], log: EventLog, offset: (worker: number) => number) {
    this.#sources = sources
    this.#log = log
    this.#offset = offset
  }

  /** One call in so many is recorded; of the busiest SIP thread. */
  get oneIn(): number {
    return Math.max(1, ...this.#sources.map(({ oneIn }) => oneIn))
  }

  start(every: (ms: number, action: () => void) => () => void): void {
    for (const source of this.#sources) source.setEnabled(true)
    this.#cancel = every(PERIOD_MS, () => this.drain())
  }

  drain(): void {
    const threads = this.#sources.map((source, worker) => {
      const pieces: RecordPiece[] = []
      source.look((view, bytes, start, end) => void pieces.push({ worker, view, bytes, start, end }))
      return pieces
    })
    mergeEvents(threads, this.#offset, this.#log)
    for (const source of this.#sources) source.free()
  }

  /** The engine goes on without events. */
  stop(): void {
    for (const source of this.#sources) source.setEnabled(false)
    this.#cancel()
  }
}
