import type { ServerMessage, Topic, TopicMessage } from '@signalbox/contract'
import { encodeMessage, type MissableTopic, type Outbox } from './backpressure.ts'
import { createTopicState, type TopicState } from './topic-state.ts'

const KEPT_MESSAGES = 150
const KEPT_BYTES = 2 * 1024 * 1024

interface KeptMessage {
  readonly seq: number
  readonly bytes: Uint8Array
}

/** One topic: its state, its latest messages for resuming, its listeners. A message is encoded once, for all of them. */
export class Channel implements MissableTopic {
  readonly topic: Topic
  readonly listeners = new Set<Outbox>()
  readonly #state: TopicState
  #kept: KeptMessage[] = []
  #keptBytes = 0
  #seq: number
  #engineSeq: number | null = null
  #snapshot: Uint8Array | null = null

  /** `seq`: messages are numbered from the next one on. */
  constructor(topic: Topic, seq: number) {
    this.topic = topic
    this.#seq = seq
    this.#state = createTopicState(topic)
  }

  get seq(): number {
    return this.#seq
  }

  /** Whether a snapshot has come: before it there is nothing to tell. */
  get ready(): boolean {
    return this.#engineSeq !== null
  }

  /** The engine went or starts the topic over: only a snapshot counts now. */
  await(): void {
    this.#engineSeq = null
  }

  /** A message of the engine to all listeners. False: messages are missing before it, a new snapshot is needed. */
  publish(message: TopicMessage): boolean {
    const complete = message.reset === true || this.#state.latestWins
    if (!complete) {
      if (this.#engineSeq === null) return true
      if (message.seq !== this.#engineSeq + 1) {
        this.#engineSeq = null
        return false
      }
    }
    this.#engineSeq = message.seq
    this.#state.apply(message)
    this.#seq++
    this.#snapshot = null
    const bytes = encodeMessage({ op: 'data', ...message, seq: this.#seq })
    this.#keep(bytes)
    for (const listener of this.listeners) listener.deliver(this, bytes)
    return true
  }

  /** Brings a new listener up to date: with the messages after `since` where they are kept, else with the snapshot. */
  join(listener: Outbox, since: number | undefined): void {
    this.listeners.add(listener)
    if (!this.ready || since === this.#seq) return
    const from = since === undefined ? -1 : this.#kept.findIndex((message) => message.seq === since + 1)
    if (from < 0) {
      listener.deliver(this, this.snapshot())
      return
    }
    for (const message of this.#kept.slice(from)) listener.deliver(this, message.bytes)
  }

  leave(listener: Outbox): void {
    this.listeners.delete(listener)
    listener.forget(this)
  }

  /** The state as a message with the number of the latest one. */
  snapshot(): Uint8Array {
    this.#snapshot ??= encodeMessage({
      op: 'data',
      topic: this.topic,
      seq: this.#seq,
      reset: true,
      data: this.#state.snapshot(),
    } as ServerMessage)
    return this.#snapshot
  }

  catchUp(): Uint8Array | null {
    return this.#state.cumulative && this.ready ? this.snapshot() : null
  }

  #keep(bytes: Uint8Array): void {
    this.#kept.push({ seq: this.#seq, bytes })
    this.#keptBytes += bytes.length
    let drop = 0
    const most = this.#state.latestWins ? 1 : KEPT_MESSAGES
    while (this.#kept.length - drop > 1 && (this.#kept.length - drop > most || this.#keptBytes > KEPT_BYTES)) {
      this.#keptBytes -= this.#kept[drop].bytes.length
      drop++
    }
    if (drop > 0) this.#kept = this.#kept.slice(drop)
  }
}
