import { HeaderId, type SipMessage } from '@signalbox/sip'
import type { Cell } from './cell.ts'
import { loadRequest } from './matching.ts'
import type { TransactionCore } from './transaction-core.ts'

/** A row of `tm.list` in Kamailio's shape (tm-reference 12); `lifetime` and `expires_in` in seconds. */
export interface TransactionListItem {
  readonly cell: string
  readonly tindex: number
  readonly tlabel: number
  readonly method: string
  readonly from: string
  readonly to: string
  readonly callid: string
  readonly cseq: string
  readonly uas_request: 'yes' | 'no'
  readonly tflags: number
  readonly outgoings: number
  readonly ref_count: number
  /** End of life on the internal clock, which is absolute; `expires_in` is what remains. */
  readonly lifetime: number
  readonly expires_in: number
}

/** Bits that tm.list prints; ours beyond them stay inside. */
const PRINTED_FLAGS = 0xffff

/** A snapshot of every transaction. */
export function listTransactions(tm: TransactionCore): TransactionListItem[] {
  const now = tm.clock.now()
  const items: TransactionListItem[] = []
  for (const cell of tm.table.cells()) if (cell.request !== null) items.push(listItem(tm, cell, now))
  return items
}

function listItem(tm: TransactionCore, cell: Cell, now: number): TransactionListItem {
  const request = loadRequest(tm, cell)
  return {
    cell: `0x${cell.slot.toString(16).padStart(8, '0')}`,
    tindex: cell.index,
    tlabel: cell.label,
    method: request.text(request.methodStart, request.methodEnd),
    from: line(request, HeaderId.FROM),
    to: line(request, HeaderId.TO),
    callid: line(request, HeaderId.CALL_ID),
    cseq: `CSeq: ${cell.cseq}`,
    uas_request: cell.isLocal ? 'no' : 'yes',
    tflags: cell.flags & PRINTED_FLAGS,
    outgoings: cell.outgoings,
    ref_count: 1,
    lifetime: Math.ceil(cell.endOfLife / 1000),
    expires_in: Math.max(0, Math.ceil((cell.endOfLife - now) / 1000)),
  }
}

/** The whole header line with its CRLF, as Kamailio prints it. */
function line(message: SipMessage, id: number): string {
  const at = message.first(id)
  return at < 0 ? '' : message.text(message.lineStart[at], message.lineEnd[at])
}
