/*
 * One event as bytes, in the ring and wherever it is kept after that:
 *
 * u32 size (multiple of 8) · u8 kind · i8 branch · u16 text length · f64 seq · f64 ms (monotonic) · u32 index ·
 * u32 label · i32 a · i32 b · i32 c · u32 bytes length · text (Latin-1) · bytes
 *
 * What text, bytes and a, b, c mean stands where each kind is emitted.
 */
export const RECORD_HEADER = 48

/** Kind of a record that only fills the rest of a ring. */
export const PADDING = 0

export function recordSize(view: DataView, at: number): number {
  return view.getUint32(at, true)
}

export function recordKind(view: DataView, at: number): number {
  return view.getUint8(at + 4)
}

export function recordSeq(view: DataView, at: number): number {
  return view.getFloat64(at + 8, true)
}

/** Monotonic milliseconds of its thread. */
export function recordMs(view: DataView, at: number): number {
  return view.getFloat64(at + 16, true)
}

export function recordIndex(view: DataView, at: number): number {
  return view.getUint32(at + 24, true)
}

export function recordLabel(view: DataView, at: number): number {
  return view.getUint32(at + 28, true)
}

/** A view over one record; reused by its reader. */
export class EventRecord {
  kind = 0
  branch = 0
  seq = 0
  ms = 0
  index = 0
  label = 0
  a = 0
  b = 0
  c = 0
  /** `bytes[start, end)` is the message or text of the event. */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  #textStart = 0

  /** Decoded when asked: most readers look only at the numbers. */
  get text(): string {
    let text = ''
    for (let i = this.#textStart; i < this.start; i++) text += String.fromCharCode(this.bytes[i])
    return text
  }

  /** `view` and `bytes` begin at the same place. */
  load(view: DataView, bytes: Uint8Array, at: number): void {
    this.kind = recordKind(view, at)
    this.branch = view.getInt8(at + 5)
    this.seq = recordSeq(view, at)
    this.ms = view.getFloat64(at + 16, true)
    this.index = recordIndex(view, at)
    this.label = recordLabel(view, at)
    this.a = view.getInt32(at + 32, true)
    this.b = view.getInt32(at + 36, true)
    this.c = view.getInt32(at + 40, true)
    this.bytes = bytes
    this.#textStart = at + RECORD_HEADER
    this.start = this.#textStart + view.getUint16(at + 6, true)
    this.end = this.start + view.getUint32(at + 44, true)
  }
}
