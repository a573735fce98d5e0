/** Names and bounds that engine, API and console share. No schemas here: the console imports this file for its values. */

/** Topics with a fixed name; `tx:INDEX:LABEL` is the fifth, see `transactionTopic`. */
export const fixedTopics = ['tm.stats', 'transactions', 'events'] as const
export type FixedTopic = (typeof fixedTopics)[number]
export type TransactionTopic = `tx:${number}:${number}`
export type Topic = FixedTopic | TransactionTopic

const TRANSACTION_TOPIC = /^tx:(\d{1,10}):(\d{1,10})$/

/** Topic of one transaction. */
export function transactionTopic(index: number, label: number): TransactionTopic {
  return `tx:${index}:${label}`
}

/** The transaction a topic is about, or null for a fixed topic or any other text. */
export function parseTransactionTopic(topic: string): { readonly index: number; readonly label: number } | null {
  const found = TRANSACTION_TOPIC.exec(topic)
  return found === null ? null : { index: Number(found[1]), label: Number(found[2]) }
}

export function isTopic(text: string): text is Topic {
  return (fixedTopics as readonly string[]).includes(text) || TRANSACTION_TOPIC.test(text)
}

/** The notification that carries a TopicMessage on the engine's unix socket. */
export const TOPIC_NOTIFICATION = 'signalbox.topic'

/** Messages a second of the periodic topics. */
export const TOPIC_RATE_HZ = 5
/** A `tx:` topic gathers events this long, ms. */
export const TRANSACTION_TOPIC_BATCH_MS = 100
/** Most events in one message of topic `events`; what does not fit is counted in `skipped`. */
export const EVENTS_PER_MESSAGE = 200
/** Most rows in a snapshot of topic `transactions`: the newest. */
export const TRANSACTION_ROWS = 1000

/** WebSocket subprotocol of the console; a token comes as a second one, `bearer.TOKEN`. */
export const SOCKET_PROTOCOL = 'signalbox'
export const BEARER_PROTOCOL_PREFIX = 'bearer.'
/** A WebSocket with more unsent bytes than this misses messages (counted and told) until it has caught up. */
export const SOCKET_SOFT_LIMIT_BYTES = 256 * 1024
/** A WebSocket with more unsent bytes than this is cut off. */
export const SOCKET_HARD_LIMIT_BYTES = 4 * 1024 * 1024
