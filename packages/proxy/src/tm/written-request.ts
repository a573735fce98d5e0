import { Method } from '@signalbox/sip'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Cell } from './cell.ts'
import { requestLines, type WrittenRequest } from './request-lines.ts'
import type { TransactionCore } from './transaction-core.ts'
import { armTimeout, clientMachine } from './uac.ts'

/** Where a request is written to. */
export type WriteTarget = { readonly file: string } | { readonly socket: string }

/**
 * t_write_req and t_write_unix: another program is told of the request and answers it with tm.reply. A blind branch stands for
 * that answer, so that a program that gives none costs the caller no more than a silent phone. 1, or -1: nobody was told.
 */
export function writeRequest(tm: TransactionCore, m: RoutedMessage, to: WriteTarget, written: WrittenRequest): number {
  const cell = m.cell as Cell | null
  const { method, isRequest } = m.message
  if (cell === null || !isRequest || method === Method.ACK || cell.status >= 200) return -1
  const text = requestLines(m, cell, written)
  const sent = 'file' in to ? tm.output.toFile(to.file, text) : tm.output.toSocket(to.socket, text, tm.params.unix_tx_timeout)
  if (!sent) return -1
  const blind = cell.addBranch()
  blind.state = clientMachine(cell).initial
  armTimeout(tm, blind, tm.clock.now(), cell.isInvite ? cell.frInvTimer : cell.frTimer)
  m.answered = true
  return 1
}
