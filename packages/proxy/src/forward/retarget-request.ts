import { EditList, HeaderId, type ByteWriter, type SipMessage } from '@signalbox/sip'
import type { Listener } from '../transport/transport.ts'
import { viaStart } from './forward-request.ts'
import { isReliable } from './via.ts'

const edits = new EditList()

/**
 * Writes a request that we have sent once as it goes to another address: only our own Via changes (tm-reference 2.5,
 * reparse_on_dns_failover), and over a stream the length is added (RFC 3261 18.3). `branch` is the value of the new Via.
 */
export function writeRetargetedRequest(out: ByteWriter, sent: SipMessage, listener: Listener, branch: ByteWriter): void {
  const line = sent.first(HeaderId.VIA)
  const start = sent.lineStart[line]
  edits.clear()
  edits.remove(start, sent.lineEnd[line])
  edits.insert(start, viaStart(listener))
  edits.insertBytes(start, branch, 0, branch.at)
  edits.insert(start, '\r\n')
  if (isReliable(listener.transport) && sent.contentLength < 0)
    edits.insert(sent.headersEnd, `Content-Length: ${sent.end - sent.bodyStart}\r\n`)
  edits.apply(sent, sent.start, sent.end, out)
}
