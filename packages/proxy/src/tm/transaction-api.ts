import type { RoutedMessage } from '../forward/routed-message.ts'

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
  nextContacts(m: RoutedMessage): number
  nextContactFlow(m: RoutedMessage): number
  suspend(m: RoutedMessage): number
  /** t_continue: `route` names a function of the script. */
  resume(index: number, label: number, route: string): number
  /** The same with a continuation; it gets the message as it was when it was suspended. */
  resumeWith(index: number, label: number, work: (m: RoutedMessage) => void): number
  cancelSuspend(m: RoutedMessage): number
}
