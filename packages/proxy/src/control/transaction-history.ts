import type { EngineEvent } from '@signalbox/contract'
import type { EventLog } from './event-log.ts'
import type { DecodeEvent } from './live-transactions.ts'
import { growRow, rowOf, unknownRowOf, type GrowingRow } from './transaction-row.ts'

/** Everything the log still knows of one transaction. */
export interface TransactionHistory {
  /** Null when the log has no event of it. Mostly empty when it has dropped the beginning. */
  readonly row: GrowingRow | null
  readonly events: readonly EngineEvent[]
  /** The history begins at the beginning and has no holes. */
  readonly complete: boolean
}

/** A transaction with retransmissions over its longest life stays far below this. */
const MOST_EVENTS = 5000

export function transactionHistory(log: EventLog, decode: DecodeEvent, index: number, label: number): TransactionHistory {
  const events: EngineEvent[] = []
  log.visitTransaction(index, label, (event) => {
    events.push(decode(event))
    return events.length < MOST_EVENTS
  })
  const first = events.at(0)
  if (first === undefined) return { row: null, events, complete: false }
  const row = first.kind === 'created' ? rowOf(first) : unknownRowOf(first)
  for (const event of events) growRow(row, event)
  return { row, events, complete: first.kind === 'created' && !log.lostBetween(first.seq, events[events.length - 1].seq) }
}
