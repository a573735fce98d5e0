import type { TransactionRow } from '@signalbox/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, type ReactNode } from 'react'
import { useConsole } from '../api/console.ts'
import { Age } from '../components/Age.tsx'
import { copyByKey } from '../components/copy-by-key.ts'
import { Party } from '../components/Party.tsx'
import { StateBadge } from '../components/StateBadge.tsx'
import { StatusText } from '../components/StatusText.tsx'
import { Time } from '../components/Time.tsx'
import { useChosen } from '../components/use-chosen.ts'
import { useNarrow } from '../components/use-media.ts'
import { useNow } from '../components/use-now.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { pathBuilder } from '../path-builder.ts'
import type { ListPlace } from '../stores/held-store.ts'
import { cx } from '../ui/cx.ts'
import { COLUMN_TRACKS, RIGHT_ALIGNED } from './transactions-columns.tsx'

interface Header {
  readonly id: string
  readonly sort: 'none' | 'ascending' | 'descending'
  readonly content: ReactNode
}

interface TransactionsTableProps {
  readonly headers: readonly Header[]
  readonly rows: readonly TransactionRow[]
  readonly cells: (index: number) => readonly { readonly id: string; readonly content: ReactNode }[]
  readonly paused: boolean
  /** Where a list that stands still is to begin, and where it was left. */
  readonly place: ListPlace
}

const ROW_PX = 28
const NARROW_ROW_PX = 52
const NEW_MS = 1500

/** Only the rows in sight are in the document. The chosen row is remembered by key: rows move under it. */
export function TransactionsTable({ headers, rows, cells, paused, place }: TransactionsTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useNarrow()
  const [chosen, choose] = useChosen(place)
  const navigate = useNavigate()
  const { stats } = useConsole()
  // oxlint-disable-next-line react/incompatible-library -- the React compiler is not used
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW_PX : ROW_PX),
    getItemKey: (index) => rows[index].key,
    overscan: 12,
    initialOffset: paused ? place.top : 0,
  })
  useEffect(() => virtual.measure(), [narrow, virtual])
  const at = rows.findIndex((row) => row.key === chosen)
  const move = (by: number): void => {
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))
    choose(rows[next]?.key ?? null)
    virtual.scrollToIndex(next)
  }
  useHotkeys({
    down: () => move(1),
    up: () => move(-1),
    open: () => at >= 0 && void navigate(pathBuilder.transaction(rows[at].key)),
    copy: () => at >= 0 && void copyByKey('Call-ID', rows[at].callId),
    back: () => choose(null),
  })
  useNow(1000)
  const now = stats.engineNow()
  return (
    <div
      ref={scroller}
      className="min-h-0 flex-1 overflow-auto bg-panel"
      tabIndex={0}
      role="region"
      aria-label="Live transactions"
      onScroll={(event) => {
        place.top = event.currentTarget.scrollTop
      }}
    >
      <div role="table" aria-label="Live transactions" aria-rowcount={rows.length + 1} className={cx(!narrow && 'min-w-[1000px]')}>
        <div role="rowgroup" className="sticky top-0 z-10 bg-panel">
          <div
            role="row"
            aria-rowindex={1}
            className={cx('grid h-7 items-center gap-x-2 border-b border-line px-4', narrow && 'sr-only!')}
            style={{ gridTemplateColumns: COLUMN_TRACKS }}
          >
            {headers.map((header) => (
              <div
                key={header.id}
                role="columnheader"
                aria-sort={header.sort}
                className={cx('label min-w-0', RIGHT_ALIGNED.has(header.id) && 'flex justify-end')}
              >
                {header.content}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index]
            return (
              <div
                key={row.key}
                role="row"
                aria-rowindex={item.index + 2}
                {...(row.key === chosen ? { 'aria-current': true as const } : {})}
                onMouseDown={() => choose(row.key)}
                onClick={(event) => {
                  if (!event.ctrlKey && !event.metaKey) void navigate(pathBuilder.transaction(row.key))
                }}
                className={cx(
                  'absolute top-0 left-0 w-full cursor-pointer border-b border-line/60 px-4 text-xs hover:bg-hover',
                  narrow ? 'flex flex-col justify-center' : 'grid items-center gap-x-2',
                  row.key === chosen && 'bg-accent-soft! shadow-[inset_3px_0_0_var(--accent)]',
                  now - row.createdAt < NEW_MS && 'row-new',
                )}
                style={{
                  height: item.size,
                  transform: `translateY(${item.start}px)`,
                  ...(narrow ? {} : { gridTemplateColumns: COLUMN_TRACKS }),
                }}
              >
                {narrow ? <NarrowRow row={row} /> : <WideRow row={row} cells={cells(item.index)} />}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

function WideRow({ row, cells }: { readonly row: TransactionRow; readonly cells: ReturnType<TransactionsTableProps['cells']> }) {
  return cells.map(({ id, content }) => (
    <div key={id} role="cell" className={cx('min-w-0 truncate', RIGHT_ALIGNED.has(id) && 'text-right')}>
      {id === 'created' ? (
        <Link
          {...pathBuilder.transaction(row.key)}
          preload={false}
          title={row.key}
          onClick={(event) => event.stopPropagation()}
          className="hover:underline"
        >
          {content}
        </Link>
      ) : (
        content
      )}
    </div>
  ))
}

function NarrowRow({ row }: { readonly row: TransactionRow }) {
  return (
    <>
      <div role="cell" className="flex items-center gap-2">
        <Link
          {...pathBuilder.transaction(row.key)}
          preload={false}
          className="font-mono font-semibold"
          onClick={(event) => event.stopPropagation()}
        >
          {row.method}
        </Link>
        <StatusText status={row.status} withReason />
        <span className="ml-auto">
          <StateBadge state={row.state} />
        </span>
      </div>
      <div role="cell" className="flex items-center gap-2 text-muted">
        <span className="truncate">
          <Party value={row.from} /> → <Party value={row.to} />
        </span>
        {row.retransmissions > 0 && <span className="text-warn">×{row.retransmissions}</span>}
        <span className="ml-auto shrink-0">
          <Time at={row.createdAt} withMs={false} /> · <Age row={row} />
        </span>
      </div>
    </>
  )
}
