import type { ByteWriter } from './byte-writer.ts'
import { copyFirst, copyLines } from './copy-lines.ts'
import { HeaderId } from './header-id.ts'
import type { SipMessage } from './message.ts'

/** Messages that a hop-by-hop request takes its lines from. */
interface Sources {
  /** The INVITE as it was sent on this branch: Request-URI, Via, Route. */
  readonly sent: SipMessage
  /** From, Call-ID, CSeq. */
  readonly from: SipMessage
  readonly to: SipMessage
}

/**
 * CANCEL for `invite`, the INVITE as it was sent on this branch (RFC 3261 9.1). `extraHeaders` are complete lines. What is the
 * same for all branches comes from `basis`.
 */
export function writeCancel(out: ByteWriter, invite: SipMessage, extraHeaders: string, basis = invite): void {
  writeHopByHop(out, { sent: invite, from: basis, to: basis }, 'CANCEL', extraHeaders)
}

/**
 * ACK for a negative final reply to `invite`, the INVITE as it was sent on this branch; To is the reply's
 * (RFC 3261 17.1.1.3). `extraHeaders` are complete lines.
 */
export function writeHopByHopAck(out: ByteWriter, invite: SipMessage, reply: SipMessage, extraHeaders: string, basis = invite): void {
  writeHopByHop(out, { sent: invite, from: basis, to: reply }, 'ACK', extraHeaders)
}

function writeHopByHop(out: ByteWriter, { sent, from, to }: Sources, method: string, extraHeaders: string): void {
  const { bytes, via } = sent
  out.ascii(method)
  out.ascii(' ')
  out.range(bytes, sent.uriStart, sent.uriEnd)
  out.ascii(' SIP/2.0\r\nVia: ')
  out.range(bytes, via.start, via.end)
  out.ascii('\r\n')
  copyLines(out, sent, HeaderId.ROUTE)
  copyFirst(out, from, HeaderId.FROM)
  copyFirst(out, to, HeaderId.TO)
  copyFirst(out, from, HeaderId.CALL_ID)
  out.ascii('CSeq: ')
  out.int(from.cseq)
  out.ascii(' ')
  out.ascii(method)
  out.ascii('\r\nMax-Forwards: ')
  out.int(from !== sent || sent.maxForwards === -1 ? 70 : sent.maxForwards)
  out.ascii('\r\n')
  out.utf8(extraHeaders)
  out.ascii('Content-Length: 0\r\n\r\n')
}
