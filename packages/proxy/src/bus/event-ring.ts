import type { EventBus, EventFact, EventSubject } from './event-bus.ts'
import type { Clock } from '../clock/clock.ts'

/*
 * One SIP thread writes, the control thread reads; nobody waits. Positions count bytes and wrap at 2^32, the capacity is a
 * power of two. A record never wraps: the rest of the ring before it is a pad record of kind 0.
 *
 * record: u32 size (multiple of 8) · u8 kind · i8 branch · u16 text length · f64 seq · f64 ms (monotonic) · u32 index ·
 *         u32 label · i32 a · i32 b · i32 c · u32 bytes length · text (latin1) · bytes
 */
const HEADER = 48
const POSITIONS = 64
const WRITTEN = 0
const READ = 1
const ENABLED = 2

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
  #seq = 0
  /** Events that found no room. */
  lost = 0

  constructor(shared: SharedArrayBuffer | ArrayBuffer, clock: Clock) {
    this.#positions = new Int32Array(shared, 0, POSITIONS >> 2)
    this.#view = new DataView(shared, POSITIONS)
    this.#data = new Uint8Array(shared, POSITIONS)
    this.#capacity = this.#data.length
    this.#clock = clock
  }

  get on(): boolean {
    return this.#positions[ENABLED] !== 0
  }

  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void {
    const seq = ++this.#seq
    const length = fact.end - fact.start
    const size = (HEADER + fact.text.length + length + 7) & ~7
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
    let to = at + HEADER
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
    this.#view.setUint8(at + 4, 0)
    Atomics.store(this.#positions, WRITTEN, (written + rest) | 0)
    return 0
  }
}

/** One event as it lies in the ring; valid only inside the drain callback. */
export interface RawEvent {
  kind: number
  branch: number
  seq: number
  ms: number
  index: number
  label: number
  a: number
  b: number
  c: number
  text: string
  /** `bytes[start, end)` is the message or text of the event, inside the ring. */
  bytes: Uint8Array
  start: number
  end: number
}

export class EventRingReader {
  readonly #positions: Int32Array
  readonly #view: DataView
  readonly #data: Uint8Array
  readonly #event: RawEvent

  constructor(shared: SharedArrayBuffer | ArrayBuffer) {
    this.#positions = new Int32Array(shared, 0, POSITIONS >> 2)
    this.#view = new DataView(shared, POSITIONS)
    this.#data = new Uint8Array(shared, POSITIONS)
    this.#event = { kind: 0, branch: 0, seq: 0, ms: 0, index: 0, label: 0, a: 0, b: 0, c: 0, text: '', bytes: this.#data, start: 0, end: 0 }
  }

  /** Switches the writer on or off. */
  setEnabled(on: boolean): void {
    Atomics.store(this.#positions, ENABLED, on ? 1 : 0)
  }

  /** Hands at most `most` events to `handler` and frees their room. Returns how many. A gap in `seq` is events lost. */
  drain(handler: (event: RawEvent) => void, most: number): number {
    let count = 0
    let read = this.#positions[READ]
    const written = Atomics.load(this.#positions, WRITTEN)
    while (read !== written && count < most) {
      const at = (read >>> 0) & (this.#data.length - 1)
      const size = this.#view.getUint32(at, true)
      if (this.#view.getUint8(at + 4) !== 0) {
        this.#load(at)
        handler(this.#event)
        count++
      }
      read = (read + size) | 0
    }
    Atomics.store(this.#positions, READ, read)
    return count
  }

  #load(at: number): void {
    const view = this.#view
    const event = this.#event
    const textLength = view.getUint16(at + 6, true)
    event.kind = view.getUint8(at + 4)
    event.branch = view.getInt8(at + 5)
    event.seq = view.getFloat64(at + 8, true)
    event.ms = view.getFloat64(at + 16, true)
    event.index = view.getUint32(at + 24, true)
    event.label = view.getUint32(at + 28, true)
    event.a = view.getInt32(at + 32, true)
    event.b = view.getInt32(at + 36, true)
    event.c = view.getInt32(at + 40, true)
    event.start = at + HEADER + textLength
    event.end = event.start + view.getUint32(at + 44, true)
    let text = ''
    for (let i = at + HEADER; i < event.start; i++) text += String.fromCharCode(this.#data[i])
    event.text = text
  }
}
