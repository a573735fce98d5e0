import { SipParseError } from './parse-error.ts'

const noBytes = new Uint8Array(0)
const HEX = new TextEncoder().encode('0123456789abcdef')

/** From this length on eight octets are copied at a time. */
const WORDS_PAY = 16

/** Octets, and a view that reads several of them at a time. */
export interface Octets {
  readonly bytes: Uint8Array
  readonly words: DataView
}

/** Fills one buffer from front to back. Overflow throws SipParseError('message-size', 513). */
export class ByteWriter implements Octets {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly words: DataView
  at = 0
  /** The two sources copied from last; they often take turns. */
  #source: Uint8Array = noBytes
  #sourceWords: DataView = new DataView(noBytes.buffer)
  #other: Uint8Array = noBytes
  #otherWords: DataView = new DataView(noBytes.buffer)

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.words = new DataView(this.bytes.buffer)
  }

  /** Copies source.bytes[start, end): the shortest way, for sources that have a view of their own. */
  copy(source: Octets, start: number, end: number): void {
    const next = this.at + (end - start)
    if (next > this.bytes.length) this.#overflow()
    if (end - start >= WORDS_PAY) copyWords(source.words, start, this.words, this.at, end - start)
    else copyOctets(source.bytes, start, end, this.bytes, this.at)
    this.at = next
  }

  /** Copies source[start, end). Without a subarray, which would cost more than the copy and then the collector. */
  range(source: Uint8Array, start: number, end: number): void {
    const next = this.at + (end - start)
    if (next > this.bytes.length) this.#overflow()
    if (end - start >= WORDS_PAY) {
      if (source !== this.#source) this.#turnTo(source)
      copyWords(this.#sourceWords, start, this.words, this.at, end - start)
    } else copyOctets(source, start, end, this.bytes, this.at)
    this.at = next
  }

  #turnTo(source: Uint8Array): void {
    const known = source === this.#other
    const words = known ? this.#otherWords : new DataView(source.buffer, source.byteOffset, source.byteLength)
    this.#other = this.#source
    this.#otherWords = this.#sourceWords
    this.#source = source
    this.#sourceWords = words
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
    const { bytes, at } = this
    const { length } = text
    if (at + length > bytes.length) this.#overflow()
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) {
        this.at = at + i
        this.#encode(text.slice(i))
        return
      }
      bytes[at + i] = unit
    }
    this.at = at + length
  }

  #encode(text: string): void {
    const { read, written } = encoder.encodeInto(text, this.bytes.subarray(this.at))
    if (read < text.length) this.#overflow()
    this.at += written
  }

  /** A non-negative integer in decimal digits. */
  int(value: number): void {
    let digits = 1
    for (let beyond = 10; beyond <= value; beyond *= 10) digits++
    const { bytes, at } = this
    if (at + digits > bytes.length) this.#overflow()
    for (let i = at + digits - 1, rest = value; i >= at; i--) {
      const tenth = Math.floor(rest / 10)
      bytes[i] = 48 + rest - tenth * 10
      rest = tenth
    }
    this.at = at + digits
  }

  byte(value: number): void {
    if (this.at === this.bytes.length) this.#overflow()
    this.bytes[this.at++] = value
  }

  /** Four octets, the most significant first. */
  int32(value: number): void {
    if (this.at + 4 > this.bytes.length) this.#overflow()
    this.words.setInt32(this.at, value)
    this.at += 4
  }

  /** The low `digits` hexadecimal digits, lower case, most significant first. */
  hex(value: number, digits: number): void {
    const { bytes, at } = this
    if (at + digits > bytes.length) this.#overflow()
    for (let i = at + digits - 1, rest = value; i >= at; i--, rest >>>= 4) bytes[i] = HEX[rest & 15]
    this.at = at + digits
  }

  #overflow(): never {
    throw new SipParseError('message-size', this.bytes.length, 513)
  }
}

function copyOctets(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): void {
  for (let from = start, to = at; from < end; from++, to++) target[to] = source[from]
}

/** Copies eight octets at a time, at least eight; the last ones overlap those before when the length is no multiple. */
function copyWords(source: DataView, from: number, target: DataView, to: number, length: number): void {
  const last = length - 8
  for (let i = 0; i < last; i += 8) target.setBigInt64(to + i, source.getBigInt64(from + i, true), true)
  target.setBigInt64(to + last, source.getBigInt64(from + last, true), true)
}

const encoder = new TextEncoder()
