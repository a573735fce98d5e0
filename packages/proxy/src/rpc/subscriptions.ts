import { faults, TOPIC_NOTIFICATION, type SubscribeResult } from '@signalbox/contract'
import type { Clock } from '../clock/clock.ts'
import { ControlFault } from '../control/control-fault.ts'
import type { TopicFeed } from './topic-feed.ts'

/** A connection that takes notifications. */
export interface Subscriber {
  /** One JSON document. */
  send(text: string): void
  /** Bytes that it has not taken yet. */
  backlog(): number
}

/** Timers, handed in so that tests need no real time. Both return their cancel. */
export interface Timers {
  readonly every: (ms: number, action: () => void) => () => void
  readonly soon: (action: () => void) => () => void
}

interface Retained {
  readonly seq: number
  readonly text: string
}

interface Topic {
  readonly name: string
  readonly feed: TopicFeed
  readonly subscribers: Map<Subscriber, SubscriberState>
  readonly cancelTimer: () => void
  /** Lets a period pass: what it has to say is more than anybody can follow. */
  rests: boolean
  seq: number
  retained: Retained[]
  retainedLength: number
}

/** `behind`: it missed something and gets a snapshot as soon as it can take one. `fresh`: its subscription is not answered yet. */
interface SubscriberState {
  behind: boolean
  fresh: boolean
}

/** A subscriber with more unsent bytes than this misses messages until it has caught up. */
const SLOW_BYTES = 1 << 20
/** Kept per topic so that a subscriber can resume. */
const RETAINED_MESSAGES = 64
const RETAINED_LENGTH = 4 << 20
const MOST_TOPICS = 1024

/**
 * Topics and who listens to them. Messages are made once a topic and period, and only while somebody listens. A slow
 * subscriber holds up nobody: it misses messages and is told by a `reset` message whose `seq` has jumped.
 */
export class Subscriptions {
  readonly #openFeed: (topic: string) => TopicFeed | null
  readonly #timers: Timers
  readonly #clock: Clock
  readonly #topics = new Map<string, Topic>()

  constructor(openFeed: (topic: string) => TopicFeed | null, timers: Timers, clock: Clock) {
    this.#openFeed = openFeed
    this.#timers = timers
    this.#clock = clock
  }

  /** Subscribing twice starts the topic over. Faults: 404 unknown topic, 429 too many. */
  subscribe(subscriber: Subscriber, name: string, since?: number): SubscribeResult {
    if (this.#topics.get(name)?.subscribers.has(subscriber) !== true && this.#topicsOf(subscriber) >= MOST_TOPICS)
      throw new ControlFault({ code: 429, message: `This connection has ${MOST_TOPICS} topics: unsubscribe from some first` })
    const topic = this.#topics.get(name) ?? this.#open(name)
    // Who listens already gets what is due first, so that the newcomer's snapshot and the next message do not overlap.
    this.#publish(topic)
    const missed = since === undefined ? null : missedSince(topic, since)
    const state: SubscriberState = { behind: missed === null, fresh: true }
    topic.subscribers.set(subscriber, state)
    // The answer to the subscription goes first.
    this.#timers.soon(() => {
      if (topic.subscribers.get(subscriber) !== state) return
      state.fresh = false
      if (state.behind) this.#catchUp(topic, subscriber, state)
      else for (const message of missed ?? []) subscriber.send(message.text)
    })
    return { topic: name, seq: topic.seq }
  }

  unsubscribe(subscriber: Subscriber, name: string): SubscribeResult {
    const topic = this.#topics.get(name)
    if (topic !== undefined) this.#leave(topic, subscriber)
    return { topic: name, seq: topic?.seq ?? 0 }
  }

  /** The connection is gone. */
  drop(subscriber: Subscriber): void {
    for (const topic of this.#topics.values()) this.#leave(topic, subscriber)
  }

  close(): void {
    for (const topic of this.#topics.values()) for (const subscriber of topic.subscribers.keys()) this.#leave(topic, subscriber)
  }

  #open(name: string): Topic {
    const feed = this.#openFeed(name)
    if (feed === null) throw new ControlFault(faults.unknownTopic)
    const topic: Topic = {
      name,
      feed,
      subscribers: new Map(),
      cancelTimer: this.#timers.every(feed.periodMs, () => this.#tick(topic)),
      rests: false,
      // From the wall clock: a `since` of an earlier life of the topic is then always older than what is retained.
      seq: Math.floor(this.#clock.wall()),
      retained: [],
      retainedLength: 0,
    }
    this.#topics.set(name, topic)
    return topic
  }

  #leave(topic: Topic, subscriber: Subscriber): void {
    if (!topic.subscribers.delete(subscriber) || topic.subscribers.size > 0) return
    topic.cancelTimer()
    topic.feed.close()
    this.#topics.delete(topic.name)
  }

  #tick(topic: Topic): void {
    if (!topic.rests) this.#publish(topic)
    topic.rests = !topic.rests && topic.feed.crowded === true
  }

  #publish(topic: Topic): void {
    const data = topic.feed.next()
    const text = data === null ? null : notification(topic.name, ++topic.seq, data)
    if (text !== null) retain(topic, { seq: topic.seq, text })
    for (const [subscriber, state] of topic.subscribers) {
      if (state.fresh || subscriber.backlog() > SLOW_BYTES) state.behind ||= text !== null
      else if (state.behind) this.#catchUp(topic, subscriber, state)
      else if (text !== null) subscriber.send(text)
    }
  }

  #catchUp(topic: Topic, subscriber: Subscriber, state: SubscriberState): void {
    if (subscriber.backlog() > SLOW_BYTES) return
    state.behind = false
    subscriber.send(notification(topic.name, topic.seq, topic.feed.snapshot(), true))
  }

  #topicsOf(subscriber: Subscriber): number {
    let count = 0
    for (const topic of this.#topics.values()) if (topic.subscribers.has(subscriber)) count++
    return count
  }
}

/** What the topic said after `since`, null when that is not known any more. */
function missedSince(topic: Topic, since: number): readonly Retained[] | null {
  const oldest = topic.retained.at(0)?.seq ?? topic.seq + 1
  if (since > topic.seq || since + 1 < oldest) return null
  return topic.retained.filter((message) => message.seq > since)
}

function retain(topic: Topic, message: Retained): void {
  topic.retained.push(message)
  topic.retainedLength += message.text.length
  while (topic.retained.length > RETAINED_MESSAGES || topic.retainedLength > RETAINED_LENGTH) {
    const oldest = topic.retained.shift()
    if (oldest === undefined) return
    topic.retainedLength -= oldest.text.length
  }
}

function notification(topic: string, seq: number, data: object, reset?: true): string {
  return JSON.stringify({ jsonrpc: '2.0', method: TOPIC_NOTIFICATION, params: { topic, seq, ...(reset && { reset }), data } })
}
