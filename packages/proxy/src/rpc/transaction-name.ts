import { ControlFault } from '../control/control-fault.ts'
import type { TransactionName } from '../tm/find-transaction.ts'
import { wholeNumber } from './parameters.ts'

const U32 = 2 ** 32 - 1

/** index and label as two parameters, digits in texts allowed. */
export function nameByNumbers(index: unknown, label: unknown): TransactionName {
  return { index: wholeNumber(index, 'index', U32), label: wholeNumber(label, 'label', U32) }
}

/** `tindex:tlabel`, or null. */
export function nameById(id: unknown): TransactionName | null {
  const match = typeof id === 'string' ? /^(\d{1,10}):(\d{1,10})$/.exec(id) : null
  return match === null ? null : { index: Number(match[1]), label: Number(match[2]) }
}

/** Call-ID and CSeq: a number, or number and method as in `10 INVITE`. Faults 400. */
export function nameByCallId(callId: unknown, cseq: unknown): Extract<TransactionName, { callId: string }> {
  const id = textOf(callId)
  const parts = /^(\d{1,10})(?:\s+([\w-]+))?$/.exec(textOf(cseq) ?? '')
  if (id === null || parts === null) throw new ControlFault({ code: 400, message: 'Callid and CSeq expected as parameters' })
  return { callId: id, cseq: Number(parts[1]), method: parts[2] ?? '' }
}

/** Tools send texts of digits as numbers. Null: neither a text nor a number, or empty. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

/** A text that may be left out or stand as `.`, which both mean none. */
export function textOrNone(value: unknown, name: string): string {
  if (value === undefined || value === null || value === '.' || value === '') return ''
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw new ControlFault({ code: 400, message: `Parameter ${name} must be a text` })
}
