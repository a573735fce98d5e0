import { EventKind } from '../bus/event-kind.ts'
import type { Place } from '../dns/rfc3263.ts'
import { destinationOf } from '../forward/destination-of.ts'
import { writeRetargetedRequest } from '../forward/retarget-request.ts'
import { enterTarget } from '../forward/target-set.ts'
import type { Listener } from '../transport/transport.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Branch } from './cell.ts'
import { loadBlock } from './matching.ts'
import { reportCandidate } from './report.ts'
import { branchPriority } from './response-context.ts'
import { errorOfWriting, errorReply, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { branchValueOf, clientMachine, endUnsent, launch, leaveTarget, restoreRequest, runBranchRoute, sendBranch } from './uac.ts'

/**
 * When a branch fails at one address of its next hop, the next address becomes a new branch (RFC 3263 4.3, tm-reference 5.3).
 * The failed branch keeps its reply: it competes with those of the others.
 */

/** True: a branch for a further address was sent. */
export function failOver(tm: TransactionCore, failed: Branch): boolean {
  if (!mayFailOver(tm, failed)) return false
  const { cell } = failed
  for (let i = failed.nextPlace; i < failed.places.length && cell.outgoings < tm.params.max_branches; i++) {
    const next = succeed(failed, i)
    tm.counters[Counter.dnsFailovers]++
    const result = sendNext(tm, failed, next)
    if (result > 0) return true
    dropUnsent(tm, next, result)
    if (result === 0) return false
  }
  return false
}

function mayFailOver(tm: TransactionCore, failed: Branch): boolean {
  const { cell } = failed
  if (tm.core.use_dns_failover === 0 || failed.cancelled || cell.status >= 200) return false
  if (cell.has(TransactionFlag.CANCELLED | TransactionFlag.GLOBAL_FAILURE | TransactionFlag.DISABLE_FAILOVER)) return false
  return tm.clock.now() < cell.endOfLife
}

/** A new branch for the same target as `from`, at place number `place`. */
function succeed(from: Branch, place: number): Branch {
  const next = from.cell.addBranch()
  next.state = clientMachine(from.cell).initial
  next.uri = from.uri
  next.destinationUri = from.destinationUri
  next.path = from.path
  next.listener = from.listener
  next.flags = from.flags
  next.instance = from.instance
  next.ruid = from.ruid
  next.q = from.q
  next.onReply = from.onReply
  next.onBranchFailure = from.onBranchFailure
  next.onBranch = from.onBranch
  next.replicated = from.replicated
  next.places = from.places
  next.nextPlace = place + 1
  return next
}

/** Returns 1, a TmError, or 0 when the branch route dropped it. */
function sendNext(tm: TransactionCore, from: Branch, next: Branch): number {
  const place = next.places[next.nextPlace - 1]
  const listener = listenerTowards(tm, from, place)
  if (listener === null) return TmError.NO_SOCKET
  // Requests of our own have no received form that they could be built from again.
  if (from.request === null || (tm.params.reparse_on_dns_failover === 0 && !from.cell.isLocal))
    return rebuildAndSend(tm, next, place, listener)
  tm.out.at = 0
  try {
    writeRetargetedRequest(tm.out, loadBlock(tm.stored, from.request), listener, branchValueOf(tm, next))
  } catch (error) {
    return errorOfWriting(error)
  }
  next.destination = destinationOf(place.transport, listener, place.remote)
  next.request = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  return launch(tm, next) ? 1 : TmError.SEND
}

/** dns_reuse_rcv_socket (tm-reference 2.5); a socket that the script chose goes first. */
function listenerTowards(tm: TransactionCore, from: Branch, { transport, remote }: Place): Listener | null {
  const wanted = from.listener ?? (tm.params.dns_reuse_rcv_socket === 0 ? null : from.cell.source.listener)
  if (wanted !== null && wanted.transport === transport && wanted.family === remote.family) return wanted
  return tm.transport.listenerFor(transport, remote)
}

/** reparse_on_dns_failover 0: from the request as it was relayed, through the branch route again. */
function rebuildAndSend(tm: TransactionCore, next: Branch, place: Place, listener: Listener): number {
  const m = tm.rebuilt
  restoreRequest(next.cell, m)
  m.branch = next.index
  enterTarget(m, next)
  if (!runBranchRoute(tm, m, next.onBranch)) return 0
  leaveTarget(m, next)
  m.forcedListener = listener
  return sendBranch(tm, m, next, place)
}

/** What never was on the wire ends here and does not compete for the reply. */
function dropUnsent(tm: TransactionCore, branch: Branch, error: number): void {
  const { status, reason } = errorReply(error)
  branch.status = status
  branch.reason = reason
  branch.faked = true
  branch.dropped = true
  endUnsent(tm, branch)
  if (tm.bus.on) reportCandidate(tm, EventKind['reply-dropped'], branch, branchPriority(branch, tm.params.faked_reply_prio))
}

let parsedText = ''
let parsedCodes: ReadonlySet<string> = new Set()

/** Does a reply code mean that the next address may do better: 503, and those of failover_reply_codes (`code=403;class=5`)? */
export function leadsOn(failoverReplyCodes: string, status: number): boolean {
  if (status === 503) return true
  if (failoverReplyCodes === '') return false
  if (failoverReplyCodes !== parsedText) {
    parsedText = failoverReplyCodes
    parsedCodes = new Set(failoverReplyCodes.split(';').map((item) => item.replace(/\s+/g, '')))
  }
  return parsedCodes.has(`code=${status}`) || parsedCodes.has(`class=${Math.floor(status / 100)}`)
}
