import {
  EVENTS_PER_MESSAGE,
  TRANSACTION_ROWS,
  type EngineEvent,
  type EventKindName,
  type TmStatsData,
  type TmStatsKey,
  type TransactionRow,
} from '@signalbox/contract'
import type { FakeTransaction, TransactionHost } from './fake-transaction.ts'
import { Random } from './random.ts'
import { VirtualClock } from './virtual-clock.ts'

const HISTORY_MS = 10 * 60_000
const KEPT_EVENTS = 2000
const KEPT_TRANSACTIONS = 3000

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Plays calls with forks, CANCEL, retransmissions and timers, as the real engine would tell about them. */
export class FakeEngine implements TransactionHost {
  readonly random = new Random(20_261_122)
  readonly clock: VirtualClock
  readonly startedAt: number
  readonly recent: EngineEvent[] = []
  readonly live = new Map<string, FakeTransaction>()
  readonly known = new Map<string, FakeTransaction>()
  /** One tm.stats message a second, for charts that start full. */
  readonly statsHistory: TmStatsData[] = []
  onEvent: ((tx: FakeTransaction, event: EngineEvent) => void) | null = null
  onDestroyed: ((tx: FakeTransaction) => void) | null = null
  #seq = 0
  readonly #wallStart: number
  readonly #stats: Writable<TmStatsData['stats']> = {
    current: 0,
    waiting: 0,
    total: 0,
    total_local: 0,
    rpl_received: 0,
    rpl_generated: 0,
    rpl_sent: 0,
    '6xx': 0,
    '5xx': 0,
    '4xx': 0,
    '3xx': 0,
    '2xx': 0,
    created: 0,
    freed: 0,
    delayed_free: 0,
  }
  readonly #counters = { messagesIn: 0, messagesOut: 0, retransmissions: 0 }

  /** `start` schedules the traffic; ten minutes of it have then already happened. */
  constructor(wallNow: number, start: (engine: FakeEngine) => void) {
    this.#wallStart = wallNow - HISTORY_MS
    this.startedAt = this.#wallStart
    this.clock = new VirtualClock(0)
    start(this)
    const second = (): void => {
      this.statsHistory.push(this.statsData())
      if (this.statsHistory.length > HISTORY_MS / 1000) this.statsHistory.shift()
      this.clock.after(1000, second)
    }
    second()
    this.runTo(wallNow)
  }

  runTo(wallNow: number): void {
    this.clock.runUntil(wallNow - this.#wallStart)
  }

  /** Unix ms of the simulation. */
  wall(): number {
    return this.#wallStart + this.clock.now()
  }

  event(kind: EventKindName, row: TransactionRow, branch: number | null, data: object): EngineEvent {
    this.#seq += 1
    const tx = { index: row.index, label: row.label }
    const clock = { tMono: this.clock.now(), tWall: this.wall(), node: 'demo' }
    return { seq: this.#seq, ...clock, tx, branch, kind, data } as EngineEvent
  }

  changed(tx: FakeTransaction, event: EngineEvent): void {
    this.recent.push(event)
    if (this.recent.length > KEPT_EVENTS) this.recent.splice(0, EVENTS_PER_MESSAGE)
    this.onEvent?.(tx, event)
  }

  opened(tx: FakeTransaction): void {
    this.live.set(tx.row.key, tx)
    this.known.set(tx.row.key, tx)
    if (this.known.size > KEPT_TRANSACTIONS) {
      const oldest = this.known.keys().next().value
      if (oldest !== undefined) this.known.delete(oldest)
    }
    this.#stats.total += 1
    this.#stats.created += 1
    this.#stats.current += 1
  }

  destroyed(tx: FakeTransaction): void {
    this.live.delete(tx.row.key)
    this.#stats.freed += 1
    this.#stats.current -= 1
    this.onDestroyed?.(tx)
  }

  waiting(change: number): void {
    this.#stats.waiting += change
  }

  count(counter: 'messagesIn' | 'messagesOut' | 'retransmissions'): void {
    this.#counters[counter] += 1
  }

  bump(key: TmStatsKey): void {
    this.#stats[key] += 1
  }

  replied(status: number): void {
    this.#stats.rpl_sent += 1
    if (status === 100) this.#stats.rpl_generated += 1
    if (status >= 200) this.bump(`${Math.floor(status / 100)}xx` as TmStatsKey)
  }

  newestRows(): TransactionRow[] {
    return [...this.live.values()].slice(-TRANSACTION_ROWS).map((tx) => snapshotRow(tx))
  }

  statsData(): TmStatsData {
    const t = this.wall()
    const wave = Math.sin(t / 40_000)
    return {
      t,
      stats: { ...this.#stats },
      ...this.#counters,
      recordedOneIn: 1,
      loopDelayP50Ms: 0.3 + 0.08 * Math.sin(t / 9000),
      loopDelayP99Ms: 1.4 + 0.5 * wave + 0.6 * this.random.next(),
      heapUsed: 42e6 + ((t / 1000) % 37) * 210_000,
      rss: 118e6 + wave * 2e6,
      eventsLost: 0,
      uptimeS: (t - this.startedAt) / 1000,
    }
  }
}

/** A copy: the page must not see a row change behind its back. */
export function snapshotRow(tx: FakeTransaction): TransactionRow {
  return { ...tx.row, branches: tx.row.branches.map((branch) => ({ ...branch })) }
}
