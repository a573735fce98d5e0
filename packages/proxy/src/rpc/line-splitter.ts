const NEWLINE = 0x0a

/** Bytes to lines of UTF-8 text. */
export class LineSplitter {
  readonly #most: number
  readonly #onLine: (line: string) => void
  #pieces: Buffer[] = []
  #length = 0

  /** `most`: bytes of the longest line. */
  constructor(most: number, onLine: (line: string) => void) {
    this.#most = most
    this.#onLine = onLine
  }

  /** False: a line is longer than allowed; what came since its beginning is dropped, nothing more may be pushed. */
  push(chunk: Buffer): boolean {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      if (!this.#add(chunk.subarray(from, at))) return false
      from = at + 1
      this.#finish()
    }
    return this.#add(chunk.subarray(from))
  }

  #add(piece: Buffer): boolean {
    this.#length += piece.length
    if (this.#length > this.#most) return false
    if (piece.length > 0) this.#pieces.push(piece)
    return true
  }

  #finish(): void {
    const line = Buffer.concat(this.#pieces).toString('utf8').trim()
    this.#pieces = []
    this.#length = 0
    if (line !== '') this.#onLine(line)
  }
}
