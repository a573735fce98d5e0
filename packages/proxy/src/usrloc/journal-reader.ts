import type { Contact } from './contact.ts'
import type { ContactChange, Refresh } from './contact-journal.ts'
import { BATCH_HEADER, checksum, JOURNAL_HEADER, RecordKind } from './journal-format.ts'

const decoder = new TextDecoder()
const WORD = 2 ** 32

/** Shorter is no record: kind and two lengths. What is left of a batch then is padding. */
const SHORTEST_RECORD = 9

/** Goes through the records of one journal file, batch after batch. */
export class JournalReader {
  readonly #bytes: Uint8Array
  readonly #words: DataView
  #at = JOURNAL_HEADER
  /** The next record, or the end of the batch. */
  #next = JOURNAL_HEADER
  #batchEnd = JOURNAL_HEADER
  /** Of the record that `next` went to. */
  kind = 0
  ruid = ''
  offset = 0

  /** `bytes`: the file, its header checked. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Octets at the end that are no whole batch: what the end of the process cut off, which nobody was told was kept. */
  get rest(): number {
    return Math.max(0, this.#bytes.length - this.#batchEnd)
  }

  /** Goes to the next record; false: there is none. */
  next(): boolean {
    if (this.#batchEnd - this.#next < SHORTEST_RECORD && !this.#turnToBatch()) return false
    this.offset = this.#next
    this.#open(this.offset)
    return true
  }

  /** The record at `offset`. */
  changeAt(offset: number): ContactChange {
    this.#open(offset)
    const { kind, ruid } = this
    if (kind === RecordKind.REMOVE) return { type: 'remove', ruid }
    if (kind === RecordKind.REFRESH) return this.#refresh(ruid)
    return { type: 'put', contact: this.#contact(ruid) }
  }

  #open(offset: number): void {
    this.#at = offset + 1
    this.kind = this.#bytes[offset]
    this.#next = this.#number() + this.#at
    this.ruid = this.#text()
  }

  #turnToBatch(): boolean {
    const start = this.#batchEnd + BATCH_HEADER
    if (start > this.#bytes.length) return false
    const length = this.#words.getUint32(this.#batchEnd)
    if (length < SHORTEST_RECORD || length % 4 !== 0 || start + length > this.#bytes.length) return false
    if (checksum(this.#words, start, length) !== this.#words.getInt32(this.#batchEnd + 4)) return false
    this.#next = start
    this.#batchEnd = start + length
    return true
  }

  #contact(ruid: string): Contact {
    return {
      ruid,
      table: this.#text(),
      aor: this.#text(),
      uri: this.#text(),
      callId: this.#text(),
      userAgent: this.#text(),
      received: this.#text(),
      path: this.#text(),
      socket: this.#text(),
      source: this.#text(),
      instance: this.#text(),
      attributes: this.#text(),
      q: this.#number() | 0,
      flags: this.#number(),
      branchFlags: this.#number(),
      methods: this.#number(),
      regId: this.#number(),
      cseq: this.#number(),
      expiresAt: this.#time(),
      lastModified: this.#time(),
    }
  }

  #refresh(ruid: string): Refresh {
    return { type: 'refresh', ruid, callId: this.#text(), cseq: this.#number(), expiresAt: this.#time(), lastModified: this.#time() }
  }

  #text(): string {
    const length = this.#number()
    const start = this.#at
    this.#at += length
    return decoder.decode(this.#bytes.subarray(start, this.#at))
  }

  #number(): number {
    const value = this.#words.getUint32(this.#at)
    this.#at += 4
    return value
  }

  #time(): number {
    return this.#number() * WORD + this.#number()
  }
}
