import { ByteWriter } from '@signalbox/sip'
import type { PackedEndpoint } from './endpoint.ts'

/** Datagrams waiting for the flush, copied out of the caller's hands. Full means: flush first. */
export class SendQueue {
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** The first `length` count; the others are left over from earlier. */
  readonly remotes: PackedEndpoint[] = []
  readonly capacity: number
  #out: ByteWriter
  #length = 0

  /** `capacity` datagrams, `size` bytes in all (at least one datagram of 65,535). */
  constructor(capacity: number, size: number) {
    this.capacity = capacity
    this.#out = new ByteWriter(size)
    this.starts = new Int32Array(capacity)
    this.ends = new Int32Array(capacity)
  }

  /** The memory of the datagrams. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.bytes
  }

  get length(): number {
    return this.#length
  }

  /** False when there is no room. */
  push(remote: PackedEndpoint, bytes: Uint8Array, start: number, end: number): boolean {
    const index = this.#length
    const out = this.#out
    if (index === this.capacity || out.at + end - start > out.bytes.length) return false
    this.starts[index] = out.at
    out.range(bytes, start, end)
    this.ends[index] = out.at
    this.remotes[index] = remote
    this.#length++
    return true
  }

  clear(): void {
    this.#length = 0
    this.#out.at = 0
  }

  /** Starts over with new memory, because somebody still reads the old one. */
  renew(): void {
    this.#out = new ByteWriter(this.bytes.length)
    this.#length = 0
  }
}
