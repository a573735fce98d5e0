import type { LiveTransaction, RelatedTransaction, TransactionDetail, TransactionRow } from '@signalbox/contract'
import { ApiError } from '../api/errors.ts'

/** What the events of a transaction do not tell. */
export interface TransactionNow {
  /** Null until it is read. */
  readonly row: TransactionRow | null
  /** Null: it is no longer in the table. */
  readonly live: LiveTransaction | null
  readonly related: readonly RelatedTransaction[]
  /** Unix ms of this browser when `live` was read: its times count from there. */
  readonly readAt: number
  /** The engine has answered, or could not. */
  readonly loaded: boolean
  /** Why the engine could not be asked; `live` is then as it was before. */
  readonly error: Error | null
}

interface Asked {
  readonly data: TransactionDetail | undefined
  readonly error: Error | null
  readonly dataUpdatedAt: number
  readonly isFetched: boolean
}

const NONE: readonly RelatedTransaction[] = []

/** That the engine has no such transaction is an answer; any other error leaves open how it stands. */
export function transactionNow({ data, error, dataUpdatedAt, isFetched }: Asked): TransactionNow {
  const gone = isGone(error)
  return {
    row: data?.row ?? null,
    live: gone ? null : (data?.live ?? null),
    related: data?.related ?? NONE,
    readAt: dataUpdatedAt,
    loaded: isFetched,
    error: gone ? null : error,
  }
}

/** Whether a call failed because the engine has no such transaction. */
export function isGone(error: Error | null): boolean {
  if (!(error instanceof ApiError)) return false
  return error.code === 'TRANSACTION_NOT_FOUND' || (error.code === 'RPC_FAULT' && error.status === 404)
}
