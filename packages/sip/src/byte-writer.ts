import { SipParseError } from './parse-error.ts'

/** From this length on the engine's own copy beats a loop. */
const BULK = 64

/** Fills one buffer from front to back. Overflow throws SipParseError('message-size', 513). */
export class ByteWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }

  /** Copies source[start, end). */
  range(source: Uint8Array, start: number, end: number): void {
    const { bytes, at } = this
    const next = at + (end - start)
    if (next > bytes.length) this.#overflow()
    if (end - start >= BULK) bytes.set(source.subarray(start, end), at)
    else for (let from = start, to = at; from < end; from++, to++) bytes[to] = source[from]
    this.at = next
  }

  /** Text known to be ASCII. */
  ascii(text: string): void {
    const { bytes, at } = this
    const { length } = text
    if (at + length > bytes.length) this.#overflow()
    for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i)
    this.at = at + length
  }

  utf8(text: string): void {
    const { bytes } = this
    let { at } = this
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) {
        const { read, written } = encoder.encodeInto(text.slice(i), bytes.subarray(at))
        if (read < text.length - i) this.#overflow()
        at += written
        break
      }
      if (at === bytes.length) this.#overflow()
      bytes[at++] = unit
    }
    this.at = at
  }

  /** A non-negative integer in decimal digits. */
  int(value: number): void {
    let divisor = 1
    while (value / divisor >= 10) divisor *= 10
    for (; divisor >= 1; divisor /= 10) this.byte(48 + (Math.trunc(value / divisor) % 10))
  }

  byte(value: number): void {
    if (this.at === this.bytes.length) this.#overflow()
    this.bytes[this.at++] = value
  }

  /** The low `digits` hexadecimal digits, lower case, most significant first. */
  hex(value: number, digits: number): void {
    for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      const nibble = (value >>> shift) & 15
      this.byte(nibble < 10 ? 48 + nibble : 87 + nibble)
    }
  }

  #overflow(): never {
    throw new SipParseError('message-size', this.bytes.length, 513)
  }
}

const encoder = new TextEncoder()
