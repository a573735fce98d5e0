import type { EngineEvent, TransactionRow } from '@signalbox/contract'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { useMedia } from '../components/use-media.ts'
import { copyByKey } from '../components/copy-by-key.ts'
import { CopyButton } from '../components/CopyButton.tsx'
import { formatClock, formatOffset, type Zone } from '../format/time.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { Ladder } from '../ladder/Ladder.tsx'
import { layoutLadder } from '../ladder/ladder-layout.ts'
import type { LadderRow } from '../ladder/ladder-model.ts'
import { LadderTable } from '../ladder/LadderTable.tsx'
import { isMessage } from '../ladder/message-summary.ts'
import { textLadder } from '../ladder/text-ladder.ts'
import { whyReply } from '../ladder/why-reply.ts'
import { pathBuilder, type TransactionSearch } from '../path-builder.ts'
import { usePreferences } from '../stores/preferences.ts'
import { Button } from '../ui/Button.tsx'
import { MessagePane } from './MessagePane.tsx'

const route = getRouteApi('/tx/$key')

interface LadderTabProps {
  readonly transaction: string
  readonly row: TransactionRow | null
  readonly events: readonly EngineEvent[]
}

/** Less room than the lanes and their labels need. */
const TOO_SLIM = '(max-width: 639px)'

const NEXT_MODE = { clock: 'start', start: 'prev', prev: undefined } as const
const MODE_NAME = { clock: 'Clock', start: 'Since start', prev: 'Since the row before' } as const

export function LadderTab({ transaction, row, events }: LadderTabProps) {
  const search = route.useSearch()
  const navigate = useNavigate()
  const { zone } = usePreferences()
  const open = search.retr === 'open'
  const slim = useMedia(TOO_SLIM)
  const table = search.view === undefined ? slim : search.view === 'table'
  const mode = search.w ?? 'clock'
  const model = useMemo(() => layoutLadder(events, row, { retransmissions: open ? 'open' : 'collapsed' }), [events, row, open])
  const change = useCallback(
    (part: TransactionSearch) => void navigate({ ...pathBuilder.transaction(transaction, { ...search, ...part }), replace: true }),
    [navigate, transaction, search],
  )
  const start = model.rows[0]?.tMono ?? 0
  const timeOf = useMemo(() => timeFormatter(mode, zone, start), [mode, zone, start])
  const pin = useCallback((picked: LadderRow) => change({ msg: picked.seq }), [change])
  const nextMode = (): void => change({ w: NEXT_MODE[mode] })
  const toggleRetransmissions = (): void => change({ retr: open ? undefined : 'open' })
  const toggleTable = (): void => change({ view: table === slim ? (table ? 'ladder' : 'table') : undefined })
  useHotkeys({
    retransmissions: toggleRetransmissions,
    'time-mode': nextMode,
    table: toggleTable,
    text: () => void copyByKey('Ladder', textLadder(model)),
  })
  const messages = useMemo(() => events.filter(isMessage), [events])
  const pinned = search.msg === undefined ? undefined : messages.find((event) => event.seq === search.msg)
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-3 py-1.5 md:px-4">
        <Button onClick={nextMode} title="Change the time column (w)">
          Time: {MODE_NAME[mode]}
        </Button>
        <Button pressed={open} onClick={toggleRetransmissions} title="One row for each retransmission (x)">
          All retransmissions
        </Button>
        <Button pressed={table} onClick={toggleTable} title="The same rows as a table (v)">
          Table
        </Button>
        <span className="ml-auto">
          <CopyButton label="Copy as text" text={() => textLadder(model)} />
        </span>
      </div>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        {table ? (
          <LadderTable model={model} pinned={search.msg ?? null} timeOf={timeOf} onPin={pin} />
        ) : (
          <Ladder key={transaction} model={model} row={row} pinned={search.msg ?? null} timeOf={timeOf} onPin={pin} />
        )}
        {pinned !== undefined && (
          <MessagePane
            event={pinned}
            messages={messages}
            why={whyReply(events, pinned)}
            onPick={(seq) => change({ msg: seq })}
            onClose={() => change({ msg: undefined })}
          />
        )}
      </div>
    </>
  )
}

function timeFormatter(mode: 'clock' | 'start' | 'prev', zone: Zone, start: number) {
  return (row: LadderRow, before: LadderRow | undefined): string => {
    if (mode === 'clock') return formatClock(row.tWall, zone)
    return formatOffset(row.tMono - (mode === 'start' ? start : (before?.tMono ?? row.tMono)))
  }
}
