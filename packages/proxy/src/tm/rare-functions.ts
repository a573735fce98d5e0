import type { RoutedMessage } from '../forward/routed-message.ts'
import { branchesOf, orElsewhere } from './carry-out.ts'
import { cleanTransactions } from './management.ts'
import * as named from './named-transactions.ts'
import * as related from './related-messages.ts'
import type { WrittenRequest } from './request-lines.ts'
import * as message from './scripted-message.ts'
import { ScriptedTransaction } from './scripted-transaction.ts'
import { writeRequest, type WriteTarget } from './written-request.ts'

/** The part of the API that scripts seldom ask for (TransactionApi says what each does). */
export abstract class RareFunctions extends ScriptedTransaction {
  saveEdits(m: RoutedMessage): number {
    return message.saveEdits(this.core, m)
  }

  applyChanges(m: RoutedMessage): number {
    return message.applyChanges(this.core, m)
  }

  flushFlags(m: RoutedMessage): number {
    return message.flushFlags(m)
  }

  reuseBranch(m: RoutedMessage): number {
    return message.reuseBranch(m)
  }

  branchFlag(m: RoutedMessage, bit: number, action: 'set' | 'reset' | 'ask'): number {
    return message.branchFlag(m, bit, action)
  }

  cancelBranchIndex(m: RoutedMessage, index: number): number {
    return message.cancelBranchIndex(this.core, m, index)
  }

  appendBranches(m: RoutedMessage, index: number, label: number): number {
    const result = named.appendBranches(this.core, m, { index, label })
    return orElsewhere(this.core, result, () => ({ what: 'append', index, label, branches: branchesOf(m) }))
  }

  writeRequest(m: RoutedMessage, to: WriteTarget, written: WrittenRequest): number {
    return writeRequest(this.core, m, to, written)
  }

  drop(m: RoutedMessage, status: number): number {
    return message.drop(this.core, m, status)
  }

  cancelCallId(callId: string, cseq: number, how: { readonly flag: number; readonly status: number }): number {
    const result = named.cancelCallId(this.core, { callId, cseq }, how)
    return orElsewhere(this.core, result, () => ({ what: 'cancel', callId, cseq, ...how }))
  }

  replyCallId(callId: string, cseq: number, reply: { readonly status: number; readonly reason: string }): number {
    const result = named.replyCallId(this.core, { callId, cseq }, reply)
    return orElsewhere(this.core, result, () => ({ what: 'reply', callId, cseq, ...reply }))
  }

  acknowledgeLocal(callId: string, cseq: number, ack: { readonly headers: string; readonly body: string }): number {
    const result = named.acknowledgeLocal(this.core, { callId, cseq }, ack)
    return orElsewhere(this.core, result, () => ({ what: 'acknowledge', callId, cseq, ...ack }))
  }

  requestOf(m: RoutedMessage): RoutedMessage | null {
    return related.requestOf(m)
  }

  inviteOf(m: RoutedMessage): RoutedMessage | null {
    return related.inviteOf(this.core, m)
  }

  replyOf(m: RoutedMessage): RoutedMessage | null {
    return related.replyOf(m)
  }

  replyFacts(m: RoutedMessage): related.ReplyFacts | null {
    return related.replyFacts(m)
  }

  lastReply(m: RoutedMessage): number | null {
    return related.lastReply(m)
  }

  clean(): number {
    cleanTransactions(this.core)
    return 1
  }
}
