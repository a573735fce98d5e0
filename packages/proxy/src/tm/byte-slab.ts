import { ByteWriter, MESSAGE_ROOM } from '@signalbox/sip'

/** Few and large: whoever copies out of a chunk keeps a view of it. The system gives the pages when they are first written. */
const CHUNK = 1 << 25
const CLASSES = [256, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16_384, 32_768, 65_536, MESSAGE_ROOM] as const

/** A piece of the slab: `bytes[start, start + length)` is the content. Belongs to one owner until it is given back. */
export interface Block {
  readonly bytes: Uint8Array
  readonly start: number
  readonly sizeClass: number
  /** Writes to the chunk that the block lies in. */
  readonly chunk: ByteWriter
  length: number
}

/**
 * Bytes that outlive a message (requests, replies, what was sent): blocks of thirteen sizes cut from chunks of 32 MiB and
 * reused for ever, so that live transactions cost the garbage collector nothing.
 */
export class ByteSlab {
  readonly #free: Block[][] = CLASSES.map(() => [])
  #chunk = new ByteWriter(0)
  readonly #chunkSize: number
  #used = 0
  #blocks = 0
  #inUse = 0
  #chunks = 0

  /** `chunkSize`: MESSAGE_ROOM octets or more. */
  constructor(chunkSize = CHUNK) {
    this.#chunkSize = chunkSize
  }

  /** A block holding a copy of `source[start, end)`. Throws RangeError above MESSAGE_ROOM. */
  copy(source: Uint8Array, start: number, end: number): Block {
    const block = this.#take(end - start)
    block.chunk.at = block.start
    block.chunk.range(source, start, end)
    block.length = end - start
    return block
  }

  give(block: Block): void {
    this.#blocks--
    this.#inUse -= CLASSES[block.sizeClass]
    this.#free[block.sizeClass].push(block)
  }

  /** Octets of the blocks in use. */
  get inUse(): number {
    return this.#inUse
  }

  /** Blocks in use, and bytes reserved from the system. */
  usage(): { readonly blocks: number; readonly bytes: number } {
    return { blocks: this.#blocks, bytes: this.#chunks * this.#chunkSize }
  }

  #take(length: number): Block {
    let sizeClass = 0
    while (sizeClass < CLASSES.length && CLASSES[sizeClass] < length) sizeClass++
    if (sizeClass === CLASSES.length) throw new RangeError(`a message of ${length} bytes is larger than ${MESSAGE_ROOM}`)
    this.#blocks++
    this.#inUse += CLASSES[sizeClass]
    const free = this.#free[sizeClass].pop()
    if (free !== undefined) return free
    const size = CLASSES[sizeClass]
    if (this.#used + size > this.#chunk.bytes.length) {
      this.#chunk = new ByteWriter(this.#chunkSize)
      this.#chunks++
      this.#used = 0
    }
    const block: Block = { bytes: this.#chunk.bytes, start: this.#used, sizeClass, chunk: this.#chunk, length: 0 }
    this.#used += size
    return block
  }
}
