import type { EngineEvent } from '@signalbox/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { isGone, transactionNow, type TransactionNow } from './transaction-now.ts'

/** Events come in bursts; the engine is asked when one is over. */
const SETTLED_MS = 200
/** Without events, and after a failure, nothing tells when to ask again. */
const AGAIN_MS = 2000

/** Asked when the page opens, and whenever the events go on; now and then where there are none, and after a failure. */
export function useTransactionDetail(index: number, label: number, events: readonly EngineEvent[]): TransactionNow {
  const { client } = useConsole()
  const queryClient = useQueryClient()
  const query = queries.transaction(client, index, label)
  const last = events.at(-1)?.seq ?? 0
  const { data, error, dataUpdatedAt, isFetched } = useQuery({
    ...query,
    refetchInterval: ({ state }) => (last === 0 || (state.error !== null && !isGone(state.error)) ? AGAIN_MS : false),
  })
  useEffect(() => {
    if (last === 0) return
    const id = setTimeout(() => void queryClient.invalidateQueries({ queryKey: ['transaction', index, label] }), SETTLED_MS)
    return () => clearTimeout(id)
  }, [queryClient, index, label, last])
  return transactionNow({ data, error, dataUpdatedAt, isFetched })
}
