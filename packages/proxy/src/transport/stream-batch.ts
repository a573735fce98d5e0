import { Buffer } from 'node:buffer'
import { ByteWriter } from '@signalbox/sip'
import type { Destination } from './transport.ts'

/** Bytes of a batch that is used again and again; a longer message gets a batch of its own. */
const SIZE = 32 * 1024
/** Batches that wait for their next use. */
const MOST_FREE = 64

const free: StreamBatch[] = []

/** An empty batch with room for `length` bytes. */
export function takeBatch(length: number): StreamBatch {
  return (length <= SIZE ? free.pop() : undefined) ?? new StreamBatch(Math.max(length, SIZE))
}

/** Messages that go to a stream as one chunk. */
export class StreamBatch {
  readonly #out: ByteWriter
  /** The whole of the memory: a view of it per chunk is all that is made anew. */
  readonly #memory: Buffer
  /** The first `length` of each count. `null`: what belongs to no message, keepalive answers. */
  readonly #to: (Destination | null)[] = []
  readonly #ends: number[] = []
  #length = 0

  constructor(size: number) {
    this.#out = new ByteWriter(size)
    this.#memory = Buffer.from(this.#out.bytes.buffer)
  }

  get bytes(): number {
    return this.#out.at
  }

  get length(): number {
    return this.#length
  }

  /** False when there is no room. */
  add(to: Destination | null, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#out.at + end - start > this.#memory.length) return false
    this.#out.range(bytes, start, end)
    this.#to[this.#length] = to
    this.#ends[this.#length++] = this.#out.at
    return true
  }

  chunk(): Uint8Array {
    return this.#memory.subarray(0, this.#out.at)
  }

  /** Bytes of message `i`. */
  lengthOf(i: number): number {
    return this.#ends[i] - this.#startOf(i)
  }

  /** Hands over the messages, as if none had been sent. */
  giveBack(failed: (to: Destination, bytes: Uint8Array, start: number, end: number) => void): void {
    for (let i = 0; i < this.#length; i++) {
      const to = this.#to[i]
      if (to !== null) failed(to, this.#memory, this.#startOf(i), this.#ends[i])
    }
  }

  /** Nobody reads from its memory any more. */
  release(): void {
    this.#length = 0
    this.#out.at = 0
    if (this.#memory.length === SIZE && free.length < MOST_FREE) free.push(this)
  }

  #startOf(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]
  }
}
