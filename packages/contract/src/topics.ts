import { Type, type Static } from 'typebox'
import { EngineEvent } from './engine-event.ts'
import { TmStats } from './tm-stats.ts'
import { TransactionRow } from './transaction-row.ts'
import { EVENTS_PER_MESSAGE, type Topic } from './limits.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })

/** Topic `tm.stats`: every message is complete, the newest replaces the older. Counters run since the engine started. */
export const TmStatsData = Type.Object({
  t: Type.Number({ description: 'Unix time, ms' }),
  stats: TmStats,
  messagesIn: count('SIP messages received'),
  messagesOut: count('SIP messages sent'),
  retransmissions: count('Retransmissions sent'),
  loopDelayP50Ms: Type.Number({ minimum: 0 }),
  loopDelayP99Ms: Type.Number({ minimum: 0 }),
  heapUsed: count('Bytes of the JavaScript heap'),
  rss: count('Resident bytes of the engine'),
  eventsLost: count('Events lost because nobody drained the ring in time'),
  recordedOneIn: Type.Integer({ minimum: 1, description: 'Events are recorded of one call in so many; 1: of all' }),
  uptimeS: Type.Number({ minimum: 0 }),
})
export type TmStatsData = Static<typeof TmStatsData>

/** Topic `transactions`: keyed patch; with `reset` it replaces the whole list. Ended rows come in `remove` once destroyed. */
export const TransactionsData = Type.Object({
  upsert: Type.Array(TransactionRow),
  remove: Type.Array(Type.String(), { description: 'Keys' }),
  total: count('Live transactions in the engine'),
  truncated: Type.Boolean({ description: 'The list holds fewer rows than there are' }),
})
export type TransactionsData = Static<typeof TransactionsData>

/** Topic `events`. With `reset`: the newest events, the list starts over. */
export const EventsData = Type.Object({
  events: Type.Array(EngineEvent, { maxItems: EVENTS_PER_MESSAGE }),
  skipped: count('Events since the message before that are not in this one'),
})
export type EventsData = Static<typeof EventsData>

/** Topic `tx:INDEX:LABEL`. `row` null: unknown or gone. `events` are those since the message before, with `reset` all. */
export const TransactionDetailData = Type.Object({
  row: Type.Union([TransactionRow, Type.Null()]),
  events: Type.Array(EngineEvent),
})
export type TransactionDetailData = Static<typeof TransactionDetailData>

/** Data of a topic by its name. */
export interface TopicData {
  readonly 'tm.stats': TmStatsData
  readonly transactions: TransactionsData
  readonly events: EventsData
  readonly [detail: `tx:${number}:${number}`]: TransactionDetailData
}

const envelope = {
  seq: Type.Integer({ minimum: 0, description: 'Rises by one a message of the topic' }),
  reset: Type.Optional(Type.Boolean({ description: 'data is a full snapshot, seq may have jumped' })),
}
const detailTopic = Type.Unsafe<`tx:${number}:${number}`>({ type: 'string', pattern: '^tx:\\d+:\\d+$' })

/**
 * What travels on a topic, from the engine (`params` of the notification `signalbox.topic`) and to browsers (with `op: 'data'`).
 *
 * The first message after a subscription has `reset: true` unless the subscriber gave a `since` that could be resumed;
 * `tm.stats` needs no reset. On the engine's socket `seq` starts over with the engine. The API numbers its messages anew,
 * rising over restarts of both, so that a browser may always resume with the last `seq` it saw.
 */
export const TopicMessage = Type.Union([
  Type.Object({ topic: Type.Literal('tm.stats'), ...envelope, data: TmStatsData }),
  Type.Object({ topic: Type.Literal('transactions'), ...envelope, data: TransactionsData }),
  Type.Object({ topic: Type.Literal('events'), ...envelope, data: EventsData }),
  Type.Object({ topic: detailTopic, ...envelope, data: TransactionDetailData }),
])
export type TopicMessage = Static<typeof TopicMessage>
/** The message of one topic. */
export interface TopicMessageOf<T extends Topic> {
  readonly topic: T
  readonly seq: number
  readonly reset?: boolean
  readonly data: TopicData[T]
}
