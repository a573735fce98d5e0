import { Method, methodOf } from '@signalbox/sip'
import type { Cell } from './cell.ts'
import { bucketOfCallId } from './cell-table.ts'
import type { TransactionCore } from './transaction-core.ts'

/** How management names a transaction: by the numbers of tm.list, or by Call-ID and CSeq. */
export type TransactionName =
  | { readonly index: number; readonly label: number }
  | {
      readonly callId: string
      readonly cseq: number
      /** '' for any but CANCEL, which shares the numbers of its INVITE. */
      readonly method: string
    }

const encoder = new TextEncoder()

/** The transaction of that name, of several the youngest; null when there is none. */
export function findTransaction(tm: TransactionCore, name: TransactionName): Cell | null {
  if ('index' in name) return tm.table.find(name.index, name.label)
  const callId = encoder.encode(name.callId)
  const wanted = encoder.encode(name.method)
  const method = name.method === '' ? 0 : methodOf(wanted, 0, wanted.length)
  for (let cell = tm.table.first(bucketOfCallId(callId, name.cseq)); cell !== null; cell = cell.nextInBucket) {
    const fits = method === 0 ? cell.method !== Method.CANCEL : cell.method === method
    if (fits && cell.cseq === name.cseq && hasCallId(cell, callId)) return cell
  }
  return null
}

function hasCallId({ request, callIdAt, callIdEnd }: Cell, callId: Uint8Array): boolean {
  if (request === null || callIdEnd - callIdAt !== callId.length) return false
  for (let i = 0; i < callId.length; i++) if (request.bytes[callIdAt + i] !== callId[i]) return false
  return true
}
