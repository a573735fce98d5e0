import { EventKind } from '../bus/event-kind.ts'
import { EventRecord, PADDING, recordIndex, recordKind, recordLabel, recordSeq, recordSize } from '../bus/event-record.ts'

/*
 * The newest events of all SIP threads as they came, in fixed memory. Taking them in only copies bytes: nothing is decoded and
 * no index is kept, because most events are never looked at and a scan over all records of a full log takes milliseconds.
 */

export interface EventLogLimits {
  /** Memory for records, two chunks or more. The oldest chunk goes as a whole. */
  readonly bytes: number
  readonly events: number
  /** No record is larger. */
  readonly chunkBytes: number
}

/** 64 MiB hold about the last 15,000 calls of two transactions each. */
const defaultEventLogLimits: EventLogLimits = { bytes: 64 << 20, events: 1_000_000, chunkBytes: 1 << 20 }

interface Chunk {
  readonly bytes: Uint8Array
  readonly view: DataView
  used: number
  count: number
}

/** Records of one SIP thread that lie side by side. */
interface Segment {
  readonly chunk: Chunk
  readonly worker: number
  /** Added to the thread's own numbers. */
  readonly seqOffset: number
  readonly firstSeq: number
  readonly start: number
  end: number
}

/** A record on its way to a reader; reused, valid only inside the callback. `seq` counts over all SIP threads. */
export class LoggedEvent extends EventRecord {
  worker = 0
}

/** Returns false to stop. */
export type EventVisitor = (event: LoggedEvent) => boolean | void

export class EventLog {
  readonly #limits: EventLogLimits
  /** One piece: V8 takes each new one for a reason to mark its heap. Pages that nothing was written to are not in memory. */
  readonly #memory: ArrayBuffer
  /** Chunks' worth of it that have been in use. */
  #touched = 0
  readonly #spare: Uint8Array[] = []
  readonly #chunks: Chunk[] = []
  readonly #segments: Segment[] = []
  /** The thread's own number of its last event. */
  readonly #workerSeq: number[] = []
  readonly #lostAfter: number[] = []
  readonly #event = new LoggedEvent()
  /** Where the last visit ended: most go on there, and need not look for the place. */
  #bookmark: { readonly segment: Segment; readonly at: number; readonly seq: number } | null = null
  #seq = 0
  #events = 0
  #lost = 0

  constructor(limits: EventLogLimits = defaultEventLogLimits) {
    this.#limits = limits
    this.#memory = new ArrayBuffer(limits.bytes)
  }

  /** Number of the newest event, 0 before the first. Lost events have numbers too. */
  get newest(): number {
    return this.#seq
  }

  /** Number of the oldest event that is still here, `newest + 1` when there is none. */
  get oldest(): number {
    return this.#segments.length === 0 ? this.#seq + 1 : this.#segments[0].firstSeq
  }

  get events(): number {
    return this.#events
  }

  /** Events that the ring had no room for. */
  get lost(): number {
    return this.#lost
  }

  /** Takes in `bytes[start, end)`: whole records of one SIP thread in their order; padding ends them. */
  append(worker: number, view: DataView, bytes: Uint8Array, [start, end]: readonly [number, number]): void {
    let at = start
    while (at < end && recordKind(view, at) !== PADDING) at = this.#appendRun(worker, view, bytes, [at, end])
  }

  /** All events from `seq` on, oldest first. */
  visit(seq: number, visitor: EventVisitor): void {
    const first = this.#segmentOf(seq)
    const mark = this.#bookmark
    for (let i = first; i < this.#segments.length; i++) {
      const segment = this.#segments[i]
      const { view } = segment.chunk
      let at = mark !== null && mark.segment === segment && mark.seq <= seq ? mark.at : segment.start
      for (; at < segment.end; at += recordSize(view, at)) {
        if (recordSeq(view, at) + segment.seqOffset < seq) continue
        if (visitor(this.#load(segment, at)) === false) return
      }
      this.#bookmark = { segment, at, seq: this.#seq + 1 }
    }
  }

  /** All events of one transaction that are still here, oldest first. */
  visitTransaction(index: number, label: number, visitor: EventVisitor, seq = 0): void {
    for (let i = this.#segmentOf(seq); i < this.#segments.length; i++) {
      const segment = this.#segments[i]
      const { view } = segment.chunk
      for (let at = segment.start; at < segment.end; at += recordSize(view, at)) {
        if (recordLabel(view, at) !== label || recordIndex(view, at) !== index) continue
        if (recordSeq(view, at) + segment.seqOffset < seq) continue
        if (visitor(this.#load(segment, at)) === false) return
      }
    }
  }

  /** The beginnings of all transactions with this hash index that are still here, oldest first. */
  visitCreated(index: number, visitor: EventVisitor): void {
    for (const segment of this.#segments) {
      const { view } = segment.chunk
      for (let at = segment.start; at < segment.end; at += recordSize(view, at)) {
        if (recordIndex(view, at) !== index || recordKind(view, at) !== EventKind.created) continue
        if (visitor(this.#load(segment, at)) === false) return
      }
    }
  }

  /** Number of the event that has `count - 1` newer ones, for readers that want only the end. */
  seqFromEnd(count: number): number {
    if (count <= 0) return this.#seq + 1
    const newest: number[] = []
    for (let i = this.#segments.length - 1; i >= 0 && newest.length < count; i--) {
      const { chunk, start, end, seqOffset } = this.#segments[i]
      const seqs: number[] = []
      for (let at = start; at < end; at += recordSize(chunk.view, at)) seqs.push(recordSeq(chunk.view, at) + seqOffset)
      newest.push(...seqs.slice(newest.length - count).toReversed())
    }
    return newest.at(-1) ?? this.oldest
  }

  /** Whether events were lost between these two, so that a history over them has holes. */
  lostBetween(from: number, to: number): boolean {
    return this.#lostAfter.some((seq) => seq >= from && seq < to)
  }

  /** Copies as many records as fit in one chunk; returns where the next one lies. */
  #appendRun(worker: number, view: DataView, bytes: Uint8Array, [start, end]: readonly [number, number]): number {
    const chunk = this.#room(recordSize(view, start))
    const free = chunk.bytes.length - chunk.used
    const seqOffset = this.#seq - (this.#workerSeq[worker] ?? 0)
    const firstSeq = recordSeq(view, start) + seqOffset
    let at = start
    while (at < end && recordKind(view, at) !== PADDING && at + recordSize(view, at) - start <= free) {
      this.#count(worker, recordSeq(view, at))
      chunk.count++
      at += recordSize(view, at)
    }
    chunk.bytes.set(bytes.subarray(start, at), chunk.used)
    this.#extend({ chunk, worker, seqOffset, firstSeq, start: chunk.used, end: chunk.used + at - start })
    chunk.used += at - start
    return at
  }

  #count(worker: number, workerSeq: number): void {
    const missed = workerSeq - (this.#workerSeq[worker] ?? 0) - 1
    this.#workerSeq[worker] = workerSeq
    this.#events++
    if (missed > 0) {
      this.#lostAfter.push(this.#seq)
      if (this.#lostAfter.length > 1000) this.#lostAfter.shift()
      this.#lost += missed
    }
    this.#seq += missed + 1
  }

  #extend(added: Segment): void {
    const last = this.#segments.at(-1)
    const continues = last?.chunk === added.chunk && last.worker === added.worker && last.seqOffset === added.seqOffset
    if (last !== undefined && continues) last.end = added.end
    else this.#segments.push(added)
  }

  /** The last segment that begins at or before `seq`, else the first. */
  #segmentOf(seq: number): number {
    let low = 0
    let high = this.#segments.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#segments[middle].firstSeq <= seq) low = middle
      else high = middle
    }
    return low
  }

  #room(size: number): Chunk {
    if (this.#events >= this.#limits.events && this.#chunks.length > 1) this.#dropOldest()
    const last = this.#chunks.at(-1)
    if (last !== undefined && last.used + size <= last.bytes.length) return last
    const bytes = this.#chunkBytes()
    const chunk: Chunk = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), used: 0, count: 0 }
    this.#chunks.push(chunk)
    return chunk
  }

  /** Memory for one chunk more: the oldest goes when there is none left. */
  #chunkBytes(): Uint8Array {
    const { bytes, chunkBytes } = this.#limits
    if (this.#spare.length === 0 && (this.#touched + 1) * chunkBytes > bytes) this.#dropOldest()
    return this.#spare.pop() ?? new Uint8Array(this.#memory, this.#touched++ * chunkBytes, chunkBytes)
  }

  #dropOldest(): void {
    const oldest = this.#chunks.shift()
    if (oldest === undefined) return
    this.#events -= oldest.count
    this.#spare.push(oldest.bytes)
    const kept = this.#segments.findIndex((segment) => segment.chunk !== oldest)
    this.#segments.splice(0, kept < 0 ? this.#segments.length : kept)
  }

  #load(segment: Segment, at: number): LoggedEvent {
    const event = this.#event
    event.load(segment.chunk.view, segment.chunk.bytes, at)
    event.seq += segment.seqOffset
    event.worker = segment.worker
    return event
  }
}
