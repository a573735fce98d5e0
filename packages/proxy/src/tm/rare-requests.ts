import type { RoutedMessage } from '../forward/routed-message.ts'
import { branchesOf, orElsewhere } from './carry-out.ts'
import { cleanTransactions } from './management.ts'
import * as related from './related-messages.ts'
import type { WrittenRequest } from './request-lines.ts'
import * as scripted from './scripted-requests.ts'
import { ScriptedTransaction } from './scripted-transaction.ts'
import { writeRequest, type WriteTarget } from './written-request.ts'

/** The part of the API that scripts seldom ask for (TransactionApi says what each does). */
export abstract class RareRequests extends ScriptedTransaction {
  saveEdits(m: RoutedMessage): number {
    return scripted.saveEdits(this.core, m)
  }

  applyChanges(m: RoutedMessage): number {
    return scripted.applyChanges(this.core, m)
  }

  flushFlags(m: RoutedMessage): number {
    return scripted.flushFlags(m)
  }

  reuseBranch(m: RoutedMessage): number {
    return scripted.reuseBranch(m)
  }

  branchFlag(m: RoutedMessage, bit: number, action: 'set' | 'reset' | 'ask'): number {
    return scripted.branchFlag(m, bit, action)
  }

  cancelBranchIndex(m: RoutedMessage, index: number): number {
    return scripted.cancelBranchIndex(this.core, m, index)
  }

  appendBranches(m: RoutedMessage, index: number, label: number): number {
    const result = scripted.appendBranches(this.core, m, { index, label })
    return orElsewhere(this.core, result, () => ({ what: 'append', index, label, branches: branchesOf(m) }))
  }

  writeRequest(m: RoutedMessage, to: WriteTarget, written: WrittenRequest): number {
    return writeRequest(this.core, m, to, written)
  }

  drop(m: RoutedMessage, status: number): number {
    return scripted.drop(this.core, m, status)
  }

  cancelCallId(callId: string, cseq: number, how: { readonly flag: number; readonly status: number }): number {
    const result = scripted.cancelCallId(this.core, { callId, cseq }, how)
    return orElsewhere(this.core, result, () => ({ what: 'cancel', callId, cseq, ...how }))
  }

  replyCallId(callId: string, cseq: number, reply: { readonly status: number; readonly reason: string }): number {
    const result = scripted.replyCallId(this.core, { callId, cseq }, reply)
    return orElsewhere(this.core, result, () => ({ what: 'reply', callId, cseq, ...reply }))
  }

  acknowledgeLocal(callId: string, cseq: number, ack: { readonly headers: string; readonly body: string }): number {
    const result = scripted.acknowledgeLocal(this.core, { callId, cseq }, ack)
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
