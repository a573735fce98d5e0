import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useConsole } from '../api/console.ts'
import { formatClock, type Zone } from '../format/time.ts'
import { usePreferences } from '../stores/preferences.ts'
import { HISTORY_S, type Metric, type StatsStore } from '../stores/stats-store.ts'
import { useMedia } from './use-media.ts'

export interface ChartSeries {
  readonly metric: Metric
  /** A colour token such as `--accent`. */
  readonly token: string
}

interface ChartProps {
  readonly series: readonly ChartSeries[]
  readonly height: number
  readonly label: string
  /** Axes and a hover line; without it the chart is a sparkline. */
  readonly axes?: boolean
  readonly formatValue?: (value: number) => string
  /** Unix second under the pointer, or null. */
  readonly onHover?: (second: number | null) => void
}

/**
 * Up to ten minutes of one or more metrics. Draws from the ring once a second and never through React;
 * seconds without data stay open.
 */
export function Chart(props: ChartProps) {
  const { theme } = usePreferences()
  const systemDark = useMedia('(prefers-color-scheme: dark)')
  // A canvas keeps the colours it was drawn with: another theme is another canvas.
  return <Canvas key={`${theme} ${systemDark}`} {...props} />
}

function Canvas({ series, height, label, axes = false, formatValue = String, onHover }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const { stats } = useConsole()
  const { zone } = usePreferences()
  const hover = useRef(onHover)
  useEffect(() => {
    hover.current = onHover
  })
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const setup = { series, height, axes, formatValue, zone }
    return mountChart(element, stats, setup, (second) => hover.current?.(second))
  }, [series, height, axes, formatValue, stats, zone])
  return <div ref={host} role="img" aria-label={`${label}, up to ten minutes`} className="w-full overflow-hidden" style={{ height }} />
}

interface Setup {
  readonly series: readonly ChartSeries[]
  readonly height: number
  readonly axes: boolean
  readonly formatValue: (value: number) => string
  readonly zone: Zone
}

function mountChart(host: HTMLElement, stats: StatsStore, setup: Setup, onHover: (second: number | null) => void): () => void {
  let end = stats.historyEnd()
  const read = (): uPlot.AlignedData => {
    const times = Array.from({ length: HISTORY_S }, (_, i) => end - HISTORY_S + 1 + i)
    return [times, ...setup.series.map(({ metric }) => stats.history(metric))]
  }
  const chart = new uPlot(optionsOf(host, setup, { end: () => end, span: () => stats.span() }, onHover), read(), host)
  let frame = 0
  const draw = (): void => {
    frame = 0
    chart.setData(read())
  }
  const unsubscribe = stats.subscribe(() => {
    const now = stats.historyEnd()
    if (now === end) return
    end = now
    if (frame === 0) frame = requestAnimationFrame(draw)
  })
  const resize = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height: setup.height }))
  resize.observe(host)
  return () => {
    cancelAnimationFrame(frame)
    unsubscribe()
    resize.disconnect()
    chart.destroy()
  }
}

function optionsOf(
  host: HTMLElement,
  setup: Setup,
  window: { readonly end: () => number; readonly span: () => number },
  onHover: (second: number | null) => void,
): uPlot.Options {
  const colour = (token: string): string => resolve(host, token)
  return {
    width: Math.max(40, host.clientWidth),
    height: setup.height,
    padding: setup.axes ? [8, 18, 0, 0] : [3, 1, 3, 1],
    legend: { show: false },
    cursor: setup.axes ? { y: false, points: { size: 5 }, drag: { x: false, y: false }, sync: { key: 'overview' } } : { show: false },
    scales: {
      x: { time: false, range: () => [window.end() - window.span() + 1, window.end()] },
      y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: setup.axes ? axesOf(setup, colour) : [{ show: false }, { show: false }],
    series: [
      {},
      ...setup.series.map(({ token }, i) => ({
        stroke: colour(token),
        width: setup.axes ? 1.5 : 1.25,
        points: { show: false },
        ...(i === 0 ? { fill: `color-mix(in srgb, ${colour(token)} ${setup.axes ? 12 : 16}%, transparent)` } : {}),
      })),
    ],
    hooks: {
      setCursor: [
        (chart) => {
          const at = chart.cursor.idx
          onHover(at === null || at === undefined || (chart.cursor.left ?? -1) < 0 ? null : chart.data[0][at])
        },
      ],
    },
  }
}

/** Distance of the time marks by the length of the window, s. */
function stepOf(span: number): number {
  if (span > 400) return 120
  if (span > 150) return 60
  return span > 90 ? 30 : 15
}

function axesOf(setup: Setup, colour: (token: string) => string): uPlot.Axis[] {
  const common = {
    stroke: colour('--muted'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  return [
    {
      ...common,
      size: 22,
      gap: 4,
      splits: (_u, _axis, min, max) => {
        const out: number[] = []
        const step = stepOf(max - min)
        for (let t = Math.ceil(min / step) * step; t <= max; t += step) out.push(t)
        return out
      },
      values: (_u, splits) =>
        splits.map((t) => formatClock(t * 1000, setup.zone, false).slice(0, splits.some((one) => one % 60 !== 0) ? 8 : 5)),
    },
    { ...common, size: 44, gap: 6, space: 28, values: (_u, splits) => splits.map((value) => setup.formatValue(value)) },
  ]
}

/** Canvas cannot read CSS variables: let the browser compute the colour of an element. */
function resolve(host: HTMLElement, token: string): string {
  const before = host.style.color
  host.style.color = `var(${token})`
  const colour = getComputedStyle(host).color
  host.style.color = before
  return colour
}
