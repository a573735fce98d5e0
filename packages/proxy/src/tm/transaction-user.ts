import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Destination } from '../transport/transport.ts'

/** Moments that only some scripts want to hear of. */
export const Hook = {
  /** A request is about to be sent; with ONSEND_REPLY a reply, too. */
  ONSEND: 1,
  ONSEND_REPLY: 2,
  /** A request of our own is about to be sent. */
  LOCAL_REQUEST: 4,
  /** A reply made here has been sent. */
  LOCAL_REPLY_SENT: 8,
  /** The ACK to a 2xx for a request of our own has been sent. */
  LOCAL_ACK_SENT: 16,
} as const

/** What the transaction layer asks of the routing script (RFC 3261's TU, tm-reference 7). Implementations never throw. */
export interface TransactionUser {
  /** Before a branch is sent. False: skip this branch. */
  branchRoute(name: string, m: RoutedMessage): boolean
  /** A reply arrived on a branch. False: drop it (provisional replies only). */
  replyRoute(name: string, m: RoutedMessage): boolean
  /** Every branch has failed; new targets may be relayed to. */
  failureRoute(name: string, m: RoutedMessage): void
  /** One branch got a negative final reply. */
  branchFailureRoute(name: string, m: RoutedMessage): void
  /** Hook bits: which of the following are to be called. */
  readonly hooks: number
  /** `m`: the message as routed. False: it is not sent. */
  onsendRoute(m: RoutedMessage, to: Destination): boolean
  /** `m`: the message as it goes out, or went. False: it is not sent. */
  event(hook: number, m: RoutedMessage): boolean
  /** The request script has made a transaction for `m` and left it at that: the caller hears nothing. */
  unanswered(m: RoutedMessage): void
  /** A callback took longer than exec_time_check allows. */
  slow(what: string, ms: number): void
}
