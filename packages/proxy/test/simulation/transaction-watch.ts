import { UAS_SIDE, type EventBus, type EventFact, type EventSubject } from '../../src/bus/event-bus.ts'
import { EventKind } from '../../src/bus/event-kind.ts'
import { Cell } from '../../src/tm/cell.ts'

/** 'S' of SIP/2.0, which begins a reply. */
const REPLY = 0x53
const ACK = 'ACK '

interface Seen {
  readonly finals: number[]
  readonly invite: boolean
  readonly local: boolean
  /** Negative final replies received for our INVITEs, less ACKs sent. */
  unacknowledged: number
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

function keyOf({ request, source, method, cseq, ...cell }: Cell): string {
  const text = request === null ? '' : Buffer.from(request.bytes.subarray(cell.branchAt, cell.branchEnd)).toString('latin1')
  return `${source.listener.address} ${method} ${cseq} ${text}`
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
  readonly #seen = new Map<string, Seen>()

  emit(kind: number, subject: EventSubject, branch: number, fact: EventFact): void {
    if (!(subject instanceof Cell)) return
    const key = `${subject.index}:${subject.label}`
    if (kind === EventKind.created) this.#begin(key, subject)
    else if (kind === EventKind.destroyed) this.#end(key, subject)
    else if (kind === EventKind['msg-in'] && branch !== UAS_SIDE) this.#received(key, fact)
    else if (kind === EventKind['msg-out']) this.#sent(key, branch, fact)
  }

  #begin(key: string, cell: Cell): void {
    if (this.#seen.has(key)) this.violations.push(`${key} was created twice`)
    this.created++
    if (!cell.isLocal) this.alive?.begin(cell)
    this.#seen.set(key, { finals: [], invite: cell.isInvite, local: cell.isLocal, unacknowledged: 0 })
  }

  #received(key: string, fact: EventFact): void {
    const seen = this.#seen.get(key)
    if (seen === undefined || !seen.invite || statusOf(fact) < 300) return
    if (textOf(fact).includes(' INVITE\r\n')) seen.unacknowledged++
  }

  #sent(key: string, branch: number, fact: EventFact): void {
    const seen = this.#seen.get(key)
    if (seen === undefined) return
    const status = statusOf(fact)
    if (branch === UAS_SIDE && status >= 200) seen.finals.push(status)
    if (branch !== UAS_SIDE && !seen.local && textOf(fact).startsWith(ACK)) seen.unacknowledged--
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
    this.violations.push(...wrongFinals(finals).map((what) => `${key}: ${what} ${finals.join(' ')}`))
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
