import { useQuery } from '@tanstack/react-query'
import { CircleDot } from 'lucide-react'
import { useState } from 'react'
import { useConsole, useStats } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { formatCount } from '../format/number.ts'
import { Button } from '../ui/Button.tsx'
import { RecordingDialog } from './RecordingDialog.tsx'

/** Says, wherever calls or events are listed, whether they are all; opens what can be done about it. */
export function RecordingButton() {
  const { client } = useConsole()
  const { latest } = useStats()
  const { data } = useQuery(queries.traces(client))
  const [open, setOpen] = useState(false)
  const oneIn = latest?.recordedOneIn ?? 1
  const traces = data?.traces.length ?? 0
  return (
    <>
      <Button
        tone={oneIn === 1 ? 'quiet' : 'plain'}
        icon={<CircleDot size={14} className={oneIn === 1 ? undefined : 'text-warn'} />}
        title="What is recorded, and how to trace a call"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {shareText(oneIn)}
        {traces > 0 && `, ${formatCount(traces)} traced`}
      </Button>
      {open && <RecordingDialog oneIn={oneIn} onClose={() => setOpen(false)} />}
    </>
  )
}

function shareText(oneIn: number): string {
  return oneIn === 1 ? 'All calls recorded' : `1 in ${formatCount(oneIn)} calls recorded`
}
