import { writeForwardedRequest } from '../forward/forward-request.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Branch, Cell } from './cell.ts'
import { cancelBranch, giveUpWith, writeOwnCancel } from './cancel.ts'
import { State } from './machine.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { branchValueOf, clientMachine, launch } from './uac.ts'

/*
 * e2e_cancel_hop_by_hop 0 (tm-reference 2.4): the CANCEL of a caller is relayed as a transaction of its own, with one branch
 * for each branch of the INVITE that rings. These carry the Via branches of the INVITE (RFC 3261 9.1) and its branch numbers.
 */

/** `headers`: lines for CANCELs that are made here. Branches to be given up are handed to `giveUp`. */
export function relayToBranches(
  tm: TransactionCore,
  m: RoutedMessage,
  invite: Cell,
  { headers, giveUp }: { readonly headers: string; readonly giveUp: (branch: Branch) => void },
): void {
  const cancel = m.cell as Cell
  if (hasOnlyWaited(cancel)) forgetWait(cancel)
  const count = invite.outgoings
  for (let i = 0; i < count; i++) {
    const ringing = invite.branches[i]
    const branch = cancel.addBranch()
    if (ringing.state === State.proceeding && ringing.status < 200 && !ringing.cancelled && ringing.destination !== null) {
      ringing.cancelReason = headers
      relayToBranch(tm, m, ringing, branch)
    } else if (cancelBranch(tm, ringing, headers) === 'given up') giveUp(ringing)
  }
}

/** Is its only branch the one that stood for a wait of its route, which is over? */
function hasOnlyWaited(cancel: Cell): boolean {
  return cancel.outgoings === 1 && cancel.suspendedBranch === 0 && !cancel.has(TransactionFlag.SUSPENDED)
}

/** For the numbers to be those of the INVITE's branches. */
function forgetWait(cancel: Cell): void {
  cancel.outgoings = 0
  cancel.suspendedBranch = -1
}

function relayToBranch(tm: TransactionCore, m: RoutedMessage, ringing: Branch, branch: Branch): void {
  tm.out.at = 0
  if (tm.params.reparse_invite === 0) writeReceived(tm, m, ringing)
  else writeOwnCancel(tm, ringing)
  branch.uri = ringing.uri
  branch.destination = ringing.destination
  branch.request = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  branch.state = clientMachine(branch.cell).initial
  // What is sent again when the callee rings on.
  ringing.cancel = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  ringing.cancelled = true
  giveUpWith(tm, ringing, tm.clock.now())
  if (!launch(tm, branch)) branch.state = State.none
}

/** The CANCEL as it came, with the script's changes. */
function writeReceived(tm: TransactionCore, m: RoutedMessage, ringing: Branch): void {
  const { requestUri, path } = m
  m.requestUri = ringing.uri
  m.path = ringing.path
  if (ringing.destination !== null) writeForwardedRequest(tm.out, m, ringing.destination.listener, branchValueOf(tm, ringing))
  m.requestUri = requestUri
  m.path = path
}
