import { UAS_SIDE, type EventBus, type EventFact, type EventSubject } from '../../src/bus/event-bus.ts'
import { EventKind } from '../../src/bus/event-kind.ts'
import type { Clock } from '../../src/clock/clock.ts'
import { isReliable } from '../../src/forward/via.ts'
import { Cell } from '../../src/tm/cell.ts'
import { TransactionFlag } from '../../src/tm/transaction-flag.ts'
import { InviteBranches } from './invite-branches.ts'

/** 'S' of SIP/2.0, which begins a reply. */
const REPLY = 0x53
const ACK = 'ACK '
const INVITE = 'INVITE '
const CANCEL = 'CANCEL '
/** Longest time until a reply is repeated that nobody acknowledges, in ms: twice T1. */
const REPEATED_WITHIN = 1000

interface Seen {
  readonly finals: number[]
  readonly invite: boolean
  readonly local: boolean
  /** Negative final replies received for our INVITEs, less ACKs sent. */
  unacknowledged: number
  readonly branches: InviteBranches
  /** The negative final reply to an INVITE over datagrams: when it went out, and what has happened to it since. */
  refused: { readonly at: number; repeated: number; acknowledged: number } | null
}

/** The requests that have a transaction now, in whatever thread of a proxy: no two may be for the same request (RFC 3261 17.2.3). */
export class AliveRequests {
  readonly violations: string[] = []
  readonly #keys = new Set<string>()

  begin(cell: Cell): void {
    const key = keyOf(cell)
    if (this.#keys.has(key)) this.violations.push(`two transactions for ${key}`)
    this.#keys.add(key)
  }

  end(cell: Cell): void {
    this.#keys.delete(keyOf(cell))
  }
}

/** Clients before RFC 3261 have no branch that means anything: one call of them, one request. */
function keyOf({ request, source, method, cseq, ...cell }: Cell): string {
  const [from, to] = cell.branchAt < 0 ? [cell.callIdAt, cell.callIdEnd] : [cell.branchAt, cell.branchEnd]
  const text = request === null ? '' : Buffer.from(request.bytes.subarray(from, to)).toString('latin1')
  return `${source.listener.address} ${method} ${cseq} ${text}`
}

/** Who a fact is about. */
interface Side {
  readonly cell: Cell
  readonly branch: number
}

/** Follows every transaction of a proxy through its events, from created to destroyed, and says what went wrong. */
export class TransactionWatch implements EventBus {
  readonly on = true
  readonly records = (): boolean => true
  readonly notable = (): boolean => true
  readonly violations: string[] = []
  /** Received INVITEs that ended without a final reply. */
  silent = 0
  created = 0
  /** Shared by the threads of a proxy. */
  alive: AliveRequests | null = null
  /** e2e_cancel_hop_by_hop 0: CANCELs are requests of their own. */
  forwardsCancels = false
  /** disable_6xx_block 0: a 6xx ends the call. */
  sixIsFinal = true
  readonly #clock: Clock
  readonly #seen = new Map<string, Seen>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void {
    if (!(subject instanceof Cell)) return
    const key = `${subject.index}:${subject.label}`
    if (kind === EventKind.created) this.#begin(key, subject)
    else if (kind === EventKind.destroyed) this.#end(key, subject)
    else if (kind === EventKind['msg-in']) this.#received(key, branch, fact)
    else if (kind === EventKind['msg-out']) this.#sent(key, { cell: subject, branch }, fact)
    else if (kind === EventKind['reply-candidate']) this.#failed(key, subject, fact)
    else if (kind === EventKind.retransmit) this.#repeated(key, { cell: subject, branch }, fact)
  }

  #begin(key: string, cell: Cell): void {
    if (this.#seen.has(key)) this.violations.push(`${key} was created twice`)
    this.created++
    if (!cell.isLocal) this.alive?.begin(cell)
    const branches = new InviteBranches()
    this.#seen.set(key, { finals: [], invite: cell.isInvite, local: cell.isLocal, unacknowledged: 0, branches, refused: null })
  }

  #received(key: string, branch: number, fact: EventFact): void {
    const seen = this.#seen.get(key)
    if (seen === undefined || !seen.invite) return
    if (branch === UAS_SIDE) {
      if (seen.refused !== null && textOf(fact).startsWith(ACK))
        seen.refused.acknowledged = Math.min(seen.refused.acknowledged, this.#clock.now())
      return
    }
    const status = statusOf(fact)
    if (!textOf(fact).includes(' INVITE\r\n')) return
    seen.branches.replied(branch, status, this.#clock.now())
    if (status >= 300) seen.unacknowledged++
  }

  #sent(key: string, { cell, branch }: Side, fact: EventFact): void {
    const seen = this.#seen.get(key)
    if (seen === undefined) return
    const status = statusOf(fact)
    if (branch === UAS_SIDE) {
      if (status < 200) return
      if (status < 300 && seen.finals.length === 0) seen.branches.over(this.#clock.now())
      seen.finals.push(status)
      const guarded = status >= 300 && seen.invite && !isReliable(cell.replyTo.transport)
      // A 2xx that comes after all ends the repetition.
      seen.refused = guarded ? { at: this.#clock.now(), repeated: 0, acknowledged: Infinity } : null
      return
    }
    const text = textOf(fact)
    if (text.startsWith(CANCEL)) seen.branches.cancelled(branch, this.#clock.now())
    if (!seen.local && text.startsWith(ACK)) seen.unacknowledged--
    // RFC 3261 16.10, tm-reference 5.1: who has hung up is not looked for any further.
    if (!seen.local && text.startsWith(INVITE) && cell.has(TransactionFlag.CANCELLED))
      this.violations.push(`${key}: a new branch after the CANCEL`)
  }

  #failed(key: string, cell: Cell, { a: status }: EventFact): void {
    if (status >= 600 && this.sixIsFinal && cell.status < 200) this.#seen.get(key)?.branches.over(this.#clock.now())
  }

  #repeated(key: string, { cell, branch }: Side, fact: EventFact): void {
    const seen = this.#seen.get(key)
    if (seen === undefined) return
    if (branch === UAS_SIDE) {
      if (seen.refused !== null) seen.refused.repeated++
    } else if (isReliable(cell.branches[branch].destination?.transport ?? 0) && !textOf(fact).startsWith(CANCEL))
      this.violations.push(`${key}: ${textOf(fact).slice(0, 20)} sent again over a stream`)
  }

  #end(key: string, cell: Cell): void {
    const seen = this.#seen.get(key)
    this.#seen.delete(key)
    if (!cell.isLocal) this.alive?.end(cell)
    if (seen === undefined) return void this.violations.push(`${key} was destroyed without being created`)
    const { finals, invite, local } = seen
    if (cell.hasPendingBranch()) this.violations.push(`${key}: destroyed with a branch that has no final reply`)
    if (invite && !local && seen.unacknowledged !== 0) this.violations.push(`${key}: ${seen.unacknowledged} negative replies without ACK`)
    if (!local && finals.length === 0 && invite) this.silent++
    if (!local && !this.forwardsCancels)
      this.violations.push(
        ...seen.branches.late.map((branch) => `${key}: branch ${branch} rings on`),
        ...seen.branches.forgotten.map((branch) => `${key}: branch ${branch} rings for ever`),
      )
    if (seen.refused !== null && this.#neverRepeated(seen.refused)) this.violations.push(`${key}: a negative reply was not repeated`)
    this.violations.push(...wrongFinals(finals).map((what) => `${key}: ${what} ${finals.join(' ')}`))
  }

  /** RFC 3261 17.2.1, timer G. */
  #neverRepeated({
    at,
    repeated,
    acknowledged,
  }: {
    readonly at: number
    readonly repeated: number
    readonly acknowledged: number
  }): boolean {
    return repeated === 0 && Math.min(acknowledged, this.#clock.now()) - at > REPEATED_WITHIN
  }

  /** Transactions that were created and not destroyed. */
  get open(): number {
    return this.#seen.size
  }
}

/** RFC 3261 16.7: a transaction sends one negative final reply at most, and none after a 2xx. */
function wrongFinals(finals: readonly number[]): readonly string[] {
  const wrong: string[] = []
  if (finals.filter((status) => status >= 300).length > 1) wrong.push('several negative replies')
  const success = finals.findIndex((status) => status < 300)
  if (success >= 0 && finals.slice(success).some((status) => status >= 300)) wrong.push('a negative reply after a 2xx')
  return wrong
}

/** 0 for a request. */
function statusOf({ bytes, start }: EventFact): number {
  if (bytes[start] !== REPLY || bytes[start + 3] !== 0x2f) return 0
  return (bytes[start + 8] - 48) * 100 + (bytes[start + 9] - 48) * 10 + (bytes[start + 10] - 48)
}

function textOf({ bytes, start, end }: EventFact): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}
