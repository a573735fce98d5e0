import { HeaderId, type SipMessage } from '@signalbox/sip'
import type { Cell } from './cell.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'

/** Of a received CANCEL what goes into ours: e2e_cancel_reason and headers_mode (tm-reference 2.4). */

/** Bit of headers_mode. */
const OTHER_HEADERS = 1

/** Header fields that a CANCEL has from its INVITE, or may not have (RFC 3261 9.1). */
const FIXED: ReadonlySet<number> = new Set([
  HeaderId.VIA,
  HeaderId.FROM,
  HeaderId.TO,
  HeaderId.CALL_ID,
  HeaderId.CSEQ,
  HeaderId.MAX_FORWARDS,
  HeaderId.ROUTE,
  HeaderId.RECORD_ROUTE,
  HeaderId.CONTENT_LENGTH,
  HeaderId.CONTENT_TYPE,
  HeaderId.REQUIRE,
  HeaderId.PROXY_REQUIRE,
])

/** Complete lines. */
export function headersForCancel(tm: TransactionCore, invite: Cell, received: SipMessage): string {
  const reasons = tm.params.e2e_cancel_reason !== 0 && !invite.has(TransactionFlag.NO_E2E_CANCEL_REASON)
  const others = (tm.params.headers_mode & OTHER_HEADERS) !== 0
  let lines = ''
  for (let line = 0; line < received.headerCount; line++) {
    const id = received.headerIds[line]
    if (id === HeaderId.REASON ? reasons : others && !FIXED.has(id))
      lines += received.text(received.lineStart[line], received.lineEnd[line])
  }
  return lines
}
