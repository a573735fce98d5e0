import type { EventBus, EventFact, EventSubject } from './event-bus.ts'
import type { Clock } from '../clock/clock.ts'
import { CallSampler, callHash } from './call-sampler.ts'
import { CallTraces, type CallFacts } from './call-traces.ts'
import { EventKind } from './event-kind.ts'
import { PADDING, RECORD_HEADER } from './event-record.ts'

/*
 * One SIP thread writes, the control thread reads; nobody waits. Positions count bytes and wrap at 2^32, the capacity is a
 * power of two. A record (event-record.ts) never wraps: the rest of the ring before it is a record of padding.
 */
const POSITIONS = 64
const WRITTEN = 0
const READ = 1
const ENABLED = 2
const ONE_IN = 3

/** Transactions a second that are recorded before calls are left out. */
const BUDGET = 50
/** What should be seen whatever its call, a second. */
const NOTABLE = 50

/** Bytes of shared memory for a ring of `capacity` bytes (a power of two). */
export function ringBytes(capacity: number): number {
  return POSITIONS + capacity
}

export class EventRingWriter implements EventBus {
  readonly #positions: Int32Array
  readonly #view: DataView
  readonly #data: Uint8Array
  readonly #capacity: number
  readonly #clock: Clock
  readonly #budget: () => number
  readonly #sampler = new CallSampler()
  readonly traces = new CallTraces()
  #noted = 0
  #seq = 0
  /** Events that found no room. */
  lost = 0

  /** `budget`: transactions a second that are recorded before calls are left out; 0 records nothing. */
  constructor(shared: SharedArrayBuffer | ArrayBuffer, clock: Clock, budget: () => number = () => BUDGET) {
    this.#positions = new Int32Array(shared, 0, POSITIONS >> 2)
    this.#view = new DataView(shared, POSITIONS)
    this.#data = new Uint8Array(shared, POSITIONS)
    this.#capacity = this.#data.length
    this.#clock = clock
    this.#budget = budget
  }

  get on(): boolean {
    return this.#positions[ENABLED] !== 0
  }

  records(call: CallFacts): boolean {
    if (!this.on) return false
    const { traces } = this
    if (this.#sampler.oneIn === 1 && traces.none) return this.#budget() > 0
    const hash = callHash(call.message.callIdHash)
    if (!traces.none && traces.match(call, hash)) return true
    return this.#sampler.takes(hash) && this.#budget() > 0
  }

  notable(): boolean {
    return this.on && ++this.#noted <= NOTABLE
  }

  /** Once a second. */
  tick(): void {
    this.#noted = 0
    this.#sampler.tick(this.#budget())
    this.traces.tick(this.#clock.wall())
    this.#tellShare()
  }

  #tellShare(): void {
    Atomics.store(this.#positions, ONE_IN, this.#sampler.oneIn)
  }

  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void {
    const seq = ++this.#seq
    if (kind === EventKind.created && this.#sampler.spend(this.#budget())) this.#tellShare()
    const length = fact.end - fact.start
    const size = (RECORD_HEADER + fact.text.length + length + 7) & ~7
    const at = this.#reserve(size)
    if (at < 0) {
      this.lost++
      return
    }
    const view = this.#view
    view.setUint32(at, size, true)
    view.setUint8(at + 4, kind)
    view.setInt8(at + 5, branch)
    view.setUint16(at + 6, fact.text.length, true)
    view.setFloat64(at + 8, seq, true)
    view.setFloat64(at + 16, this.#clock.now(), true)
    view.setUint32(at + 24, subject.index, true)
    view.setUint32(at + 28, subject.label, true)
    view.setInt32(at + 32, fact.a, true)
    view.setInt32(at + 36, fact.b, true)
    view.setInt32(at + 40, fact.c, true)
    view.setUint32(at + 44, length, true)
    let to = at + RECORD_HEADER
    for (let i = 0; i < fact.text.length; i++) this.#data[to++] = fact.text.charCodeAt(i)
    if (length > 0) this.#data.set(fact.bytes.subarray(fact.start, fact.end), to)
    Atomics.store(this.#positions, WRITTEN, (this.#positions[WRITTEN] + size) | 0)
  }

  /** Offset of `size` free bytes in one piece, or -1. */
  #reserve(size: number): number {
    const written = this.#positions[WRITTEN]
    const used = (written - Atomics.load(this.#positions, READ)) >>> 0
    const at = (written >>> 0) & (this.#capacity - 1)
    const rest = this.#capacity - at
    if (size <= rest) return used + size <= this.#capacity ? at : -1
    if (used + rest + size > this.#capacity) return -1
    this.#view.setUint32(at, rest, true)
    this.#view.setUint8(at + 4, PADDING)
    Atomics.store(this.#positions, WRITTEN, (written + rest) | 0)
    return 0
  }
}

/** `bytes[start, end)` holds whole records, the last of which may be padding; `view` begins where `bytes` does. */
export type RecordSink = (view: DataView, bytes: Uint8Array, start: number, end: number) => void

export class EventRingReader {
  readonly #positions: Int32Array
  readonly #view: DataView
  readonly #data: Uint8Array
  #seen = 0

  constructor(shared: SharedArrayBuffer | ArrayBuffer) {
    this.#positions = new Int32Array(shared, 0, POSITIONS >> 2)
    this.#view = new DataView(shared, POSITIONS)
    this.#data = new Uint8Array(shared, POSITIONS)
  }

  /** One call in so many is recorded. */
  get oneIn(): number {
    return Math.max(1, Atomics.load(this.#positions, ONE_IN))
  }

  /** Switches the writer on or off. */
  setEnabled(on: boolean): void {
    Atomics.store(this.#positions, ENABLED, on ? 1 : 0)
  }

  /** Hands everything that was written to `sink`, in one or two pieces, and frees its room. A gap in `seq` is events lost. */
  take(sink: RecordSink): void {
    this.look(sink)
    this.free()
  }

  /** The same in two parts: what was handed over stays as it is until `free`. */
  look(sink: RecordSink): void {
    const read = this.#positions[READ]
    const written = Atomics.load(this.#positions, WRITTEN)
    this.#seen = written
    const length = (written - read) >>> 0
    if (length === 0) return
    const from = (read >>> 0) & (this.#data.length - 1)
    const first = Math.min(length, this.#data.length - from)
    sink(this.#view, this.#data, from, from + first)
    if (first < length) sink(this.#view, this.#data, 0, length - first)
  }

  free(): void {
    Atomics.store(this.#positions, READ, this.#seen)
  }
}
