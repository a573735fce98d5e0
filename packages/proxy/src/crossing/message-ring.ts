/*
 * A queue of byte records between two SIP threads: one writes, the other reads, nobody waits. Positions count bytes and wrap at
 * 2^32, the capacity is a power of two. A record is u32 size (multiple of 8) · u32 kind · u32 length · content, and lies in one
 * piece: the rest of the ring before it is a record of kind 0.
 */
const POSITIONS = 128
/** In different cache lines: each is written by one thread only. */
const WRITTEN = 0
const READ = 16
const RECORD_HEADER = 12
const PADDING = 0

/** Bytes of memory for a ring of `capacity` bytes (a power of two). */
export function messageRingBytes(capacity: number): number {
  return POSITIONS + capacity
}

/** The writing end. `view` and `bytes` are the memory that `reserve` gives offsets into. */
export class MessageRingWriter {
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly #positions: Int32Array
  readonly #capacity: number
  #reserved = 0

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#positions = new Int32Array(memory, 0, POSITIONS >> 2)
    this.view = new DataView(memory, POSITIONS)
    this.bytes = new Uint8Array(memory, POSITIONS)
    this.#capacity = this.bytes.length
  }

  /** Offset of room for the `length` octets of a new record of that kind, or -1 when there is none; `publish` makes it visible. */
  reserve(kind: number, length: number): number {
    const size = (RECORD_HEADER + length + 7) & ~7
    const written = this.#positions[WRITTEN]
    const used = (written - Atomics.load(this.#positions, READ)) >>> 0
    const offset = (written >>> 0) & (this.#capacity - 1)
    const rest = this.#capacity - offset
    const skipped = size <= rest ? 0 : rest
    if (used + skipped + size > this.#capacity) return -1
    if (skipped > 0) {
      this.view.setUint32(offset, rest, true)
      this.view.setUint32(offset + 4, PADDING, true)
    }
    const at = skipped > 0 ? 0 : offset
    this.view.setUint32(at, size, true)
    this.view.setUint32(at + 4, kind, true)
    this.view.setUint32(at + 8, length, true)
    this.#reserved = skipped + size
    return at + RECORD_HEADER
  }

  /** The reader sees what was reserved. */
  publish(): void {
    Atomics.store(this.#positions, WRITTEN, (this.#positions[WRITTEN] + this.#reserved) | 0)
  }
}

/** The reading end: `next` until it is false, and `release` after each record. */
export class MessageRingReader {
  readonly view: DataView
  readonly bytes: Uint8Array
  /** The record at hand: its kind, and its octets `bytes[start, end)`. */
  kind = PADDING
  start = 0
  end = 0
  readonly #positions: Int32Array
  #read: number

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#positions = new Int32Array(memory, 0, POSITIONS >> 2)
    this.view = new DataView(memory, POSITIONS)
    this.bytes = new Uint8Array(memory, POSITIONS)
    this.#read = this.#positions[READ]
  }

  get empty(): boolean {
    return Atomics.load(this.#positions, WRITTEN) === this.#read
  }

  /** Goes to the next record; false when there is none. */
  next(): boolean {
    while (Atomics.load(this.#positions, WRITTEN) !== this.#read) {
      const at = (this.#read >>> 0) & (this.bytes.length - 1)
      this.#read = (this.#read + this.view.getUint32(at, true)) | 0
      this.kind = this.view.getUint32(at + 4, true)
      if (this.kind === PADDING) continue
      this.start = at + RECORD_HEADER
      this.end = this.start + this.view.getUint32(at + 8, true)
      return true
    }
    return false
  }

  /** The record at hand, and whatever was before it, may be overwritten. */
  release(): void {
    Atomics.store(this.#positions, READ, this.#read)
  }
}
