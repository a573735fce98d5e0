import { useQuery } from '@tanstack/react-query'
import { memo, useCallback, useState } from 'react'
import { useConsole, useStats } from '../api/console.ts'
import { queries } from '../api/queries.ts'
import { Chart } from '../components/Chart.tsx'
import { Time } from '../components/Time.tsx'
import { useNow } from '../components/use-now.ts'
import { useStale } from '../components/use-stale.ts'
import { formatChange, formatCount, formatRate, UNKNOWN } from '../format/number.ts'
import { formatDuration } from '../format/time.ts'
import { METRIC_KIND, RATE_WINDOW_S, type Metric, type StatsSnapshot } from '../stores/stats-store.ts'
import { cx } from '../ui/cx.ts'
import { FIELD_GROUPS, PANELS, type Field, type Panel } from './overview-panels.ts'

const CHART_HEIGHT = 108
const SPARK_HEIGHT = 26
const OLD_MS = 2000

/** Is it healthy now, and what changed in the last ten minutes. */
export function OverviewPage() {
  const snapshot = useStats()
  const stale = useStale()
  const [hovered, setHovered] = useState<number | null>(null)
  return (
    <div className="relative min-h-0 flex-1 overflow-auto" tabIndex={0} role="region" aria-label="Overview">
      <div className={cx('mx-auto flex max-w-[1680px] flex-col gap-3 p-3 md:p-4', stale && 'stale')}>
        <EngineStrip snapshot={snapshot} />
        <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
          {PANELS.map((panel) => (
            <ChartPanel key={panel.title} panel={panel} snapshot={snapshot} hovered={hovered} onHover={setHovered} />
          ))}
        </div>
        <section aria-labelledby="tm-stats" className="rounded-lg border border-line bg-panel">
          <header className="flex min-h-9 flex-wrap items-center gap-x-2 border-b border-line px-3 py-1">
            <h2 id="tm-stats" className="font-mono text-sm font-semibold">
              tm.stats
            </h2>
            <span className="text-xs text-muted">value, change a second as a mean over {RATE_WINDOW_S} s, up to ten minutes</span>
            <span className="ml-auto text-xs text-muted">
              <Age t={snapshot.latest?.t ?? null} />
            </span>
          </header>
          <div className="grid md:grid-cols-2">
            {FIELD_GROUPS.map((group) => (
              <FieldTable key={group.title} title={group.title} fields={group.fields} snapshot={snapshot} />
            ))}
          </div>
        </section>
      </div>
    </div>
  )
}

/** Time of the numbers; their age once they are old. */
function Age({ t }: { readonly t: number | null }) {
  const { stats } = useConsole()
  useNow(1000)
  if (t === null) return <>no data yet</>
  const age = stats.engineNow() - t
  return (
    <>
      as of <Time at={t} withMs={false} />
      {age > OLD_MS && <span className="ml-1 font-medium text-warn">{formatDuration(age)} old</span>}
    </>
  )
}

function EngineStrip({ snapshot }: { readonly snapshot: StatsSnapshot }) {
  const { client } = useConsole()
  const info = useQuery(queries.info(client)).data
  const latest = snapshot.latest
  const facts: readonly (readonly [label: string, value: string])[] = [
    ['Engine', info === undefined ? UNKNOWN : `signalbox ${info.version} on ${info.name}`],
    ['Up', latest === null ? UNKNOWN : formatDuration(Math.floor(latest.uptimeS) * 1000)],
    ['Listening on', info?.listeners.join('  ') ?? UNKNOWN],
    ['Script', info === undefined ? UNKNOWN : `${info.script.file} v${info.script.version}`],
    ['Workers', formatCount(info?.workers)],
    ['Datagram port', info?.datagramPort ?? UNKNOWN],
    ['Node.js', info?.node ?? UNKNOWN],
    ['Events lost', formatCount(latest?.eventsLost)],
  ]
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-2 rounded-lg border border-line bg-panel px-3 py-2">
      {facts.map(([label, value]) => (
        <div key={label} className="flex flex-col">
          <dt className="label">{label}</dt>
          <dd className="font-mono text-xs">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface ChartPanelProps {
  readonly panel: Panel
  readonly snapshot: StatsSnapshot
  readonly hovered: number | null
  readonly onHover: (second: number | null) => void
}

function ChartPanel({ panel, snapshot, hovered, onHover }: ChartPanelProps) {
  const { stats } = useConsole()
  const past = (metric: Metric): number | null => {
    if (hovered === null) return null
    const series = stats.history(metric)
    return series[series.length - 1 - (stats.historyEnd() - hovered)] ?? null
  }
  return (
    <section aria-label={panel.title} className="min-w-0 rounded-lg border border-line bg-panel px-1 pt-2">
      <header className="flex h-11 items-start gap-x-3 px-2">
        <div>
          <h2 className="label">{panel.title}</h2>
          <p className="text-2xs text-muted">{hovered === null ? 'now' : <Time at={hovered * 1000} withMs={false} />}</p>
        </div>
        <dl className="ml-auto flex gap-x-4">
          {panel.series.map(({ metric, name, token }) => {
            const value = hovered === null ? current(snapshot, metric) : past(metric)
            return (
              <div key={metric} className="text-right">
                <dd className="text-[17px] leading-6 font-semibold">
                  {panel.format(value)}
                  {panel.unit !== '' && <span className="ml-0.5 text-2xs font-normal text-muted">{panel.unit}</span>}
                </dd>
                <dt className="flex items-center justify-end gap-1 text-2xs leading-4 text-muted">
                  <span className="h-0.5 w-2.5 rounded" style={{ background: `var(${token})` }} aria-hidden />
                  {name}
                </dt>
              </div>
            )
          })}
        </dl>
      </header>
      <PanelChart panel={panel} onHover={onHover} />
    </section>
  )
}

const PanelChart = memo(function PanelChart({ panel, onHover }: Pick<ChartPanelProps, 'panel' | 'onHover'>) {
  const formatValue = useCallback((value: number) => trim(panel.format(value)), [panel])
  return <Chart series={panel.series} height={CHART_HEIGHT} label={panel.title} axes formatValue={formatValue} onHover={onHover} />
})

const trim = (figure: string): string => (figure.includes('.') ? figure.replace(/\.?0+$/, '') : figure)

function current(snapshot: StatsSnapshot, metric: Metric): number | null {
  if (METRIC_KIND[metric] === 'counter') return snapshot.rates?.[metric] ?? null
  return latestOf(snapshot, metric)
}

function latestOf(snapshot: StatsSnapshot, metric: Metric): number | null {
  const latest = snapshot.latest
  if (latest === null) return null
  return metric in latest.stats ? latest.stats[metric as Field['key']] : latest[metric as Exclude<Metric, Field['key']>]
}

function FieldTable({
  title,
  fields,
  snapshot,
}: {
  readonly title: string
  readonly fields: readonly Field[]
  readonly snapshot: StatsSnapshot
}) {
  return (
    <section
      aria-label={`tm.stats: ${title}`}
      className="border-line px-3 pt-2 pb-2 not-last:border-b md:odd:border-r md:nth-last-2:border-b-0"
    >
      <h3 className="label">{title}</h3>
      <table className="w-full table-fixed">
        <colgroup>
          <col />
          <col className="w-20" />
          <col className="w-[76px]" />
          <col className="w-[16%] 2xl:w-[24%]" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th>Field</th>
            <th>Value</th>
            <th>Change a second</th>
            <th>Last ten minutes</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.key} className="h-7 hover:bg-hover">
              <th scope="row" title={field.meaning} className="truncate text-left font-normal">
                <span className="font-mono text-xs font-medium">{field.key}</span>{' '}
                <span className="ml-1 hidden text-xs text-muted xl:inline">{field.meaning}</span>
              </th>
              <td className="text-right font-medium">{formatCount(latestOf(snapshot, field.key))}</td>
              <td className="text-right text-xs text-muted">
                {(METRIC_KIND[field.key] === 'level' ? formatChange : formatRate)(snapshot.rates?.[field.key])} /s
              </td>
              <td className="pl-4">
                <Chart series={field.series} height={SPARK_HEIGHT} label={field.key} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
