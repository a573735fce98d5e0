import { memo } from 'react'
import { formatDuration } from '../format/time.ts'
import { arrowEnds, cut, GUTTER_PX, LABEL_CHAR_PX, ROW_PX, type Geometry } from './ladder-geometry.ts'
import type { LadderRow, MessageRow, NoteRow, NoteTone, StateRow, TimerRow } from './ladder-model.ts'
import type { MessageTone } from './message-summary.ts'
import { PRIORITY_HELP } from './priority-help.ts'
import { TimerBar } from './TimerBar.tsx'

interface LadderRowViewProps {
  readonly row: LadderRow
  readonly index: number
  readonly geometry: Geometry
  readonly time: string
  readonly chosen: boolean
  readonly ended: boolean
  readonly onChoose: (row: LadderRow) => void
}

export const LadderRowView = memo(function LadderRowView(props: LadderRowViewProps) {
  const { row, index, geometry, time, chosen, onChoose } = props
  return (
    <g
      transform={`translate(0 ${index * ROW_PX})`}
      onClick={() => onChoose(row)}
      className={row.type === 'message' ? 'group cursor-pointer' : 'group'}
    >
      <rect
        width={geometry.width}
        height={ROW_PX}
        className={chosen ? 'fill-accent-soft' : 'fill-transparent group-hover:fill-hover'}
        {...(chosen ? {} : { opacity: 0.6 })}
      />
      {chosen && <rect width={3} height={ROW_PX} className="fill-accent" />}
      <text x={GUTTER_PX - 12} y={18} textAnchor="end" className="fill-muted font-mono text-[11px]">
        {time}
      </text>
      <Body {...props} />
    </g>
  )
})

function Body({ row, geometry, ended }: LadderRowViewProps) {
  switch (row.type) {
    case 'message':
      return <Arrow row={row} geometry={geometry} />
    case 'state':
      return <States row={row} geometry={geometry} />
    case 'timer':
      return <Timers row={row} geometry={geometry} ended={ended} />
    case 'note':
      return <Note row={row} geometry={geometry} />
  }
}

const TONE: Readonly<Record<MessageTone, string>> = {
  request: 'text-accent',
  provisional: 'text-muted',
  success: 'text-good',
  redirect: 'text-timer',
  failure: 'text-bad',
}
const LINE_Y = 20
/** Keeps text readable where it crosses a lifeline. */
const HALO = { stroke: 'var(--panel)', strokeWidth: 3, paintOrder: 'stroke', strokeLinejoin: 'round' } as const

function Arrow({ row, geometry }: { readonly row: MessageRow; readonly geometry: Geometry }) {
  const [x1, x2] = arrowEnds(geometry, row.from, row.to)
  const towards = x2 > x1 ? 1 : -1
  const span = Math.abs(x2 - x1)
  const first = row.events[0]
  const last = row.events[row.events.length - 1]
  const times = row.events.length > 1 ? ` ×${row.events.length}, last +${formatDuration(last.tMono - first.tMono)}` : ''
  const room = Math.floor((span - 20) / LABEL_CHAR_PX) - times.length - (row.summary.hasSdp ? 4 : 0)
  const again = row.retransmission && times === '' ? ' again' : ''
  return (
    <g className={row.retransmission ? 'text-warn' : TONE[row.summary.tone]}>
      <title>{`${row.summary.label}${times}\n${first.data.transport} ${first.data.local} ${first.data.direction === 'in' ? '←' : '→'} ${first.data.remote}`}</title>
      <text x={Math.min(x1, x2) + 12} y={13} className="fill-current font-mono text-[11px] font-medium" {...HALO}>
        {cut(row.summary.label, room - again.length)}
        {again}
        {times}
        {row.summary.hasSdp && (
          <tspan className="fill-muted" dx={6}>
            SDP
          </tspan>
        )}
      </text>
      <path
        d={`M${x1} ${LINE_Y}H${x2 - towards * 5}`}
        stroke="currentColor"
        strokeWidth={1.4}
        {...(row.retransmission ? { strokeDasharray: '5 4' } : {})}
      />
      <path d={`M${x2} ${LINE_Y}l${-towards * 8} -4v8z`} fill="currentColor" />
    </g>
  )
}

function States({ row, geometry }: { readonly row: StateRow; readonly geometry: Geometry }) {
  return row.marks.map((mark) => {
    const uas = mark.branch === null
    const x = uas ? geometry.proxyLeft + 9 : geometry.proxyRight - 9
    return (
      <text key={`${mark.machine}${mark.branch}`} x={x} y={18} textAnchor={uas ? 'start' : 'end'} className="fill-text text-[11px]">
        <title>{`${mark.machine}${uas ? '' : ` of branch ${mark.branch}`}: ${mark.from} to ${mark.to}`}</title>
        <tspan className="fill-muted font-mono">{uas ? mark.machine : `${mark.machine} ${mark.branch}`}</tspan>
        <tspan dx={5}>→</tspan>
        <tspan dx={5} className="font-semibold">
          {mark.to}
        </tspan>
      </text>
    )
  })
}

const BAR_GAP = 6

function Timers({ row, geometry, ended }: { readonly row: TimerRow; readonly geometry: Geometry; readonly ended: boolean }) {
  const inside = geometry.proxyRight - geometry.proxyLeft - 16
  const width = (inside - BAR_GAP * (row.timers.length - 1)) / row.timers.length
  return row.timers.map((timer, i) => (
    <TimerBar
      key={`${timer.timer}${timer.armedMono}${timer.outcome}`}
      timer={timer}
      x={geometry.proxyLeft + 8 + i * (width + BAR_GAP)}
      width={width}
      running={timer.outcome === 'armed' && !ended}
    />
  ))
}

const NOTE_LOOK: Readonly<Record<NoteTone, readonly [colour: string, mark: string]>> = {
  plain: ['fill-muted', '·'],
  candidate: ['fill-text', '○'],
  picked: ['fill-good', '✓'],
  dropped: ['fill-bad', '✕'],
  script: ['fill-muted', '›'],
  timer: ['fill-warn', '!'],
  end: ['fill-muted', '■'],
}

function Note({ row, geometry }: { readonly row: NoteRow; readonly geometry: Geometry }) {
  const [colour, mark] = NOTE_LOOK[row.tone]
  return (
    <text x={geometry.proxyLeft + 9} y={18} className={`${colour} text-[11px]`} {...HALO}>
      {row.tone === 'candidate' && <title>{PRIORITY_HELP}</title>}
      <tspan className="font-semibold">{mark}</tspan>
      <tspan dx={6}>{row.text}</tspan>
      {row.branch !== null && row.tone !== 'picked' && (
        <tspan dx={6} className="fill-muted">
          branch {row.branch}
        </tspan>
      )}
    </text>
  )
}
