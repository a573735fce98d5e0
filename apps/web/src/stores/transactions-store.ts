import type { DataMessage, TransactionRow } from '@signalbox/contract'
import type { TopicConsumer } from '../api/live.ts'
import { HeldStore } from './held-store.ts'
import type { Scheduler } from './live-store.ts'

export interface TransactionsSnapshot {
  readonly rows: readonly TransactionRow[]
  /** Live in the engine; more than `rows` when truncated. */
  readonly total: number
  readonly truncated: boolean
  readonly loaded: boolean
  /** Rows that appeared since the console was opened; differences count what a pause hid. */
  readonly appeared: number
}

/** Live transactions, kept by keyed patches. */
export class TransactionsStore extends HeldStore<TransactionsSnapshot> implements TopicConsumer {
  readonly topic = 'transactions'
  readonly detail = true
  readonly strict = true
  readonly firstSince = null
  #rows = new Map<string, TransactionRow>()
  #total = 0
  #truncated = false
  #loaded = false
  #appeared = 0

  constructor(scheduler?: Scheduler) {
    super({ rows: [], total: 0, truncated: false, loaded: false, appeared: 0 }, scheduler)
  }

  data(frame: DataMessage): void {
    if (frame.topic !== 'transactions') return
    const patch = frame.data
    const before = this.#rows
    if (frame.reset === true) this.#rows = new Map()
    for (const row of patch.upsert) {
      if (!before.has(row.key)) this.#appeared += 1
      this.#rows.set(row.key, row)
    }
    for (const key of patch.remove) this.#rows.delete(key)
    this.#total = patch.total
    this.#truncated = patch.truncated
    this.#loaded = true
    this.touch()
  }

  protected override build(): TransactionsSnapshot {
    return {
      rows: [...this.#rows.values()],
      total: this.#total,
      truncated: this.#truncated,
      loaded: this.#loaded,
      appeared: this.#appeared,
    }
  }
}
