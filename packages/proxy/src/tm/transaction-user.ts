import type { RoutedMessage } from '../forward/routed-message.ts'

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
}
