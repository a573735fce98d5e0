import { useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { useConnection, useConsole } from '../api/console.ts'
import { queries } from '../api/queries.ts'

/** What the engine does not serve and what to do about it, in its own words; nothing while it serves everything. */
export function TroubleBanner() {
  const { client } = useConsole()
  const { phase, engine } = useConnection()
  const reached = phase === 'open' && engine === 'up'
  const trouble = useQuery({ ...queries.info(client), enabled: reached }).data?.trouble
  if (!reached || trouble === undefined) return null
  return (
    <div role="alert" className="flex min-h-9 items-center gap-x-3 border-b border-bad bg-bad-soft px-4 py-1 text-xs text-bad">
      <TriangleAlert size={15} className="shrink-0" aria-hidden />
      <span className="font-medium">{trouble}</span>
    </div>
  )
}
