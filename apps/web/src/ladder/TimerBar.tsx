import { useState, type CSSProperties } from 'react'
import { useConsole } from '../api/console.ts'
import { useNow } from '../components/use-now.ts'
import { formatDuration } from '../format/time.ts'
import type { LadderTimer } from './ladder-model.ts'
import { LABEL_CHAR_PX } from './ladder-geometry.ts'
import { TIMER_HELP } from './timer-names.ts'

interface TimerBarProps {
  readonly timer: LadderTimer
  readonly x: number
  readonly width: number
  readonly running: boolean
}

const TOP = 6
const HEIGHT = 16
const WIDE_PX = 190
/** Space at both ends and between name and outcome. */
const PADDING_PX = 16
/** Advance of the 11 px proportional text. */
const TEXT_CHAR_PX = 5.9

/** An armed timer fills by CSS from the moment it was armed; no message is needed while it runs. */
export function TimerBar({ timer, x, width, running }: TimerBarProps) {
  const { stats } = useConsole()
  // Read once: a changed start would make the running animation jump.
  const [passed] = useState(() => Math.min(timer.ms, Math.max(0, stats.engineNow() - timer.armedWall)))
  const help = TIMER_HELP[timer.timer]
  const wide = width > WIDE_PX
  const arms = timer.arms > 1 ? ` ×${timer.arms}` : ''
  const name = `${timer.branch === null ? '' : `${timer.branch} `}${timer.timer}${arms}`
  const free = width - PADDING_PX - name.length * LABEL_CHAR_PX
  // A running one counts down: its longest text holds the place.
  const outcome = running ? remainingText(timer.ms, wide) : outcomeText(timer, wide)
  const share = running ? passed / timer.ms : ranFor(timer) / timer.ms
  const style = {
    '--from': Math.min(1, Math.max(0, share)),
    '--left': `${Math.max(0, timer.ms - passed)}ms`,
  } as CSSProperties
  return (
    <g>
      <title>{`${timer.timer}${timer.branch === null ? '' : ` of branch ${timer.branch}`}, ${formatDuration(timer.ms)}${running ? '' : `, ${outcomeText(timer, true)}`}${help === undefined ? '' : `\nTimer ${help.letter}: ${help.text}`}`}</title>
      <rect x={x} y={TOP} width={width} height={HEIGHT} rx={4} className="fill-timer-soft" />
      <rect
        x={x}
        y={TOP}
        width={width}
        height={HEIGHT}
        rx={4}
        data-live={running}
        style={style}
        className={`timer-fill ${timer.outcome === 'fired' ? 'fill-warn' : 'fill-timer'} opacity-25`}
      />
      <text x={x + 7} y={18} className="fill-timer font-mono text-[11px] font-medium">
        {timer.branch !== null && <tspan className="fill-muted">{timer.branch} </tspan>}
        {timer.timer}
        {arms}
      </text>
      {free >= outcome.length * TEXT_CHAR_PX && (
        <text x={x + width - 7} y={18} textAnchor="end" className="fill-text text-[11px]">
          {running ? <Remaining timer={timer} wide={wide} /> : outcome}
        </text>
      )}
    </g>
  )
}

function Remaining({ timer, wide }: { readonly timer: LadderTimer; readonly wide: boolean }) {
  const { stats } = useConsole()
  useNow(100)
  return remainingText(Math.max(0, timer.armedWall + timer.ms - stats.engineNow()), wide)
}

function remainingText(left: number, wide: boolean): string {
  if (left === 0) return wide ? 'fires now' : 'now'
  const text = left < 60_000 ? `${(left / 1000).toFixed(1)} s` : formatDuration(left)
  return wide ? `fires in ${text}` : `in ${text}`
}

function ranFor(timer: LadderTimer): number {
  return timer.endMono === null ? timer.ms : timer.endMono - timer.armedMono
}

function outcomeText(timer: LadderTimer, wide: boolean): string {
  if (timer.outcome === 'fired') return wide ? `fired after ${formatDuration(timer.ms)}` : 'fired'
  if (timer.outcome === 'armed') return wide ? 'armed when the transaction ended' : 'ended'
  return wide ? `cancelled after ${formatDuration(ranFor(timer))}` : `off ${formatDuration(ranFor(timer))}`
}
