import type { EngineEvent } from '@signalbox/contract'
import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Time } from '../components/Time.tsx'
import { useChosen } from '../components/use-chosen.ts'
import { useNarrow } from '../components/use-media.ts'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { pathBuilder } from '../path-builder.ts'
import type { ListPlace } from '../stores/held-store.ts'
import { Button } from '../ui/Button.tsx'
import { cx } from '../ui/cx.ts'
import { eventCount, isGap, keyOf, neighbour, type EventGap, type EventRow } from './event-rows.ts'
import { summariseEvent } from './event-summary.ts'

interface EventsTableProps {
  /** The last one is an event. */
  readonly rows: readonly EventRow[]
  readonly paused: boolean
  /** Scrolled away from the end: stop moving under the reader. */
  readonly onHold: () => void
  readonly onRelease: () => void
  /** Where a list that stands still is to begin, and where it was left. */
  readonly place: ListPlace
}

const ROW_PX = 28
const TRACKS = '104px 124px 156px 64px minmax(220px,2fr) minmax(120px,1fr)'
const NARROW_TRACKS = '86px 92px minmax(0,1fr)'
const HEADS = ['Time', 'Kind', 'Transaction', 'Side', 'What', 'Remote'] as const
const NARROW_HEADS = ['Time', 'Kind', 'What'] as const
const AT_END_PX = 40

/** Newest at the bottom, followed as long as the bottom is in sight. */
export function EventsTable({ rows, paused, onHold, onRelease, place }: EventsTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const narrow = useNarrow()
  const navigate = useNavigate()
  const [chosen, choose] = useChosen(place)
  // oxlint-disable-next-line react/incompatible-library -- the React compiler is not used
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => keyOf(rows[index]),
    overscan: 16,
    initialOffset: paused ? place.top : 0,
    scrollPaddingStart: ROW_PX,
  })
  const newest = keyOf(rows[rows.length - 1])
  useEffect(() => {
    const element = scroller.current
    if (!paused && element !== null) element.scrollTop = element.scrollHeight
  }, [newest, paused])
  const at = rows.findIndex((row) => keyOf(row) === chosen)
  const move = (by: 1 | -1): void => {
    onHold()
    const next = neighbour(rows, at, by)
    choose(keyOf(rows[next]))
    virtual.scrollToIndex(next)
  }
  const open = (row: EventRow | undefined): void => {
    if (row === undefined || isGap(row) || row.tx === null) return
    const msg = 'raw' in row.data && row.kind !== 'parse-error' ? row.seq : undefined
    void navigate(pathBuilder.transaction(`${row.tx.index}:${row.tx.label}`, { msg }))
  }
  useHotkeys({ down: () => move(1), up: () => move(-1), open: () => open(rows[at]), end: onRelease, back: () => choose(null) })
  return (
    <div className="relative flex min-h-0 flex-1">
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Events"
        className="min-h-0 flex-1 overflow-auto bg-panel"
        onWheel={(event) => event.deltaY < 0 && onHold()}
        onScroll={(event) => {
          const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
          place.top = scrollTop
          if (!paused && scrollTop + clientHeight < scrollHeight - AT_END_PX * 8) onHold()
        }}
      >
        <div role="table" aria-label="Events" aria-rowcount={rows.length + 1} className={cx(!narrow && 'min-w-[880px]')}>
          <div role="rowgroup" className="sticky top-0 z-10 bg-panel">
            <div
              role="row"
              aria-rowindex={1}
              className="grid h-7 items-center gap-x-3 border-b border-line px-4"
              style={{ gridTemplateColumns: narrow ? NARROW_TRACKS : TRACKS }}
            >
              {(narrow ? NARROW_HEADS : HEADS).map((head) => (
                <div key={head} role="columnheader" className="label">
                  {head}
                </div>
              ))}
            </div>
          </div>
          <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => {
              const row = rows[item.index]
              const chosenRow = keyOf(row) === chosen
              return (
                <div
                  key={item.key}
                  role="row"
                  aria-rowindex={item.index + 2}
                  {...(chosenRow ? { 'aria-current': true as const } : {})}
                  onMouseDown={() => choose(keyOf(row))}
                  onClick={() => open(row)}
                  className={cx(
                    'absolute top-0 left-0 grid h-7 w-full items-center gap-x-3 border-b border-line/60 px-4 text-xs',
                    isGap(row) ? 'bg-warn-soft text-warn' : 'hover:bg-hover',
                    !isGap(row) && row.tx !== null && 'cursor-pointer',
                    chosenRow && 'bg-accent-soft! shadow-[inset_3px_0_0_var(--accent)]',
                  )}
                  style={{ transform: `translateY(${item.start}px)`, gridTemplateColumns: narrow ? NARROW_TRACKS : TRACKS }}
                >
                  {isGap(row) ? (
                    <Gap gap={row} columns={narrow ? NARROW_HEADS.length : HEADS.length} />
                  ) : (
                    <Cells event={row} narrow={narrow} />
                  )}
                </div>
              )
            })}
          </div>
        </div>
      </div>
      {paused && (
        <Button
          tone="accent"
          icon={<ArrowDown size={14} />}
          className="absolute! bottom-3 left-1/2 -translate-x-1/2 shadow-pop"
          onClick={onRelease}
        >
          Follow the end
        </Button>
      )}
    </div>
  )
}

const KIND_TONE: Readonly<Record<string, string>> = {
  'msg-in': 'text-accent',
  'msg-out': 'text-good',
  retransmit: 'text-warn',
  'timer-fired': 'text-timer',
  'timer-armed': 'text-timer',
  'timer-cancelled': 'text-muted',
  'reply-dropped': 'text-bad',
  'reply-picked': 'text-good',
  'parse-error': 'text-bad',
  'script-error': 'text-bad',
  destroyed: 'text-muted',
}

function Gap({ gap, columns }: { readonly gap: EventGap; readonly columns: number }) {
  return (
    <span
      role="cell"
      aria-colspan={columns}
      className="col-span-full truncate text-center"
      title="They came while this page was not shown, or faster than it is told."
    >
      {eventCount(gap.absent)} not shown here
    </span>
  )
}

function Cells({ event, narrow }: { readonly event: EngineEvent; readonly narrow: boolean }) {
  const { text, remote } = summariseEvent(event)
  const key = event.tx === null ? null : `${event.tx.index}:${event.tx.label}`
  const what = (
    <span role="cell" className="min-w-0 truncate font-mono">
      {narrow && key !== null ? (
        <Link {...pathBuilder.transaction(key)} preload={false} onClick={(click) => click.stopPropagation()}>
          {text === '' ? key : text}
        </Link>
      ) : (
        text
      )}
    </span>
  )
  return (
    <>
      <span role="cell" className="truncate">
        <Time at={event.tWall} withMs={!narrow} />
      </span>
      <span role="cell" className={cx('truncate font-mono font-medium', KIND_TONE[event.kind])}>
        {event.kind}
      </span>
      {!narrow && (
        <>
          <span role="cell" className="truncate font-mono">
            {key === null ? (
              <span className="text-muted">none</span>
            ) : (
              <Link
                {...pathBuilder.transaction(key)}
                preload={false}
                className="hover:underline"
                onClick={(click) => click.stopPropagation()}
              >
                {key}
              </Link>
            )}
          </span>
          <span role="cell" className="text-muted">
            {event.branch === null ? 'server' : `branch ${event.branch}`}
          </span>
        </>
      )}
      {what}
      {!narrow && (
        <span role="cell" className="truncate font-mono text-muted">
          {remote}
        </span>
      )}
    </>
  )
}
