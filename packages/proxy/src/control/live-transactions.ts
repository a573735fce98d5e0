import type { EngineEvent, TransactionsData } from '@signalbox/contract'
import { EventKind } from '../bus/event-kind.ts'
import type { EventLog, LoggedEvent } from './event-log.ts'
import { growRow, rowOf, type GrowingRow } from './transaction-row.ts'

export type DecodeEvent = (event: LoggedEvent) => EngineEvent

export interface LiveTransactionsLimits {
  /** Rows kept; beyond that the oldest leave the list. */
  readonly rows: number
  /** Rows in one message. */
  readonly rowsPerMessage: number
}

const TOLD_BY_ROWS: ReadonlySet<number> = new Set([
  EventKind.created,
  EventKind.state,
  EventKind['msg-in'],
  EventKind['msg-out'],
  EventKind.retransmit,
  EventKind['timer-armed'],
  EventKind.destroyed,
])

/**
 * The transactions that live now, as rows built from the event log. Only while somebody looks: `start` reads the log from
 * its beginning, `advance` what came since. A transaction whose `created` the log has dropped is in `total` only.
 */
export class LiveTransactions {
  readonly #log: EventLog
  readonly #decode: DecodeEvent
  readonly #total: () => number
  readonly #limits: LiveTransactionsLimits
  readonly #rows = new Map<number, GrowingRow>()
  readonly #changed = new Set<number>()
  readonly #unreported = new Set<number>()
  #removed: string[] = []
  #next = 1
  #truncated = false

  constructor(log: EventLog, decode: DecodeEvent, total: () => number, limits: LiveTransactionsLimits) {
    this.#log = log
    this.#decode = decode
    this.#total = total
    this.#limits = limits
  }

  /** Two passes, so that ended transactions, which are nearly all, are never decoded. */
  start(): void {
    const live = new Set<number>()
    this.#log.visit(0, (event) => {
      if (event.kind === EventKind.created) live.add(keyOf(event))
      else if (event.kind === EventKind.destroyed) live.delete(keyOf(event))
    })
    this.#log.visit(0, (event) => {
      if (live.has(keyOf(event))) this.#apply(event)
    })
    this.#next = this.#log.newest + 1
    this.#forgetChanges()
  }

  stop(): void {
    this.#rows.clear()
    this.#truncated = false
    this.#forgetChanges()
  }

  advance(): void {
    this.#log.visit(this.#next, (event) => this.#apply(event))
    this.#next = this.#log.newest + 1
  }

  /** The newest rows. */
  snapshot(): TransactionsData {
    const upsert = [...this.#rows.values()].slice(-this.#limits.rowsPerMessage)
    return this.#message(upsert, [])
  }

  /** What changed since the last patch, null when nothing did. A transaction that came and went in between is not told. */
  takePatch(): TransactionsData | null {
    if (this.#changed.size === 0 && this.#removed.length === 0) return null
    const rows = [...this.#changed].slice(-this.#limits.rowsPerMessage).flatMap((key) => this.#rows.get(key) ?? [])
    if (rows.length < this.#changed.size) this.#truncated = true
    const patch = this.#message(rows, this.#removed)
    this.#forgetChanges()
    return patch
  }

  #message(upsert: readonly GrowingRow[], remove: readonly string[]): TransactionsData {
    const total = Math.max(this.#total(), 0)
    // Once a reader misses rows it misses them until the list has been empty.
    if (this.#rows.size === 0) this.#truncated = false
    if (this.#rows.size > this.#limits.rowsPerMessage) this.#truncated = true
    return { upsert: [...upsert], remove: [...remove], total, truncated: this.#truncated || total > this.#rows.size }
  }

  #apply(event: LoggedEvent): void {
    if (!TOLD_BY_ROWS.has(event.kind)) return
    const key = keyOf(event)
    const row = this.#rows.get(key)
    if (event.kind === EventKind.destroyed) return this.#remove(key)
    if (row === undefined) {
      if (event.kind === EventKind.created) this.#add(key, this.#decode(event))
      return
    }
    growRow(row, this.#decode(event))
    this.#changed.add(key)
  }

  #add(key: number, event: EngineEvent): void {
    if (event.kind !== 'created') return
    this.#rows.set(key, rowOf(event))
    this.#changed.add(key)
    this.#unreported.add(key)
    if (this.#rows.size <= this.#limits.rows) return
    const [oldest] = this.#rows.keys()
    this.#remove(oldest)
    this.#truncated = true
  }

  #remove(key: number): void {
    const row = this.#rows.get(key)
    if (row === undefined) return
    this.#rows.delete(key)
    this.#changed.delete(key)
    if (!this.#unreported.delete(key)) this.#removed.push(row.key)
  }

  #forgetChanges(): void {
    this.#changed.clear()
    this.#unreported.clear()
    this.#removed = []
  }
}

/** Index and label in one exact number: indexes stay below 2^21. */
function keyOf(event: LoggedEvent): number {
  return event.index * 2 ** 32 + event.label
}
