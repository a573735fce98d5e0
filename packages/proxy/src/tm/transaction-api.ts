import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Target } from '../forward/target.ts'
import type { LocalCompleted } from './local-outcome.ts'
import type { LocalRequest } from './local-request.ts'
import type { ReplyFacts } from './related-messages.ts'
import type { WrittenRequest } from './request-lines.ts'
import type { WriteTarget } from './written-request.ts'

/** What routing scripts may ask of the transaction layer; results are Kamailio's return codes (tm-reference 8). */
export interface TransactionApi {
  /** t_newtran: 1 created, -10 if the message has a transaction already. */
  newTransaction(m: RoutedMessage): number
  /** t_relay and relatives: `flags` as t_relay_to, `proxy` '' or `[proto:]host[:port]`. */
  relay(m: RoutedMessage, flags: number, proxy: string): number
  relayCancel(m: RoutedMessage): number
  /** t_reply: needs a transaction. */
  reply(m: RoutedMessage, status: number, reason: string): number
  /** t_send_reply: makes the transaction if needed. */
  sendReply(m: RoutedMessage, status: number, reason: string): number
  replyError(m: RoutedMessage): number
  retransmitReply(m: RoutedMessage): number
  release(m: RoutedMessage): number
  checkTransaction(m: RoutedMessage): number
  lookupRequest(m: RoutedMessage): number
  lookupCancel(m: RoutedMessage, copyFlags: boolean): number
  armBranch(m: RoutedMessage, name: string): number
  armReply(m: RoutedMessage, name: string): number
  armFailure(m: RoutedMessage, name: string): number
  armBranchFailure(m: RoutedMessage, name: string): number
  /** t_is_set: `branch_route`, `failure_route` or `onreply_route`. */
  isSet(m: RoutedMessage, what: string): number
  setFr(m: RoutedMessage, inviteMs: number, otherMs: number): number
  resetFr(m: RoutedMessage): number
  setMaxLifetime(m: RoutedMessage, inviteMs: number, otherMs: number): number
  resetMaxLifetime(m: RoutedMessage): number
  setRetr(m: RoutedMessage, t1Ms: number, t2Ms: number): number
  resetRetr(m: RoutedMessage): number
  setFlag(m: RoutedMessage, flag: number, on: boolean): number
  setAutoInv100(m: RoutedMessage, on: boolean): number
  isCanceled(m: RoutedMessage): number
  isExpired(m: RoutedMessage): number
  anyTimeout(m: RoutedMessage): number
  anyReplied(m: RoutedMessage): number
  branchTimeout(m: RoutedMessage): number
  branchReplied(m: RoutedMessage): number
  grepStatus(m: RoutedMessage, status: number): number
  /** t_get_status_code: -1 when there is none. */
  statusCode(m: RoutedMessage): number
  branchIndex(m: RoutedMessage): number
  /** t_drop_replies: 'a' all, 'l' last step, 'n' none. */
  dropReplies(m: RoutedMessage, mode: string): number
  /** t_cancel_branches: 'all', 'others' or 'this'. */
  cancelBranches(m: RoutedMessage, which: string): number
  replicate(m: RoutedMessage, proxy: string): number
  /** t_load_contacts: `mode` 1 draws the order by q. */
  loadContacts(m: RoutedMessage, mode: number): number
  /** The same, for somebody else to keep: the steps, none where there is one contact at most. */
  takeContactSteps(m: RoutedMessage, mode: number): Target[][]
  nextContacts(m: RoutedMessage): number
  nextContactFlow(m: RoutedMessage): number
  suspend(m: RoutedMessage): number
  /** t_continue: `route` names a function of the script. */
  resume(index: number, label: number, route: string): number
  /** The same with a continuation; it gets the message as it was when it was suspended. */
  resumeWith(index: number, label: number, work: (m: RoutedMessage) => void): number
  /**
   * The same in two parts, for routes that await: the message to work on, null when the wait is over; then endHeld. `wait` is the
   * transaction's `suspendedBranch` since it was suspended: a later wait is another route's.
   */
  resumeHeld(index: number, label: number, wait: number): RoutedMessage | null
  endHeld(held: RoutedMessage): void
  cancelSuspend(m: RoutedMessage): number
  /**
   * A copy of the reply at hand, or of the request in a branch-failure route, that holds the reply of its branch back until
   * endReply; null when it cannot be held.
   */
  holdReply(m: RoutedMessage): RoutedMessage | null
  isHeld(held: RoutedMessage): boolean
  endReply(held: RoutedMessage): void
  /** t_is_retr_async_reply: the repetition of a reply that is held. */
  isHeldAgain(m: RoutedMessage): number
  /** t_save_lumps: later routes of the transaction see the edits made so far. */
  saveEdits(m: RoutedMessage): number
  /** t_msg_apply_changes: the message reads as it will be sent. */
  applyChanges(m: RoutedMessage): number
  /** tmx.t_flush_flags: message flags to the transaction. */
  flushFlags(m: RoutedMessage): number
  /** tmx.t_reuse_branch: the failed branch's target again. */
  reuseBranch(m: RoutedMessage): number
  /** t_vbflag_*: flags of the branch at hand. */
  branchFlag(m: RoutedMessage, bit: number, action: 'set' | 'reset' | 'ask'): number
  cancelBranchIndex(m: RoutedMessage, index: number): number
  /** t_cell_append_branches: the target set goes to another transaction: -1 not found, -2 cancelled, -3 final reply sent. */
  appendBranches(m: RoutedMessage, index: number, label: number): number
  /** t_write_req, t_write_unix: another program answers. 1, or -1: it could not be told. */
  writeRequest(m: RoutedMessage, to: WriteTarget, written: WrittenRequest): number
  /** tmx.t_drop: the transaction ends, and nobody is told. */
  drop(m: RoutedMessage, status: number): number
  /** tmx.t_cancel_callid: `flag` 1 to 31 is set for its later routes, `status` gives the reason; 0 neither. */
  cancelCallId(callId: string, cseq: number, how: { readonly flag: number; readonly status: number }): number
  /** tmx.t_reply_callid. */
  replyCallId(callId: string, cseq: number, reply: { readonly status: number; readonly reason: string }): number
  /** tmx.t_uac_ack_local: the ACK to the 2xx of a local INVITE that makes none by itself. */
  acknowledgeLocal(callId: string, cseq: number, ack: { readonly headers: string; readonly body: string }): number
  /** The request of the transaction of `m`; null when it has none. */
  requestOf(m: RoutedMessage): RoutedMessage | null
  /** The INVITE that the CANCEL at hand is for. */
  inviteOf(m: RoutedMessage): RoutedMessage | null
  /** The reply that a failure route is about. */
  replyOf(m: RoutedMessage): RoutedMessage | null
  replyFacts(m: RoutedMessage): ReplyFacts | null
  lastReply(m: RoutedMessage): number | null
  /** t_clean. */
  clean(): number
  /** t_uac_send: 1, or a TmError. */
  startLocal(request: LocalRequest, done: LocalCompleted): number
}
