import type { EngineEvent, LiveTransaction, RelatedTransaction, TransactionRow } from '@signalbox/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'

/** What the events of a transaction do not tell. */
export interface TransactionNow {
  /** Null until it is read. */
  readonly row: TransactionRow | null
  /** Null: it is no longer in the table. */
  readonly live: LiveTransaction | null
  readonly related: readonly RelatedTransaction[]
  /** Unix ms of this browser when `live` was read: its times count from there. */
  readonly readAt: number
  readonly loaded: boolean
}

/** Events come in bursts; the engine is asked when one is over. */
const SETTLED_MS = 200
/** Without events nothing tells when to ask again. */
const UNRECORDED_MS = 2000
const NONE: readonly RelatedTransaction[] = []

/** Asked when the page opens, and whenever the events go on; now and then where there are none. */
export function useTransactionDetail(index: number, label: number, events: readonly EngineEvent[]): TransactionNow {
  const { client } = useConsole()
  const queryClient = useQueryClient()
  const query = queries.transaction(client, index, label)
  const last = events.at(-1)?.seq ?? 0
  const { data, dataUpdatedAt, isFetched } = useQuery({ ...query, refetchInterval: last === 0 ? UNRECORDED_MS : false })
  useEffect(() => {
    if (last === 0) return
    const id = setTimeout(() => void queryClient.invalidateQueries({ queryKey: ['transaction', index, label] }), SETTLED_MS)
    return () => clearTimeout(id)
  }, [queryClient, index, label, last])
  return { row: data?.row ?? null, live: data?.live ?? null, related: data?.related ?? NONE, readAt: dataUpdatedAt, loaded: isFetched }
}
