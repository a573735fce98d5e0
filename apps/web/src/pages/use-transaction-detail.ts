import type { EngineEvent, LiveTransaction, RelatedTransaction } from '@signalbox/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'

/** What the events of a transaction do not tell. */
export interface TransactionNow {
  /** Null: it is no longer in the table. */
  readonly live: LiveTransaction | null
  readonly related: readonly RelatedTransaction[]
  /** Unix ms of this browser when `live` was read: its times count from there. */
  readonly readAt: number
  readonly loaded: boolean
}

/** Events come in bursts; the engine is asked when one is over. */
const SETTLED_MS = 200
const NONE: readonly RelatedTransaction[] = []

/** Asked when the page opens, and whenever the events go on. */
export function useTransactionDetail(index: number, label: number, events: readonly EngineEvent[]): TransactionNow {
  const { client } = useConsole()
  const queryClient = useQueryClient()
  const query = queries.transaction(client, index, label)
  const { data, dataUpdatedAt, isFetched } = useQuery(query)
  const last = events.at(-1)?.seq ?? 0
  useEffect(() => {
    if (last === 0) return
    const id = setTimeout(() => void queryClient.invalidateQueries({ queryKey: ['transaction', index, label] }), SETTLED_MS)
    return () => clearTimeout(id)
  }, [queryClient, index, label, last])
  return { live: data?.live ?? null, related: data?.related ?? NONE, readAt: dataUpdatedAt, loaded: isFetched }
}
