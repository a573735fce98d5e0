import { TRANSACTION_TOPIC_BATCH_MS, type EngineEvent, type TransactionDetailData, type TransactionId } from '@signalbox/contract'
import type { EventLog } from '../../control/event-log.ts'
import type { DecodeEvent } from '../../control/live-transactions.ts'
import { transactionHistory } from '../../control/transaction-history.ts'
import { growRow, rowOf, unknownRowOf, type GrowingRow } from '../../control/transaction-row.ts'
import type { TopicFeed } from '../topic-feed.ts'

/** Topic `tx:INDEX:LABEL`: the whole history, then each new event with the row as it is after it. */
export function transactionFeed(log: EventLog, decode: DecodeEvent, { index, label }: TransactionId): TopicFeed {
  let next = log.newest + 1
  let row: GrowingRow | null = transactionHistory(log, decode, index, label).row
  return {
    periodMs: TRANSACTION_TOPIC_BATCH_MS,
    snapshot: (): TransactionDetailData => {
      const history = transactionHistory(log, decode, index, label)
      return { row: history.row, events: [...history.events] }
    },
    next: (): TransactionDetailData | null => {
      const events: EngineEvent[] = []
      log.visitTransaction(index, label, (event) => void events.push(decode(event)), next)
      next = log.newest + 1
      if (events.length === 0) return null
      for (const event of events) {
        row ??= event.kind === 'created' ? rowOf(event) : unknownRowOf(event)
        growRow(row, event)
      }
      return { row, events }
    },
    close: () => undefined,
  }
}
