import { EVENTS_PER_MESSAGE, TRANSACTION_ROWS } from '@signalbox/contract'
import type {
  EngineEvent,
  EventsData,
  Topic,
  TopicMessage,
  TransactionDetailData,
  TransactionRow,
  TransactionsData,
} from '@signalbox/contract'

/** Most events that the hub keeps of one transaction. */
const DETAIL_EVENTS = 2000

/** What a topic amounts to so far: a late subscriber gets the snapshot and then the messages. */
export interface TopicState {
  apply(message: TopicMessage): void
  snapshot(): unknown
  /** Whether every message is complete: no order, no gaps, no resume, the newest is enough. */
  readonly latestWins: boolean
  /** Whether a subscriber that missed messages needs the snapshot: patches build on each other. */
  readonly cumulative: boolean
}

export function createTopicState(topic: Topic): TopicState {
  if (topic === 'tm.stats') return new LatestState()
  if (topic === 'transactions') return new TransactionsState()
  if (topic === 'events') return new EventsState()
  return new DetailState()
}

class LatestState implements TopicState {
  readonly latestWins = true
  readonly cumulative = false
  #data: unknown = null

  apply(message: TopicMessage): void {
    this.#data = message.data
  }

  snapshot(): unknown {
    return this.#data
  }
}

/** The newest rows only: subscribers keep what they have, a snapshot is bounded. */
class TransactionsState implements TopicState {
  readonly latestWins = false
  readonly cumulative = true
  readonly #rows = new Map<string, TransactionRow>()
  #total = 0
  #truncated = false

  apply(message: TopicMessage): void {
    const data = message.data as TransactionsData
    if (message.reset === true) this.#rows.clear()
    for (const key of data.remove) this.#rows.delete(key)
    for (const row of data.upsert) this.#rows.set(row.key, row)
    const rows = this.#rows.keys()
    for (let extra = this.#rows.size - TRANSACTION_ROWS; extra > 0; extra--) this.#rows.delete(rows.next().value ?? '')
    this.#total = data.total
    this.#truncated = data.truncated
  }

  snapshot(): TransactionsData {
    return { upsert: [...this.#rows.values()], remove: [], total: this.#total, truncated: this.#truncated || this.#total > this.#rows.size }
  }
}

class EventsState implements TopicState {
  readonly latestWins = false
  readonly cumulative = false
  #events: EngineEvent[] = []

  apply(message: TopicMessage): void {
    const data = message.data as EventsData
    const before = message.reset === true ? [] : this.#events
    this.#events = [...before, ...data.events].slice(-EVENTS_PER_MESSAGE)
  }

  snapshot(): EventsData {
    return { events: this.#events, skipped: 0 }
  }
}

class DetailState implements TopicState {
  readonly latestWins = false
  readonly cumulative = true
  #row: TransactionRow | null = null
  #events: EngineEvent[] = []

  apply(message: TopicMessage): void {
    const data = message.data as TransactionDetailData
    if (message.reset === true) this.#events = []
    this.#row = data.row
    this.#events.push(...data.events)
    if (this.#events.length > DETAIL_EVENTS) this.#events = this.#events.slice(-DETAIL_EVENTS)
  }

  snapshot(): TransactionDetailData {
    return { row: this.#row, events: this.#events }
  }
}
