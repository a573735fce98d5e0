import { parseMessage } from '@signalbox/sip'
import { RoutedMessage } from '../forward/routed-message.ts'
import { RouteType } from '../forward/route-type.ts'
import type { Branch, Cell } from './cell.ts'
import { branchOf } from './held-reply.ts'
import { matchCancelled } from './matching.ts'
import type { TransactionCore } from './transaction-core.ts'
import { restoreRequest } from './uac.ts'

/** What else belongs to the transaction of a message (the pseudo-variables of tm-reference 8.4). */

/** The request that a transaction was made for; null outside of one. */
export function requestOf(m: RoutedMessage): RoutedMessage | null {
  return m.cell === null ? null : restored(m.cell as Cell)
}

/** The INVITE that a CANCEL is for. */
export function inviteOf(tm: TransactionCore, m: RoutedMessage): RoutedMessage | null {
  const cell = m.message.isRequest ? matchCancelled(tm, m.message) : null
  return cell === null ? null : restored(cell)
}

function restored(cell: Cell): RoutedMessage {
  const request = new RoutedMessage()
  restoreRequest(cell, request)
  return request
}

/** The reply that a failure route is about, as it would go upstream; null when it was made up here. */
export function replyOf(m: RoutedMessage): RoutedMessage | null {
  const branch = repliedBranch(m)
  if (branch === null || branch.reply === null) return null
  const { bytes, start, length } = branch.reply
  const reply = new RoutedMessage()
  reply.reset(m.source)
  parseMessage(reply.message, bytes, start, start + length, 'kept')
  return reply
}

/** The branch that the route is about: the winning one in failure routes. */
function repliedBranch(m: RoutedMessage): Branch | null {
  const cell = m.cell as Cell | null
  if (cell === null || m.routeType !== RouteType.FAILURE) return branchOf(m)
  return cell.winner < 0 ? null : cell.branches[cell.winner]
}

export interface ReplyFacts {
  readonly reason: string
  readonly ruid: string
  /** Made up here, not received. */
  readonly local: boolean
}

/** About the reply that the route at work is for; null when there is none. */
export function replyFacts(m: RoutedMessage): ReplyFacts | null {
  const { message } = m
  const branch = repliedBranch(m)
  if (!message.isRequest) {
    const reason = message.text(message.reasonStart, message.reasonEnd)
    return { reason, ruid: branch?.ruid ?? '', local: false }
  }
  return branch === null ? null : { reason: branch.reason, ruid: branch.ruid, local: branch.faked }
}

/** Code of the last reply received for the transaction, 0 none; null in failure routes, which look at the winner. */
export function lastReply(m: RoutedMessage): number | null {
  const cell = m.cell as Cell | null
  return cell === null || m.routeType === RouteType.FAILURE ? null : cell.lastReceived
}
