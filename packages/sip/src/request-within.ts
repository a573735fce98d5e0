import type { ByteWriter } from './byte-writer.ts'
import { copyFirst, copyLines } from './copy-lines.ts'
import { HeaderId } from './header-id.ts'
import type { SipMessage } from './message.ts'

/**
 * CANCEL for `invite`, the INVITE as it was sent on this branch (RFC 3261 9.1). `extraHeaders` are complete lines.
 */
export function writeCancel(out: ByteWriter, invite: SipMessage, extraHeaders: string): void {
  writeHopByHop(out, invite, invite, 'CANCEL', extraHeaders)
}

/**
 * ACK for a negative final reply to `invite`, the INVITE as it was sent on this branch; To is the reply's
 * (RFC 3261 17.1.1.3). `extraHeaders` are complete lines.
 */
export function writeHopByHopAck(out: ByteWriter, invite: SipMessage, reply: SipMessage, extraHeaders: string): void {
  writeHopByHop(out, invite, reply, 'ACK', extraHeaders)
}

function writeHopByHop(out: ByteWriter, invite: SipMessage, toFrom: SipMessage, method: string, extraHeaders: string): void {
  const { bytes, via } = invite
  out.ascii(method)
  out.ascii(' ')
  out.range(bytes, invite.uriStart, invite.uriEnd)
  out.ascii(' SIP/2.0\r\nVia: ')
  out.range(bytes, via.start, via.end)
  out.ascii('\r\n')
  copyLines(out, invite, HeaderId.ROUTE)
  copyFirst(out, invite, HeaderId.FROM)
  copyFirst(out, toFrom, HeaderId.TO)
  copyFirst(out, invite, HeaderId.CALL_ID)
  out.ascii('CSeq: ')
  out.int(invite.cseq)
  out.ascii(' ')
  out.ascii(method)
  out.ascii('\r\nMax-Forwards: ')
  out.int(invite.maxForwards === -1 ? 70 : invite.maxForwards)
  out.ascii('\r\n')
  out.utf8(extraHeaders)
  out.ascii('Content-Length: 0\r\n\r\n')
}
