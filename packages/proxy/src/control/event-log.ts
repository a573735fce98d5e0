import type { RawEvent } from '../bus/event-ring.ts'

/*
 * The newest events of all SIP threads as they came, in fixed memory. Appending only copies bytes: nothing is decoded and no
 * index is kept, because most events are never looked at and a scan over all headers of a full log takes milliseconds.
 *
 * record: u32 size (multiple of 8) · u8 kind · i8 branch · u16 worker · f64 seq · f64 ms (monotonic) · u32 index ·
 *         u32 label · i32 a · i32 b · i32 c · u32 bytes length · u32 text length · 4 unused · text (Latin-1) · bytes
 */
const HEADER = 56

export interface EventLogLimits {
  /** Memory for records; kept in chunks, of which there are always two or more. The oldest chunk goes as a whole. */
  readonly bytes: number
  readonly events: number
  /** More than the largest record. */
  readonly chunkBytes: number
}

/** 64 MiB hold about the last 15,000 calls of two transactions each. */
export const defaultEventLogLimits: EventLogLimits = { bytes: 64 << 20, events: 1_000_000, chunkBytes: 1 << 20 }

interface Chunk {
  readonly bytes: Uint8Array
  readonly view: DataView
  used: number
  count: number
  firstSeq: number
}

/** A record on its way to a reader; reused, valid only inside the callback. `seq` counts over all SIP threads. */
export class LoggedEvent implements RawEvent {
  kind = 0
  branch = 0
  worker = 0
  seq = 0
  ms = 0
  index = 0
  label = 0
  a = 0
  b = 0
  c = 0
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  #textStart = 0

  /** Decoded when asked: most visitors look only at the numbers. */
  get text(): string {
    let text = ''
    for (let i = this.#textStart; i < this.start; i++) text += String.fromCharCode(this.bytes[i])
    return text
  }

  load(chunk: Chunk, at: number): void {
    const view = chunk.view
    this.kind = view.getUint8(at + 4)
    this.branch = view.getInt8(at + 5)
    this.worker = view.getUint16(at + 6, true)
    this.seq = view.getFloat64(at + 8, true)
    this.ms = view.getFloat64(at + 16, true)
    this.index = view.getUint32(at + 24, true)
    this.label = view.getUint32(at + 28, true)
    this.a = view.getInt32(at + 32, true)
    this.b = view.getInt32(at + 36, true)
    this.c = view.getInt32(at + 40, true)
    this.bytes = chunk.bytes
    this.#textStart = at + HEADER
    this.start = this.#textStart + view.getUint32(at + 48, true)
    this.end = this.start + view.getUint32(at + 44, true)
  }
}

/** Returns false to stop. */
export type EventVisitor = (event: LoggedEvent) => boolean | void

export class EventLog {
  readonly #limits: EventLogLimits
  readonly #chunks: Chunk[] = []
  readonly #workerSeq: number[] = []
  readonly #lostAfter: number[] = []
  readonly #event = new LoggedEvent()
  #spare: Uint8Array | null = null
  #seq = 0
  #events = 0
  #lost = 0

  constructor(limits: EventLogLimits = defaultEventLogLimits) {
    this.#limits = limits
  }

  /** Number of the newest event, 0 before the first. Lost events have numbers too. */
  get newest(): number {
    return this.#seq
  }

  /** Number of the oldest event that is still here, `newest + 1` when there is none. */
  get oldest(): number {
    return this.#chunks.length === 0 ? this.#seq + 1 : this.#chunks[0].firstSeq
  }

  get events(): number {
    return this.#events
  }

  /** Events that the ring had no room for. */
  get lost(): number {
    return this.#lost
  }

  append(event: RawEvent, worker: number): void {
    const missed = event.seq - (this.#workerSeq[worker] ?? 0) - 1
    this.#workerSeq[worker] = event.seq
    if (missed > 0) this.#countLost(missed)
    this.#seq++
    const length = event.end - event.start
    const size = (HEADER + event.text.length + length + 7) & ~7
    const chunk = this.#room(size)
    this.#write(chunk, event, size, worker)
    chunk.used += size
    chunk.count++
    this.#events++
  }

  /** All events from `seq` on, oldest first. */
  visit(seq: number, visitor: EventVisitor): void {
    for (const chunk of this.#chunks.slice(this.#chunkOf(seq))) {
      for (let at = 0; at < chunk.used; at += chunk.view.getUint32(at, true)) {
        if (chunk.view.getFloat64(at + 8, true) < seq) continue
        this.#event.load(chunk, at)
        if (visitor(this.#event) === false) return
      }
    }
  }

  /** All events of one transaction that are still here, oldest first. */
  visitTransaction(index: number, label: number, visitor: EventVisitor, seq = 0): void {
    for (const chunk of this.#chunks.slice(this.#chunkOf(seq))) {
      const view = chunk.view
      for (let at = 0; at < chunk.used; at += view.getUint32(at, true)) {
        if (view.getUint32(at + 28, true) !== label || view.getUint32(at + 24, true) !== index) continue
        if (view.getFloat64(at + 8, true) < seq) continue
        this.#event.load(chunk, at)
        if (visitor(this.#event) === false) return
      }
    }
  }

  /** Number of the event that has `count - 1` newer ones, for readers that want only the end. */
  seqFromEnd(count: number): number {
    let left = count
    for (let i = this.#chunks.length - 1; i >= 0; i--) {
      const chunk = this.#chunks[i]
      if (chunk.count < left) {
        left -= chunk.count
        continue
      }
      let at = 0
      for (let skip = chunk.count - left; skip > 0; skip--) at += chunk.view.getUint32(at, true)
      return left === 0 ? this.#seq + 1 : chunk.view.getFloat64(at + 8, true)
    }
    return this.oldest
  }

  /** Whether events were lost between these two, so that a history over them has holes. */
  lostBetween(from: number, to: number): boolean {
    return this.#lostAfter.some((seq) => seq >= from && seq < to)
  }

  #countLost(missed: number): void {
    this.#lostAfter.push(this.#seq)
    if (this.#lostAfter.length > 1000) this.#lostAfter.shift()
    this.#lost += missed
    this.#seq += missed
  }

  #chunkOf(seq: number): number {
    let low = 0
    for (let i = 1; i < this.#chunks.length && this.#chunks[i].firstSeq <= seq; i++) low = i
    return low
  }

  #room(size: number): Chunk {
    if (this.#events >= this.#limits.events && this.#chunks.length > 1) this.#dropOldest()
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.used + size <= last.bytes.length) return last
    const { bytes: limit, chunkBytes } = this.#limits
    if ((this.#chunks.length + 1) * chunkBytes > limit && this.#chunks.length > 1) this.#dropOldest()
    const bytes = this.#spare ?? new Uint8Array(chunkBytes)
    this.#spare = null
    const chunk: Chunk = { bytes, view: new DataView(bytes.buffer), used: 0, count: 0, firstSeq: this.#seq }
    this.#chunks.push(chunk)
    return chunk
  }

  #dropOldest(): void {
    const oldest = this.#chunks.shift()
    if (oldest === undefined) return
    this.#events -= oldest.count
    this.#spare = oldest.bytes
  }

  #write(chunk: Chunk, event: RawEvent, size: number, worker: number): void {
    const view = chunk.view
    const at = chunk.used
    view.setUint32(at, size, true)
    view.setUint8(at + 4, event.kind)
    view.setInt8(at + 5, event.branch)
    view.setUint16(at + 6, worker, true)
    view.setFloat64(at + 8, this.#seq, true)
    view.setFloat64(at + 16, event.ms, true)
    view.setUint32(at + 24, event.index, true)
    view.setUint32(at + 28, event.label, true)
    view.setInt32(at + 32, event.a, true)
    view.setInt32(at + 36, event.b, true)
    view.setInt32(at + 40, event.c, true)
    view.setUint32(at + 44, event.end - event.start, true)
    view.setUint32(at + 48, event.text.length, true)
    let to = at + HEADER
    for (let i = 0; i < event.text.length; i++) chunk.bytes[to++] = event.text.charCodeAt(i)
    if (event.end > event.start) chunk.bytes.set(event.bytes.subarray(event.start, event.end), to)
  }
}
