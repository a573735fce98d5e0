import type { TransactionRow } from '@signalbox/contract'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { StateBadge } from '../components/StateBadge.tsx'
import { StatusText } from '../components/StatusText.tsx'
import { useHotkeys } from '../keyboard/hotkeys.ts'
import { Button } from '../ui/Button.tsx'
import { GUTTER_PX, geometryOf, ROW_PX, type Geometry } from './ladder-geometry.ts'
import { UAC_LANE, PROXY_LANE, type LadderModel, type LadderRow, type Lane } from './ladder-model.ts'
import { LadderRowView } from './LadderRowView.tsx'
import { describeRow } from './text-ladder.ts'

interface LadderProps {
  readonly model: LadderModel
  readonly row: TransactionRow | null
  /** Sequence number of the pinned message. */
  readonly pinned: number | null
  readonly timeOf: (row: LadderRow, before: LadderRow | undefined) => string
  readonly onPin: (row: LadderRow) => void
}

const HEADER_PX = 62
const OVERSCAN = 24
const AT_END_PX = 24

/** Rows are engine events in sequence order, so two events of one millisecond never swap. */
export function Ladder({ model, row, pinned, timeOf, onPin }: LadderProps) {
  const { scroller, view, unseen, toEnd, show, onScroll } = useFollow(model.rows.length, row?.endedAt === null)
  const geometry = useMemo(() => geometryOf(model.lanes, Math.max(320, view.width - 1)), [model.lanes, view.width])
  const [cursor, setCursor] = useState<number | null>(null)
  const chosen = cursor ?? pinned
  const ended = model.rows.at(-1)?.type === 'note' && describeRow(model.rows[model.rows.length - 1]) === 'destroyed'
  const choose = useCallback(
    (next: LadderRow) => {
      setCursor(next.seq)
      if (next.type === 'message') onPin(next)
    },
    [onPin],
  )
  const at = model.rows.findIndex((one) => holds(one, chosen))
  const move = (by: number): void => {
    const next = model.rows[at < 0 ? 0 : Math.max(0, Math.min(model.rows.length - 1, at + by))]
    if (next === undefined) return
    setCursor(next.seq)
    show(model.rows.indexOf(next))
  }
  useHotkeys({
    down: () => move(1),
    up: () => move(-1),
    open: () => at >= 0 && choose(model.rows[at]),
    end: toEnd,
  })
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - OVERSCAN)
  const last = Math.min(model.rows.length, Math.ceil((view.top + view.height) / ROW_PX) + OVERSCAN)
  const height = model.rows.length * ROW_PX + 10
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1">
      <div
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label="Ladder"
        aria-describedby="ladder-hint"
        className="min-h-0 min-w-0 flex-1 overflow-auto bg-panel"
      >
        <p id="ladder-hint" className="sr-only">
          Press v to read the same rows as a table. Keys j and k move through the rows, Enter opens a message.
        </p>
        <LaneHeads lanes={model.lanes} geometry={geometry} row={row} />
        <svg width={geometry.width} height={height} role="img" aria-label={`Ladder with ${model.rows.length} rows`} className="block">
          <Lifelines lanes={model.lanes} geometry={geometry} height={height} />
          {model.rows.slice(first, last).map((one, i) => (
            <LadderRowView
              key={one.seq}
              row={one}
              index={first + i}
              geometry={geometry}
              time={shortTime(model.rows, first + i, timeOf)}
              chosen={holds(one, chosen)}
              ended={ended}
              onChoose={choose}
            />
          ))}
        </svg>
      </div>
      {unseen > 0 && (
        <Button
          tone="accent"
          icon={<ArrowDown size={14} />}
          className="absolute! bottom-3 left-1/2 -translate-x-1/2 shadow-pop"
          onClick={toEnd}
        >
          {unseen === 1 ? '1 new row' : `${unseen} new rows`}
        </Button>
      )}
      <p role="status" className="sr-only">
        {at >= 0 ? describeRow(model.rows[at]) : ''}
      </p>
    </div>
  )
}

/** Rows of one moment show it once. */
function shortTime(rows: readonly LadderRow[], index: number, timeOf: LadderProps['timeOf']): string {
  const own = timeOf(rows[index], rows[index - 1])
  return index > 0 && own === timeOf(rows[index - 1], rows[index - 2]) && !own.startsWith('+0.000') ? '' : own
}

/** A pinned number may belong to a retransmission that is collapsed into a row. */
export function holds(row: LadderRow, seq: number | null): boolean {
  if (seq === null) return false
  return row.seq === seq || (row.type === 'message' && row.events.some((event) => event.seq === seq))
}

/**
 * New rows scroll the view only when its end was in sight; otherwise they are counted.
 * An ended transaction is read from its beginning.
 */
function useFollow(rows: number, live: boolean) {
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 900, width: 960 })
  const [follow, setFollow] = useState(live)
  const [seen, setSeen] = useState(rows)
  const lastTop = useRef(0)
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() =>
      setView((before) => ({ ...before, height: element.clientHeight, width: element.clientWidth })),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const toEnd = useCallback(() => {
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
    setFollow(true)
  }, [])
  const show = (index: number): void => {
    const element = scroller.current
    if (element === null) return
    const top = index * ROW_PX
    const height = element.clientHeight - HEADER_PX
    if (top < element.scrollTop || top + ROW_PX > element.scrollTop + height) element.scrollTop = top - height / 2
  }
  useLayoutEffect(() => {
    const element = scroller.current
    if (follow && rows > 0 && view.height > 0 && element !== null) element.scrollTop = element.scrollHeight
  }, [rows, follow, view.height])
  const onScroll = (): void => {
    const element = scroller.current
    if (element === null) return
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - AT_END_PX
    const top = element.scrollTop
    // Rows that arrive and panes that open also part the view from its end; only a person moves it up.
    const leaves = follow && !atEnd && top < lastTop.current
    lastTop.current = top
    if (atEnd && !follow) setFollow(true)
    if (leaves) {
      setFollow(false)
      setSeen(rows)
    }
    setView((before) => (Math.abs(before.top - top) < ROW_PX * 6 ? before : { ...before, top }))
  }
  return { scroller, view, unseen: follow ? 0 : Math.max(0, rows - seen), toEnd, show, onScroll }
}

function LaneHeads({
  lanes,
  geometry,
  row,
}: {
  readonly lanes: readonly Lane[]
  readonly geometry: Geometry
  readonly row: TransactionRow | null
}) {
  return (
    <div className="sticky top-0 z-10 border-b border-line bg-panel" style={{ width: geometry.width, height: HEADER_PX }}>
      {lanes.map((lane) => {
        const branch = row?.branches.find((one) => one.index === lane.id)
        const state = lane.id === PROXY_LANE ? row?.state : branch?.state
        const status = lane.id === PROXY_LANE ? row?.status : branch?.status
        return (
          <div
            key={lane.id}
            className="absolute flex -translate-x-1/2 flex-col items-center pt-1.5 leading-4"
            style={{ left: geometry.x(lane.id) }}
          >
            <span className="text-xs font-semibold">{lane.title}</span>
            <span className="font-mono text-2xs text-muted" title={lane.address}>
              {lane.address.replace(/^udp:/, '')}
            </span>
            {lane.id !== UAC_LANE && state !== undefined && (
              <span className="flex items-center gap-1.5 text-2xs">
                <StateBadge state={state} />
                {status !== undefined && status !== null && <StatusText status={status} />}
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

function Lifelines({ lanes, geometry, height }: { readonly lanes: readonly Lane[]; readonly geometry: Geometry; readonly height: number }) {
  return (
    <>
      <rect x={GUTTER_PX - 4} width={1} height={height} className="fill-line" />
      <rect
        x={geometry.proxyLeft}
        width={geometry.proxyRight - geometry.proxyLeft}
        height={height}
        className="fill-raised stroke-line"
        opacity={0.75}
      />
      {lanes
        .filter((lane) => lane.id !== PROXY_LANE)
        .map((lane) => (
          <rect key={lane.id} x={geometry.x(lane.id) - 0.5} width={1} height={height} className="fill-line-strong" />
        ))}
    </>
  )
}
