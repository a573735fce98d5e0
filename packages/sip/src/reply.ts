import type { ByteWriter } from './byte-writer.ts'
import { copyFirst, copyLine, copyLines } from './copy-lines.ts'
import { HeaderId } from './header-id.ts'
import type { SipMessage } from './message.ts'
import type { NameAddr } from './name-addr.ts'
import { SipParseError } from './parse-error.ts'

export interface ReplyOptions {
  /** Added when To has no tag; '' adds none. */
  readonly toTag: string
  /** Written behind that tag, in eight hexadecimal digits; without it, the tag is complete. */
  readonly toTagHash?: number
  /** More header lines, each complete with CRLF; '' for none. */
  readonly headers: string
  readonly body?: string
  /** '' for octets of no known type. */
  readonly contentType?: string
  /** The address to write as `received` into the topmost Via (RFC 3261 18.2.1); '' leaves it alone. */
  readonly received: string
  /** The source port, for a request that asks for it (RFC 3581 4) or should have; 0 writes none. */
  readonly rport: number
  /** Copy Record-Route, as replies that open a dialog do (RFC 3261 12.1.1). */
  readonly recordRoute: boolean
  /** Value of the Server header; '' for none. */
  readonly server: string
}

/** Writes a reply to `request` as RFC 3261 8.2.6 wants it. The request may be one that failed to parse but is answerable. */
export function writeReply(out: ByteWriter, request: SipMessage, status: number, reason: string, options: ReplyOptions): void {
  out.ascii('SIP/2.0 ')
  out.int(status)
  out.ascii(' ')
  out.utf8(reason)
  out.ascii('\r\n')
  writeVias(out, request, options)
  if (options.recordRoute) copyLines(out, request, HeaderId.RECORD_ROUTE)
  copyFirst(out, request, HeaderId.FROM)
  writeTo(out, request, options)
  copyFirst(out, request, HeaderId.CALL_ID)
  copyFirst(out, request, HeaderId.CSEQ)
  // RFC 3261 8.2.6.1: a 100 carries the Timestamp of its request.
  if (status === 100) copyFirst(out, request, HeaderId.TIMESTAMP)
  out.utf8(options.headers)
  if (options.server !== '') {
    out.ascii('Server: ')
    out.utf8(options.server)
    out.ascii('\r\n')
  }
  writeBody(out, options)
}

/** All Via lines as they came, the topmost value with received and rport. */
function writeVias(out: ByteWriter, request: SipMessage, options: ReplyOptions): void {
  const { via } = request
  const top = request.first(HeaderId.VIA)
  if (top === -1) return
  let from = request.lineStart[top]
  const hasRport = via.rportStart !== -1 && via.rport === -1 && options.rport !== 0
  const rportFirst = hasRport && via.rportEnd <= via.receivedStart
  if (rportFirst) from = writeRport(out, request, from, options.rport)
  if (options.received !== '' && via.receivedStart !== -1) {
    out.copy(request, from, via.receivedStart)
    out.ascii(options.received)
    from = via.receivedEnd
  }
  if (hasRport && !rportFirst) from = writeRport(out, request, from, options.rport)
  if (options.received !== '' && via.receivedStart === -1) {
    out.copy(request, from, via.paramsEnd)
    out.ascii(';received=')
    out.ascii(options.received)
    from = via.paramsEnd
  }
  if (options.rport !== 0 && via.rportStart === -1) {
    out.copy(request, from, via.paramsEnd)
    out.ascii(';rport=')
    out.int(options.rport)
    from = via.paramsEnd
  }
  out.copy(request, from, request.lineEnd[top])
  for (let line = request.next(top); line !== -1; line = request.next(line)) copyLine(out, request, line)
}

/** Copies up to the empty rport parameter and fills it. Returns where copying goes on. */
function writeRport(out: ByteWriter, request: SipMessage, from: number, port: number): number {
  const { rportEnd } = request.via
  out.copy(request, from, rportEnd)
  out.ascii('=')
  out.int(port)
  return rportEnd
}

function writeTo(out: ByteWriter, request: SipMessage, { toTag: tag, toTagHash }: ReplyOptions): void {
  const line = request.first(HeaderId.TO)
  if (line === -1) return
  const to = tag === '' ? null : readableTo(request)
  if (to === null || to.tagStart !== -1) {
    copyLine(out, request, line)
    return
  }
  out.copy(request, request.lineStart[line], to.end)
  out.ascii(';tag=')
  out.ascii(tag)
  if (toTagHash !== undefined) out.hex(toTagHash, 8)
  out.copy(request, to.end, request.lineEnd[line])
}

/** A To that cannot be read is sent back as it came. */
function readableTo(request: SipMessage): NameAddr | null {
  try {
    return request.to
  } catch (error) {
    if (error instanceof SipParseError) return null
    throw error
  }
}

function writeBody(out: ByteWriter, options: ReplyOptions): void {
  const body = options.body ?? ''
  if (body === '') {
    out.ascii('Content-Length: 0\r\n\r\n')
    return
  }
  const octets = new TextEncoder().encode(body)
  out.ascii('Content-Type: ')
  out.ascii(options.contentType || 'application/octet-stream')
  out.ascii('\r\nContent-Length: ')
  out.int(octets.length)
  out.ascii('\r\n\r\n')
  out.range(octets, 0, octets.length)
}
