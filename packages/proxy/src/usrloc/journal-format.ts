import { ByteWriter } from '@signalbox/sip'
import type { Contact } from './contact.ts'
import type { ContactChange, Refresh } from './contact-journal.ts'

/*
 * A journal file: the text `signalbox-journal`, a zero, two octets of version; then batches. A batch: octets of its records and their
 * checksum, 32 bits each, then the records, padded with zeros to a multiple of four. A record: its kind (one octet), octets of
 * what follows (32 bits), the ruid, then
 *
 *   put      table, aor, uri, Call-ID, User-Agent, received, path, socket, source, instance, attributes;
 *            q, flags, branch flags, methods, reg-id, CSeq (32 bits each); expiry, last change
 *   refresh  Call-ID; CSeq; expiry, last change
 *   remove   nothing else
 *
 * Numbers have their most significant octet first. Texts are UTF-8 after 32 bits of length, times 64 bits of Unix milliseconds.
 */

export const JOURNAL_VERSION = 1
const MAGIC = 'signalbox-journal'
export const JOURNAL_HEADER = 20
export const BATCH_HEADER = 8

export const RecordKind = { PUT: 1, REFRESH: 2, REMOVE: 3 } as const

/** More than a record needs beside its texts. */
const FIXED_PART = 128
/** Octets of a UTF-16 unit in UTF-8, at most. */
const WIDEST = 3
const WORD = 2 ** 32

/** The first octets of every journal file. */
export function journalHeader(): Uint8Array {
  const out = new ByteWriter(JOURNAL_HEADER)
  out.ascii(MAGIC)
  out.at = JOURNAL_HEADER - 2
  out.byte(0)
  out.byte(JOURNAL_VERSION)
  return out.bytes
}

/** 0: this is no journal. */
export function journalVersion(bytes: Uint8Array): number {
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC.charCodeAt(i)) return 0
  return bytes[JOURNAL_HEADER - 2] * 256 + bytes[JOURNAL_HEADER - 1]
}

/** Over the records of a batch, four octets at a time: `length` is a multiple of four. */
export function checksum(words: DataView, start: number, length: number): number {
  let hash = length | 0
  for (let at = start; at < start + length; at += 4) {
    hash = Math.imul(hash ^ words.getInt32(at), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash | 0
}

/** One batch in the making: the buffer grows to the size of the largest and stays. */
export class JournalBatch {
  #out = new ByteWriter(64 * 1024)
  #words = new DataView(this.#out.bytes.buffer)

  constructor() {
    this.#out.at = BATCH_HEADER
  }

  get bytes(): Uint8Array {
    return this.#out.bytes
  }

  add(change: ContactChange): void {
    const start = this.#out.at
    if (change.type === 'remove') this.#begin(RecordKind.REMOVE, change.ruid, 0)
    else if (change.type === 'put') this.#put(change.contact)
    else this.#refresh(change)
    this.#setLength(start + 1)
  }

  /** Closes the batch and returns its length; `clear` makes room for the next one. */
  finish(): number {
    const out = this.#out
    while (out.at % 4 !== 0) out.byte(0)
    const end = out.at
    out.at = 0
    out.int32(end - BATCH_HEADER)
    out.int32(checksum(this.#words, BATCH_HEADER, end - BATCH_HEADER))
    out.at = end
    return end
  }

  clear(): void {
    this.#out.at = BATCH_HEADER
  }

  #put(contact: Contact): void {
    const { table, aor, uri, callId, userAgent, received, path, socket, source, instance, attributes } = contact
    const texts = table.length + aor.length + uri.length + callId.length + userAgent.length + received.length + path.length
    this.#begin(RecordKind.PUT, contact.ruid, texts + socket.length + source.length + instance.length + attributes.length)
    this.#text(table)
    this.#text(aor)
    this.#text(uri)
    this.#text(callId)
    this.#text(userAgent)
    this.#text(received)
    this.#text(path)
    this.#text(socket)
    this.#text(source)
    this.#text(instance)
    this.#text(attributes)
    const out = this.#out
    out.int32(contact.q)
    out.int32(contact.flags)
    out.int32(contact.branchFlags)
    out.int32(contact.methods)
    out.int32(contact.regId)
    out.int32(contact.cseq)
    this.#time(contact.expiresAt)
    this.#time(contact.lastModified)
  }

  #refresh(refresh: Refresh): void {
    this.#begin(RecordKind.REFRESH, refresh.ruid, refresh.callId.length)
    this.#text(refresh.callId)
    this.#out.int32(refresh.cseq)
    this.#time(refresh.expiresAt)
    this.#time(refresh.lastModified)
  }

  /** `units`: the length of the texts that follow. */
  #begin(kind: number, ruid: string, units: number): void {
    this.#reserve((ruid.length + units) * WIDEST + FIXED_PART)
    this.#out.byte(kind)
    this.#out.int32(0)
    this.#text(ruid)
  }

  #text(text: string): void {
    const start = this.#out.at
    this.#out.int32(0)
    this.#out.utf8(text)
    this.#setLength(start)
  }

  /** At `place`: how many octets follow it. */
  #setLength(place: number): void {
    const out = this.#out
    const end = out.at
    out.at = place
    out.int32(end - place - 4)
    out.at = end
  }

  #time(milliseconds: number): void {
    this.#out.int32(Math.floor(milliseconds / WORD))
    this.#out.int32(milliseconds)
  }

  #reserve(octets: number): void {
    const { bytes, at } = this.#out
    if (at + octets <= bytes.length) return
    const larger = new ByteWriter((at + octets) * 2)
    larger.range(bytes, 0, at)
    this.#out = larger
    this.#words = new DataView(larger.bytes.buffer)
  }
}
