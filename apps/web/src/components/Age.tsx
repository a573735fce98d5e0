import type { TransactionRow } from '@signalbox/contract'
import { useConsole } from '../api/console.ts'
import { formatDuration } from '../format/time.ts'

/** From the request to the end, or until now; moves when its list is drawn again. */
export function Age({ row }: { readonly row: TransactionRow }) {
  const { stats } = useConsole()
  return formatDuration(Math.max(0, (row.endedAt ?? stats.engineNow()) - row.createdAt))
}
