import { ByteWriter, type Octets } from './byte-writer.ts'

/** Of an integer. */
const MOST_DIGITS = 16

/**
 * The difference between a message as received and as sent: at each offset a range to leave out and text to put
 * there. Everything else is copied octet by octet, so what the proxy does not understand leaves as it came.
 *
 * Offsets are those of the source. Edits at one offset apply in call order. A removal swallows the edits strictly
 * inside it; edits at its borders survive.
 */
export class EditList {
  #count = 0
  #at = new Int32Array(16)
  #removeEnd = new Int32Array(16)
  /** Where the text of an edit ends; it starts where the one before it ends. */
  #textEnd = new Int32Array(16)
  #text = new ByteWriter(1024)
  #order = new Int32Array(16)

  get count(): number {
    return this.#count
  }

  clear(): void {
    this.rewind(0)
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text)
  }

  insertBytes(at: number, source: Octets, start: number, end: number): void {
    this.#reserveText(end - start)
    this.#text.copy(source, start, end)
    this.#add(at, at, this.#text.at)
  }

  replace(start: number, end: number, text: string): void {
    // UTF-8 needs at most three octets for one UTF-16 unit.
    this.#reserveText(text.length * 3)
    this.#text.utf8(text)
    this.#add(start, end, this.#text.at)
  }

  /** Puts a non-negative integer in place of [start, end). */
  replaceByInt(start: number, end: number, value: number): void {
    this.#reserveText(MOST_DIGITS)
    this.#text.int(value)
    this.#add(start, end, this.#text.at)
  }

  remove(start: number, end: number): void {
    this.#add(start, end, this.#text.at)
  }

  /** A point to rewind to. */
  mark(): number {
    return this.#count
  }

  /** Drops the edits added since the mark. */
  rewind(mark: number): void {
    this.#count = mark
    this.#text.at = mark === 0 ? 0 : this.#textEnd[mark - 1]
  }

  /** Writes source[start, end) with the edits applied. */
  apply(source: Octets, start: number, end: number, out: ByteWriter): void {
    this.#sort()
    let from = start
    let lastAt = -1
    for (let i = 0; i < this.#count; i++) {
      const edit = this.#order[i]
      const at = this.#at[edit]
      if (at > end) break
      if (at < from && at !== lastAt) continue
      lastAt = at
      if (at > from) {
        out.copy(source, from, at)
        from = at
      }
      const textStart = edit === 0 ? 0 : this.#textEnd[edit - 1]
      if (this.#textEnd[edit] > textStart) out.copy(this.#text, textStart, this.#textEnd[edit])
      if (this.#removeEnd[edit] > from) from = this.#removeEnd[edit]
    }
    if (from < end) out.copy(source, from, end)
  }

  /** Writes what outlives the list and the buffer to `out`: offsets are kept relative to `base`, the start of the message. */
  save(base: number, out: ByteWriter): void {
    out.int32(this.#count)
    for (let i = 0; i < this.#count; i++) {
      out.int32(this.#at[i] - base)
      out.int32(this.#removeEnd[i] - base)
      out.int32(this.#textEnd[i])
    }
    out.copy(this.#text, 0, this.#text.at)
  }

  /** Takes back what `save` wrote to saved[start, end), in place of all edits, for the same message now starting at `base`. */
  load(saved: Uint8Array, start: number, end: number, base: number): void {
    this.clear()
    const view = new DataView(saved.buffer, saved.byteOffset + start, end - start)
    const count = view.getInt32(0)
    const text = start + 4 + count * 12
    this.#reserveText(end - text)
    this.#text.range(saved, text, end)
    for (let i = 0; i < count; i++) {
      this.#add(view.getInt32(4 + i * 12) + base, view.getInt32(8 + i * 12) + base, view.getInt32(12 + i * 12))
    }
  }

  #add(at: number, removeEnd: number, textEnd: number): void {
    if (this.#count === this.#at.length) this.#growEdits()
    this.#at[this.#count] = at
    this.#removeEnd[this.#count] = removeEnd
    this.#textEnd[this.#count] = textEnd
    this.#count++
  }

  /** Stable insertion sort by offset: the lists are short and nearly in order. */
  #sort(): void {
    for (let i = 0; i < this.#count; i++) {
      const at = this.#at[i]
      let place = i
      while (place > 0 && this.#at[this.#order[place - 1]] > at) {
        this.#order[place] = this.#order[place - 1]
        place--
      }
      this.#order[place] = i
    }
  }

  #reserveText(size: number): void {
    const { bytes, at } = this.#text
    if (at + size <= bytes.length) return
    this.#text = new ByteWriter(Math.max(at + size, bytes.length * 2))
    this.#text.range(bytes, 0, at)
  }

  #growEdits(): void {
    this.#at = doubled(this.#at)
    this.#removeEnd = doubled(this.#removeEnd)
    this.#textEnd = doubled(this.#textEnd)
    this.#order = doubled(this.#order)
  }
}

function doubled(table: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length * 2)
  larger.set(table)
  return larger
}
