import { HeaderId, headerIdCount, headerIdOf, headerName } from './header-id.ts'
import { type Limits, defaultLimits } from './limits.ts'
import { NameAddr, parseNameAddr } from './name-addr.ts'
import { SipParseError } from './parse-error.ts'
import { Via } from './via.ts'

const noBytes = new Uint8Array(0)
const decoder = new TextDecoder()

/**
 * One received message as offsets into its octets. parseMessage refills it, so one object serves a whole thread;
 * every offset is counted from the start of `bytes` and holds as long as `bytes` does.
 */
export class SipMessage {
  readonly limits: Limits
  bytes: Uint8Array = noBytes
  /** The message is [start, end), body included; a datagram may hold more octets, which do not count. */
  start = 0
  end = 0

  isRequest = true
  method = 0
  methodStart = -1
  methodEnd = -1
  uriStart = -1
  uriEnd = -1
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
  /** After parseMessage threw: enough could be read to answer the request. */
  answerable = false

  readonly #from = new NameAddr()
  readonly #to = new NameAddr()
  #fromRead = false
  #toRead = false
  readonly #firstLine = new Int16Array(headerIdCount).fill(-1)
  readonly #lastLine = new Int16Array(headerIdCount)
  #nextLine = new Int16Array(32)

  constructor(limits: Limits = defaultLimits) {
    this.limits = limits
  }

  /** Forgets the last message and takes the octets of the next one. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
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
    this.clearLines()
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
  }

  clearLines(): void {
    for (let line = 0; line < this.headerCount; line++) this.#firstLine[this.headerIds[line]] = -1
    this.headerCount = 0
  }

  /** Opens the entry of one more line; the scan fills in its offsets. Throws SipParseError over the limit. */
  addLine(id: number, lineStart: number): number {
    const line = this.headerCount
    if (line === this.headerIds.length) this.#growLines(lineStart)
    this.headerIds[line] = id
    this.lineStart[line] = lineStart
    this.#nextLine[line] = -1
    if (this.#firstLine[id] === -1) this.#firstLine[id] = line
    else this.#nextLine[this.#lastLine[id]] = line
    this.#lastLine[id] = line
    this.headerCount = line + 1
    return line
  }

  #growLines(offset: number): void {
    const capacity = Math.min(this.headerIds.length * 2, this.limits.headerLines)
    if (this.headerCount >= capacity) throw new SipParseError('message-header', offset, 513)
    const ids = new Uint8Array(capacity)
    ids.set(this.headerIds)
    this.headerIds = ids
    this.lineStart = grown(this.lineStart, capacity)
    this.nameEnd = grown(this.nameEnd, capacity)
    this.valueStart = grown(this.valueStart, capacity)
    this.valueEnd = grown(this.valueEnd, capacity)
    this.lineEnd = grown(this.lineEnd, capacity)
    const nextLine = new Int16Array(capacity)
    nextLine.set(this.#nextLine)
    this.#nextLine = nextLine
  }

  /** Index of the first header line of this id, -1 if there is none. */
  first(id: number): number {
    return this.#firstLine[id]
  }

  /** The next line with the same id, -1 if there is none. */
  next(line: number): number {
    return this.#nextLine[line]
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
    const line = this.#lineOf(header, index)
    if (line === -1) return null
    return this.text(this.valueStart[line], this.valueEnd[line]).replaceAll(/[ \t]*\r\n[ \t]+/g, ' ')
  }

  #lineOf(header: number | string, index: number): number {
    const name = typeof header === 'string' ? header.toLowerCase() : ''
    const octets = new TextEncoder().encode(name)
    const id = typeof header === 'string' ? headerIdOf(octets, 0, octets.length) : header
    let left = index
    for (let line = this.first(id); line !== -1; line = this.next(line)) {
      const same = id !== HeaderId.OTHER || this.text(this.lineStart[line], this.nameEnd[line]).toLowerCase() === name
      if (same && left-- === 0) return line
    }
    return -1
  }
}

function grown(table: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity)
  larger.set(table)
  return larger
}
