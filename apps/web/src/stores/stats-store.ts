import type { DataMessage, TmStatsData, TmStatsKey } from '@signalbox/contract'
import type { TopicConsumer } from '../api/live.ts'
import { LiveStore, type Scheduler } from './live-store.ts'
import { TimeRing } from './time-ring.ts'

type EngineGauge =
  | 'messagesIn'
  | 'messagesOut'
  | 'retransmissions'
  | 'loopDelayP50Ms'
  | 'loopDelayP99Ms'
  | 'heapUsed'
  | 'rss'
  | 'eventsLost'
export type Metric = TmStatsKey | EngineGauge

/** `level`: the value itself is charted; `counter`: its rate is. Total, so that a new field must be sorted in. */
export const METRIC_KIND: Readonly<Record<Metric, 'level' | 'counter'>> = {
  current: 'level',
  waiting: 'level',
  total: 'counter',
  total_local: 'counter',
  rpl_received: 'counter',
  rpl_generated: 'counter',
  rpl_sent: 'counter',
  '6xx': 'counter',
  '5xx': 'counter',
  '4xx': 'counter',
  '3xx': 'counter',
  '2xx': 'counter',
  created: 'counter',
  freed: 'counter',
  delayed_free: 'counter',
  messagesIn: 'counter',
  messagesOut: 'counter',
  retransmissions: 'counter',
  loopDelayP50Ms: 'level',
  loopDelayP99Ms: 'level',
  heapUsed: 'level',
  rss: 'level',
  eventsLost: 'counter',
}
const METRICS = Object.keys(METRIC_KIND) as readonly Metric[]

export const HISTORY_S = 600
const FIRST_SPAN_S = 60
/** Rates, charted or not, are means over this many seconds: single arrivals a second are noise at ten minutes a chart. */
export const RATE_WINDOW_S = 5

export interface StatsSnapshot {
  readonly latest: TmStatsData | null
  /** Change a second over the last RATE_WINDOW_S, of levels with its sign; null until two samples are known. */
  readonly rates: Readonly<Record<Metric, number>> | null
}

interface Sample {
  readonly t: number
  readonly values: Readonly<Record<Metric, number>>
}

/** Newest tm.stats, rates, and ten minutes of history at one value a second. */
export class StatsStore extends LiveStore<StatsSnapshot> implements TopicConsumer {
  readonly topic = 'tm.stats'
  readonly detail = false
  readonly strict = false
  readonly firstSince = null
  readonly #ring = new TimeRing(HISTORY_S, METRICS)
  readonly #wall: () => number
  #latest: TmStatsData | null = null
  #recent: Sample[] = []
  #secondStart: Sample | null = null
  #clockOffset = 0
  #first = Number.POSITIVE_INFINITY

  constructor(scheduler?: Scheduler, wall: () => number = Date.now) {
    super({ latest: null, rates: null }, scheduler)
    this.#wall = wall
  }

  data(frame: DataMessage): void {
    if (frame.topic !== 'tm.stats') return
    const message = frame.data
    const sample: Sample = { t: message.t, values: flatten(message) }
    const before = this.#recent.at(-1)
    if (before !== undefined && restarted(before, sample)) {
      this.#recent = []
      this.#secondStart = null
    }
    this.#latest = message
    this.#clockOffset = message.t - this.#wall()
    this.#recent.push(sample)
    while (this.#recent.length > 2 && sample.t - this.#recent[0].t > RATE_WINDOW_S * 1000) this.#recent.shift()
    this.#chart(sample)
    this.touch()
  }

  /** The engine's wall clock as seen from here, Unix ms. */
  engineNow(): number {
    return this.#wall() + this.#clockOffset
  }

  /** The last ten minutes, one point a second: levels as they are, counters as rate a second. */
  history(metric: Metric): (number | null)[] {
    const series = this.#ring.series(metric, this.historyEnd())
    return METRIC_KIND[metric] === 'level' ? series : movingMean(series, RATE_WINDOW_S)
  }

  /** Seconds a chart shows: grows with what is known, so that the first minute is not a sliver of ten. */
  span(): number {
    const known = this.historyEnd() - this.#first + 1
    return Math.min(HISTORY_S, Math.max(FIRST_SPAN_S, Number.isFinite(known) ? known : FIRST_SPAN_S))
  }

  /** Unix second at the right edge of every chart. */
  historyEnd(): number {
    return Math.floor(this.engineNow() / 1000)
  }

  protected override build(): StatsSnapshot {
    return { latest: this.#latest, rates: this.#rates() }
  }

  #rates(): StatsSnapshot['rates'] {
    const first = this.#recent[0]
    const last = this.#recent.at(-1)
    return first === undefined || last === undefined || last.t - first.t < 150 ? null : perSecond(first, last)
  }

  #chart(sample: Sample): void {
    const second = Math.floor(sample.t / 1000)
    const start = this.#secondStart
    if (start === null || second > Math.floor(start.t / 1000)) {
      const joined = start !== null && sample.t - start.t < 2500
      this.#ring.put(second, joined ? { ...perSecond(start, sample), ...levels(sample) } : levels(sample))
      this.#secondStart = sample
      this.#first = Math.min(this.#first, second)
    }
  }
}

/** Counters only grow while the engine lives. */
function restarted(before: Sample, after: Sample): boolean {
  return after.values.created < before.values.created || after.values.messagesIn < before.values.messagesIn
}

function flatten(message: TmStatsData): Readonly<Record<Metric, number>> {
  const { t: _t, stats, uptimeS: _uptime, recordedOneIn: _share, ...engine } = message
  return { ...stats, ...engine }
}

function perSecond(first: Sample, last: Sample): Record<Metric, number> {
  const seconds = (last.t - first.t) / 1000
  const out = { ...last.values }
  for (const metric of METRICS) out[metric] = (last.values[metric] - first.values[metric]) / seconds
  return out
}

/** Mean over up to `width` points that end here; a gap stays a gap and is not averaged across. */
export function movingMean(series: readonly (number | null)[], width: number): (number | null)[] {
  let run: number[] = []
  return series.map((value) => {
    if (value === null) {
      run = []
      return null
    }
    run.push(value)
    if (run.length > width) run.shift()
    return run.reduce((sum, one) => sum + one, 0) / run.length
  })
}

function levels(sample: Sample): Partial<Record<Metric, number>> {
  const out: Partial<Record<Metric, number>> = {}
  for (const metric of METRICS) if (METRIC_KIND[metric] === 'level') out[metric] = sample.values[metric]
  return out
}
