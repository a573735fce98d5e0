import type { DataMessage, EngineEvent, TransactionRow, TransactionTopic } from '@signalbox/contract'
import type { TopicConsumer } from '../api/live.ts'
import { LiveStore, type Scheduler } from './live-store.ts'

export interface TransactionSnapshot {
  readonly row: TransactionRow | null
  readonly events: readonly EngineEvent[]
  readonly loaded: boolean
  /** The engine started the topic over and no longer knows the transaction: what is here is from before. */
  readonly forgotten: boolean
  readonly error: { readonly code: string; readonly message: string } | null
}

/** One transaction: its row and every event the engine still has of it, in sequence order. */
export class TransactionStore extends LiveStore<TransactionSnapshot> implements TopicConsumer {
  readonly topic: TransactionTopic
  readonly detail = true
  readonly strict = true
  readonly firstSince = null
  #row: TransactionRow | null = null
  #events: EngineEvent[] = []
  #loaded = false
  #forgotten = false
  #error: TransactionSnapshot['error'] = null

  constructor(topic: TransactionTopic, scheduler?: Scheduler) {
    super({ row: null, events: [], loaded: false, forgotten: false, error: null }, scheduler)
    this.topic = topic
  }

  data(frame: DataMessage): void {
    if (frame.topic !== this.topic) return
    const detail = frame.data as { readonly row: TransactionRow | null; readonly events: readonly EngineEvent[] }
    const empty = detail.row === null && detail.events.length === 0
    this.#forgotten = empty && (frame.reset === true || this.#forgotten)
    // A snapshot after the engine forgot the transaction must not wipe what is on the screen.
    if (frame.reset === true && detail.events.length > 0) this.#events = []
    const last = this.#events.at(-1)?.seq ?? -1
    this.#events.push(...detail.events.filter((event) => event.seq > last))
    this.#row = detail.row ?? this.#row
    this.#loaded = true
    this.#error = null
    this.touch()
  }

  failed(code: string, message: string): void {
    this.#error = { code, message }
    this.#loaded = true
    this.flush()
  }

  protected override build(): TransactionSnapshot {
    return { row: this.#row, events: this.#events.slice(), loaded: this.#loaded, forgotten: this.#forgotten, error: this.#error }
  }
}
