import { HeaderId, headerIdCount, headerIdOf, headerName } from './header-id.ts'
import { type Limits, defaultLimits } from './limits.ts'
import { NameAddr, parseNameAddr } from './name-addr.ts'
import { octetHash } from './octet-hash.ts'
import { SipParseError } from './parse-error.ts'
import { Uri } from './uri.ts'
import { Via } from './via.ts'

const noBytes = new Uint8Array(0)
const coreBit = new Uint8Array(headerIdCount)
for (let id: number = HeaderId.VIA; id <= HeaderId.CONTENT_LENGTH; id++) coreBit[id] = 1 << id

const decoder = new TextDecoder()

/**
 * One received message as offsets into its octets. parseMessage refills it, so one object serves a whole thread;
 * every offset is counted from the start of `bytes` and holds as long as `bytes` does.
 */
export class SipMessage {
  /** Of what is received. */
  readonly limits: Limits
  /** Of the message at hand. */
  bounds: Limits
  bytes: Uint8Array = noBytes
  /** The same octets, to be read four at a time. */
  words: DataView = new DataView(noBytes.buffer)
  /** The message is [start, end), body included; a datagram may hold more octets, which do not count. */
  start = 0
  end = 0

  isRequest = true
  method = 0
  methodStart = -1
  methodEnd = -1
  /** Request-URI. */
  uriStart = -1
  uriEnd = -1
  /** The Request-URI in its parts; of a response they mean nothing. */
  readonly uri = new Uri()
  /** 0 for requests. */
  status = 0
  reasonStart = -1
  reasonEnd = -1

  headerCount = 0
  headerIds = new Uint8Array(32)
  /** The line is [lineStart, lineEnd) with folded lines and CRLF, the value is trimmed. */
  lineStart = new Int32Array(32)
  nameEnd = new Int32Array(32)
  valueStart = new Int32Array(32)
  valueEnd = new Int32Array(32)
  lineEnd = new Int32Array(32)
  /** Bits 1 << id of the header fields up to CONTENT_LENGTH that are there, and there more than once. */
  present = 0
  repeated = 0
  /** Offset of the empty line, where new header lines are appended. */
  headersEnd = -1
  bodyStart = -1

  /** -1: absent. */
  contentLength = -1
  cseq = -1
  cseqMethod = 0
  cseqMethodStart = -1
  cseqMethodEnd = -1
  /** -1: absent. */
  maxForwards = -1
  callIdStart = -1
  callIdEnd = -1
  /** The topmost via-parm. */
  readonly via = new Via()
  /** Enough could be read to answer the request, even after parseMessage threw. */
  answerable = false

  readonly #from = new NameAddr()
  readonly #to = new NameAddr()
  #fromRead = false
  #toRead = false
  #callIdHash = 0
  #callIdHashed = false
  readonly #firstLine = new Int32Array(headerIdCount)

  constructor(limits: Limits = defaultLimits) {
    this.limits = limits
    this.bounds = limits
  }

  /** Forgets the last message and takes the octets of the next one. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    if (this.bytes !== bytes) {
      this.bytes = bytes
      this.words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    this.start = start
    this.end = end
    this.isRequest = true
    this.method = 0
    this.methodStart = -1
    this.methodEnd = -1
    this.uriStart = -1
    this.uriEnd = -1
    this.status = 0
    this.reasonStart = -1
    this.reasonEnd = -1
    this.headerCount = 0
    this.headersEnd = -1
    this.bodyStart = -1
    this.contentLength = -1
    this.cseq = -1
    this.cseqMethod = 0
    this.cseqMethodStart = -1
    this.cseqMethodEnd = -1
    this.maxForwards = -1
    this.callIdStart = -1
    this.callIdEnd = -1
    this.answerable = false
    this.#fromRead = false
    this.#toRead = false
    this.#callIdHashed = false
  }

  /** Makes room for the line `headerCount`. Throws SipParseError over the limit. */
  growLines(offset: number): void {
    const capacity = Math.min(this.headerIds.length * 2, this.bounds.headerLines)
    if (this.headerCount >= capacity) throw new SipParseError('message-header', offset, 513)
    const ids = new Uint8Array(capacity)
    ids.set(this.headerIds)
    this.headerIds = ids
    this.lineStart = grown(this.lineStart, capacity)
    this.nameEnd = grown(this.nameEnd, capacity)
    this.valueStart = grown(this.valueStart, capacity)
    this.valueEnd = grown(this.valueEnd, capacity)
    this.lineEnd = grown(this.lineEnd, capacity)
  }

  /** Lets `first` find the lines; called when all of them are there. */
  indexLines(): void {
    let present = 0
    let repeated = 0
    for (let line = this.headerCount - 1; line >= 0; line--) {
      const id = this.headerIds[line]
      this.#firstLine[id] = line
      repeated |= present & coreBit[id]
      present |= coreBit[id]
    }
    this.present = present
    this.repeated = repeated
  }

  /** Index of the first header line of this id, -1 if there is none. */
  first(id: number): number {
    // An entry left from an earlier message points past the lines or to a line of another id.
    const line = this.#firstLine[id]
    return line < this.headerCount && this.headerIds[line] === id ? line : -1
  }

  /** The next line with the same id, -1 if there is none. */
  next(line: number): number {
    const id = this.headerIds[line]
    for (let next = line + 1; next < this.headerCount; next++) if (this.headerIds[next] === id) return next
    return -1
  }

  /** octetHash of the Call-ID, made on first use: every table of transactions asks for it. */
  get callIdHash(): number {
    if (!this.#callIdHashed) {
      this.#callIdHash = octetHash(this.bytes, this.callIdStart, this.callIdEnd)
      this.#callIdHashed = true
    }
    return this.#callIdHash
  }

  /** The From value, read on first use. Throws SipParseError when it is absent or malformed. */
  get from(): NameAddr {
    if (!this.#fromRead) {
      this.#parseOnly(this.#from, HeaderId.FROM)
      this.#fromRead = true
    }
    return this.#from
  }

  /** The To value, read on first use. Throws SipParseError when it is absent or malformed. */
  get to(): NameAddr {
    if (!this.#toRead) {
      this.#parseOnly(this.#to, HeaderId.TO)
      this.#toRead = true
    }
    return this.#to
  }

  #parseOnly(view: NameAddr, id: number): void {
    const line = this.first(id)
    if (line === -1) throw new SipParseError(headerName(id), 0)
    parseNameAddr(view, this.bytes, this.valueStart[line], this.valueEnd[line])
    if (view.nextStart !== -1 || view.isStar) throw new SipParseError(headerName(id), view.end - this.start)
  }

  text(start: number, end: number): string {
    return start < 0 ? '' : decoder.decode(this.bytes.subarray(start, end))
  }

  /** Unfolded value text of the index-th line of a header, given by id or by name in any case or form; null if absent. */
  header(header: number | string, index = 0): string | null {
    const line = typeof header === 'number' ? this.#lineOf(header, index) : this.#lineNamed(header, index)
    if (line === -1) return null
    return this.text(this.valueStart[line], this.valueEnd[line]).replaceAll(/[ \t]*\r\n[ \t]+/g, ' ')
  }

  #lineOf(id: number, index: number): number {
    let line = this.first(id)
    for (let left = index; left > 0 && line !== -1; left--) line = this.next(line)
    return line
  }

  #lineNamed(header: string, index: number): number {
    const name = header.toLowerCase()
    const octets = new TextEncoder().encode(name)
    const id = headerIdOf(octets, 0, octets.length)
    if (id !== HeaderId.OTHER) return this.#lineOf(id, index)
    let left = index
    for (let line = this.first(id); line !== -1; line = this.next(line)) {
      if (this.text(this.lineStart[line], this.nameEnd[line]).toLowerCase() === name && left-- === 0) return line
    }
    return -1
  }
}

function grown(table: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity)
  larger.set(table)
  return larger
}
