import { parseDecimal } from './decimal.ts'
import { HeaderId, headerIdOf } from './header-id.ts'
import { type Limits, defaultLimits } from './limits.ts'
import { COLON, CR, LF, TOKEN, skipClass, skipLws, trimLws } from './octets.ts'
import { SipParseError } from './parse-error.ts'

/** Receives what a StreamFramer finds, in order. */
export interface FrameSink {
  /** One message. The octets are valid during the call only. */
  message(bytes: Uint8Array, start: number, end: number): void
  /** CRLF CRLF between messages: a keepalive, answered with CRLF (RFC 5626 4.4.1). */
  ping(): void
}

const noBytes = new Uint8Array(0)

const CRLFCRLF = [CR, LF, CR, LF] as const

/** First letters of Content-Length and of its compact form, RFC 3261 20.14. */
const LOWER_C = 0x63
const LOWER_L = 0x6c

const State = { BETWEEN: 0, HEAD: 1, BODY: 2, LOST: 3 } as const

/**
 * Cuts a stream into messages by their Content-Length (RFC 3261 18.3), however its octets were split into chunks.
 * A message that lies in one chunk is handed over in place.
 *
 * When a Content-Length is missing, malformed or too large, the sink gets the header part as its last message, whose
 * parse tells the fault and so how to answer; then push throws. A throwing framer has lost its place: close the
 * connection.
 */
export class StreamFramer {
  readonly #sink: FrameSink
  readonly #limit: number
  #state: number = State.BETWEEN
  /** How much of CRLF CRLF the last octets were. */
  #matched = 0
  /** Body octets still to come. */
  #missing = 0
  /** The octets of the current message that came in earlier chunks. */
  #held: Uint8Array<ArrayBuffer> = noBytes
  #heldLength = 0
  /** Where in the current chunk the octets of the current message begin that are not held. */
  #from = 0

  constructor(sink: FrameSink, limits: Limits = defaultLimits) {
    this.#sink = sink
    this.#limit = limits.messageBytes
  }

  /** Takes the next octets of the stream. Throws SipParseError when the framing is lost. */
  push(chunk: Uint8Array): void {
    this.#from = 0
    let at = 0
    while (at < chunk.length) {
      if (this.#state === State.BETWEEN) at = this.#skipKeepalive(chunk, at)
      else if (this.#state === State.HEAD) at = this.#skipHead(chunk, at)
      else if (this.#state === State.BODY) at = this.#skipBody(chunk, at)
      else throw new SipParseError('Content-Length', 0)
    }
    if (this.#state !== State.BETWEEN) this.#hold(chunk, at)
  }

  /** RFC 3261 7.5: CRLF before a start line is ignored. */
  #skipKeepalive(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const octet = chunk[at]
      if (octet !== CR && octet !== LF) {
        this.#state = State.HEAD
        this.#matched = 0
        this.#from = at
        return at
      }
      this.#match(octet)
      if (this.#matched === CRLFCRLF.length) {
        this.#matched = 0
        this.#sink.ping()
      }
    }
    return chunk.length
  }

  #match(octet: number): void {
    if (octet === CRLFCRLF[this.#matched]) this.#matched++
    else this.#matched = octet === CR ? 1 : 0
  }

  /** Looks for the empty line. Returns the offset after it, or the end of the chunk. */
  #skipHead(chunk: Uint8Array, start: number): number {
    const end = this.#heldLength === 0 && this.#matched === 0 ? endOfHead(chunk, start) : -1
    if (end !== -1) {
      this.#enterBody(chunk, end)
      return end
    }
    for (let at = start; at < chunk.length; at++) {
      this.#match(chunk[at])
      if (this.#matched < CRLFCRLF.length) continue
      this.#matched = 0
      this.#enterBody(chunk, at + 1)
      return at + 1
    }
    this.#checkSize(chunk.length)
    return chunk.length
  }

  #enterBody(chunk: Uint8Array, headEnd: number): void {
    this.#checkSize(headEnd)
    if (this.#heldLength > 0) this.#hold(chunk, headEnd)
    const held = this.#heldLength > 0
    const bytes = held ? this.#held : chunk
    const start = held ? 0 : this.#from
    const end = held ? this.#heldLength : headEnd
    const length = contentLengthOf(bytes, start, end)
    if (length === -1 || end - start + length > this.#limit) {
      this.#state = State.LOST
      this.#sink.message(bytes, start, end)
      throw new SipParseError('Content-Length', end - start, length === -1 ? 400 : 513)
    }
    this.#missing = length
    this.#state = State.BODY
    if (length === 0) this.#deliver(chunk, headEnd)
  }

  #skipBody(chunk: Uint8Array, start: number): number {
    const end = Math.min(start + this.#missing, chunk.length)
    this.#missing -= end - start
    if (this.#missing === 0) this.#deliver(chunk, end)
    return end
  }

  #deliver(chunk: Uint8Array, end: number): void {
    this.#state = State.BETWEEN
    if (this.#heldLength === 0) {
      this.#sink.message(chunk, this.#from, end)
      return
    }
    this.#hold(chunk, end)
    const held = this.#held
    const length = this.#heldLength
    this.#held = noBytes
    this.#heldLength = 0
    this.#sink.message(held, 0, length)
  }

  /** Keeps the message's octets of this chunk up to `end`; sizes were checked before. */
  #hold(chunk: Uint8Array, end: number): void {
    const length = this.#heldLength + end - this.#from
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.min(Math.max(length, this.#held.length * 2, 2048), this.#limit))
      larger.set(this.#held.subarray(0, this.#heldLength))
      this.#held = larger
    }
    this.#held.set(chunk.subarray(this.#from, end), this.#heldLength)
    this.#heldLength = length
    this.#from = end
  }

  /** Throws when the header part up to `end` is longer than a message may be. */
  #checkSize(end: number): void {
    if (this.#heldLength + end - this.#from <= this.#limit) return
    this.#state = State.LOST
    throw new SipParseError('message-size', this.#limit, 513)
  }
}

/** The offset after the first CRLF CRLF from `start` on, -1 without one. Looks at every fourth octet as long as that is no CR or LF. */
function endOfHead(bytes: Uint8Array, start: number): number {
  let at = start + CRLFCRLF.length - 1
  while (at < bytes.length) {
    const octet = bytes[at]
    if (octet === LF) {
      if (bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at + 1
      at += 2
    } else at += octet === CR ? 1 : CRLFCRLF.length
  }
  return -1
}

/** The Content-Length of the header part [start, end), -1 when it is not there exactly once as a number. */
function contentLengthOf(bytes: Uint8Array, start: number, end: number): number {
  let length = -1
  for (let line = nextLine(bytes, start, end); line < end; line = nextLine(bytes, line, end)) {
    const first = bytes[line] | 0x20
    if (first !== LOWER_C && first !== LOWER_L) continue
    const nameEnd = skipClass(bytes, line, end, TOKEN)
    if (headerIdOf(bytes, line, nameEnd) !== HeaderId.CONTENT_LENGTH) continue
    const colon = skipLws(bytes, nameEnd, end)
    if (length !== -1 || bytes[colon] !== COLON) return -1
    const valueEnd = nextLine(bytes, colon, end)
    const valueStart = skipLws(bytes, colon + 1, valueEnd)
    length = parseDecimal(bytes, valueStart, trimLws(bytes, valueStart, valueEnd), 0xffff_ffff)
    if (length === -1) return -1
  }
  return length
}

/** Start of the next line; folded lines belong to the line before them. */
function nextLine(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end) {
    if (bytes[at++] !== LF) continue
    if (at >= end || (bytes[at] !== 32 && bytes[at] !== 9)) return at
  }
  return end
}
