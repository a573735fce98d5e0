import type { RelatedTransaction, TransactionRow } from '@signalbox/contract'
import type { EventLog } from './event-log.ts'
import type { DecodeEvent } from './live-transactions.ts'

/**
 * Other transactions of the same Call-ID and CSeq number: the CANCEL of an INVITE and the other way round. The hash index is made
 * of these two (tm-reference 1), so that few beginnings have to be looked at.
 */
export function relatedTransactions(
  log: EventLog,
  decode: DecodeEvent,
  { index, label, callId, cseq }: Pick<TransactionRow, 'index' | 'label' | 'callId' | 'cseq'>,
): RelatedTransaction[] {
  const related = new Map<string, string>()
  log.visitCreated(index, (event) => {
    if (event.label === label) return
    const { tx, data, kind } = decode(event)
    if (kind !== 'created' || tx === null || data.callId !== callId || numberOf(data.cseq) !== numberOf(cseq)) return
    related.set(`${tx.index}:${tx.label}`, data.method)
  })
  return [...related].map(([key, method]) => ({ key, method }))
}

/** `4711 INVITE` */
function numberOf(cseq: string): string {
  return cseq.slice(0, cseq.indexOf(' '))
}
