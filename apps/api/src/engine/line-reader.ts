const LINE_FEED = 0x0a

/** Cuts a byte stream into lines. A line longer than `limit` bytes throws a RangeError: the peer does not speak our protocol. */
export class LineReader {
  readonly #limit: number
  #parts: Buffer[] = []
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  push(chunk: Buffer): readonly string[] {
    const lines: string[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#keep(chunk.subarray(start, end))
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts, this.#length)
      if (line.length > 0) lines.push(line.toString('utf8'))
      this.#parts = []
      this.#length = 0
      start = end + 1
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start))
    return lines
  }

  #keep(part: Buffer): void {
    this.#length += part.length
    if (this.#length > this.#limit) throw new RangeError(`line longer than ${this.#limit} bytes`)
    this.#parts.push(part)
  }
}
