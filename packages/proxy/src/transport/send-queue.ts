import type { PackedEndpoint } from './endpoint.ts'

/** Datagrams waiting for the flush, copied out of the caller's hands. Full means: flush first. */
export class SendQueue {
  /** The memory of the datagrams. */
  bytes: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly remotes: PackedEndpoint[] = []
  readonly capacity: number
  #used = 0

  /** `capacity` datagrams, `size` bytes in all (at least one datagram of 65,535). */
  constructor(capacity: number, size: number) {
    this.capacity = capacity
    this.bytes = new Uint8Array(new ArrayBuffer(size))
    this.starts = new Int32Array(capacity)
    this.ends = new Int32Array(capacity)
  }

  get length(): number {
    return this.remotes.length
  }

  /** False when there is no room. */
  push(remote: PackedEndpoint, bytes: Uint8Array, start: number, end: number): boolean {
    const index = this.remotes.length
    const to = this.#used
    const after = to + end - start
    if (index === this.capacity || after > this.bytes.length) return false
    this.bytes.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), to)
    this.starts[index] = to
    this.ends[index] = after
    this.remotes.push(remote)
    this.#used = after
    return true
  }

  clear(): void {
    this.remotes.length = 0
    this.#used = 0
  }

  /** Starts over with new memory, because somebody still reads the old one. */
  renew(): void {
    this.bytes = new Uint8Array(new ArrayBuffer(this.bytes.length))
    this.clear()
  }
}
