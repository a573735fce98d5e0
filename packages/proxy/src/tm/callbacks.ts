import type { SipMessage } from '@signalbox/sip'
import type { Clock } from '../clock/clock.ts'
import type { RoutedMessage, TransactionHandle } from '../forward/routed-message.ts'
import type { TmParameters } from './parameters.ts'
import { TransactionFlag } from './transaction-flag.ts'
import type { TransactionUser } from './transaction-user.ts'

/** Moments in the life of a transaction that modules of the engine hear of (tm-reference 7; names as there, TMCB_*). */
export const Moment = {
  /** A transaction was made for a received request. */
  REQUEST_IN: 1 << 0,
  /** A reply matched a branch, before any route. */
  RESPONSE_IN: 1 << 1,
  /** The ACK to a 2xx, the first time. */
  E2EACK_IN: 1 << 2,
  /** Branches have been sent; the transaction waits for them. */
  REQUEST_PENDING: 1 << 3,
  /** A branch is built and about to be sent. */
  REQUEST_FWDED: 1 << 4,
  /** A received reply is about to go upstream. */
  RESPONSE_FWDED: 1 << 5,
  /** Every branch has failed, before the failure route. RO: only looking is allowed. */
  ON_FAILURE_RO: 1 << 6,
  ON_FAILURE: 1 << 7,
  /** A branch was sent for the first time. */
  REQUEST_OUT: 1 << 8,
  /** A reply was sent upstream for the first time. */
  RESPONSE_OUT: 1 << 9,
  /** A transaction of our own has its final reply. */
  LOCAL_COMPLETED: 1 << 10,
  /** Its final reply, or a provisional one with pass_provisional_replies, is handed to whoever started it. */
  LOCAL_RESPONSE_OUT: 1 << 11,
  LOCAL_RESPONSE_IN: 1 << 12,
  LOCAL_REQUEST_IN: 1 << 13,
  ACK_NEG_IN: 1 << 14,
  REQ_RETR_IN: 1 << 15,
  /** A 2xx to an INVITE opens a dialog. */
  DLG: 1 << 16,
  /** The transaction leaves the table. */
  DESTROY: 1 << 17,
  /** The CANCEL of this INVITE was received. */
  E2ECANCEL_IN: 1 << 18,
  E2EACK_RETR_IN: 1 << 19,
  /** A reply is built and about to be sent. */
  RESPONSE_READY: 1 << 20,
  /** Whoever registers for this sends the ACK to a local 2xx himself. */
  DONT_ACK: 1 << 21,
  /** On the wire, retransmissions included. */
  REQUEST_SENT: 1 << 22,
  RESPONSE_SENT: 1 << 23,
  /** A branch has failed, before its branch-failure route. */
  ON_BRANCH_FAILURE_RO: 1 << 24,
  ON_BRANCH_FAILURE: 1 << 25,
  /** A request of our own was dropped by its event route. */
  LOCAL_REQUEST_DROP: 1 << 26,
} as const

/** What happened. Valid during the call only. */
export interface MomentFacts {
  /** One of Moment. */
  readonly moment: number
  readonly transaction: TransactionHandle
  /** -1: the server side. */
  readonly branch: number
  /** Code of the reply that this is about, 0 when it is about none. */
  readonly status: number
  /** The message, where there is one: a request as received, a reply as it came in. */
  readonly message: SipMessage | null
  /** The same with what scripts decided about it; modules may change it where scripts may. */
  readonly routed: RoutedMessage | null
}

export type MomentCallback = (facts: MomentFacts) => void

export interface Registration {
  readonly moments: number
  readonly callback: MomentCallback
}

/** The part of a cell that says who hears of its moments. */
interface HeardTransaction extends TransactionHandle {
  moments: number
  callbacks: readonly Registration[]
  flags: number
}

/** The same of a branch. */
interface HeardBranch {
  readonly cell: HeardTransaction
  readonly index: number
}

/** The part of the transaction layer's world that this needs. */
interface MomentWorld {
  readonly callbacks: TransactionCallbacks
  readonly params: Pick<TmParameters, 'exec_time_check'>
  readonly clock: Clock
  readonly user: Pick<TransactionUser, 'slow'>
  readonly defect: (error: unknown) => void
}

/** Who hears of what. One per transaction layer. */
export class TransactionCallbacks {
  /** Moments that somebody hears of for every transaction. */
  global = 0
  /** Moments that somebody has ever registered for, in any way. */
  ever = 0
  #registrations: readonly Registration[] = []

  /** Registers for every transaction, those that run included. The result ends it. */
  on(moments: number, callback: MomentCallback): () => void {
    const registration = { moments, callback }
    this.#replace([...this.#registrations, registration])
    return () => this.#replace(this.#registrations.filter((one) => one !== registration))
  }

  /** Registers for one transaction, until it is destroyed. */
  onTransaction(transaction: TransactionHandle, moments: number, callback: MomentCallback): void {
    const cell = transaction as HeardTransaction
    cell.callbacks = [...cell.callbacks, { moments, callback }]
    cell.moments |= moments
    this.ever |= moments
    if ((moments & Moment.DONT_ACK) !== 0) cell.flags |= TransactionFlag.NO_AUTO_ACK
  }

  of(cell: HeardTransaction): readonly Registration[] {
    return cell.callbacks.length === 0 ? this.#registrations : [...this.#registrations, ...cell.callbacks]
  }

  #replace(registrations: readonly Registration[]): void {
    this.#registrations = registrations
    this.global = registrations.reduce((sum, one) => sum | one.moments, 0)
    this.ever |= this.global
  }
}

/** Does anybody hear of this moment? The only price of a moment that nobody hears of. */
export function heard(tm: MomentWorld, cell: HeardTransaction, moments: number): boolean {
  return ((tm.callbacks.global | cell.moments) & moments) !== 0
}

/** Tells those who hear of it. What they throw is a defect of theirs and touches nobody else. */
export function tellMoment(
  tm: MomentWorld,
  moment: number,
  place: HeardTransaction | HeardBranch,
  about: RoutedMessage | SipMessage | number | null,
): void {
  const [cell, branch] = 'cell' in place ? [place.cell, place.index] : [place, -1]
  const facts = { moment, transaction: cell, branch, ...aboutOf(about) }
  for (const { moments, callback } of tm.callbacks.of(cell)) {
    if ((moments & moment) === 0) continue
    const begun = tm.clock.now()
    try {
      callback(facts)
    } catch (error) {
      tm.defect(error)
    }
    checkTime(tm, moment, tm.clock.now() - begun)
  }
}

/** exec_time_check (tm-reference 2.1). */
function checkTime({ params, user }: MomentWorld, moment: number, ms: number): void {
  if (params.exec_time_check === 0 || ms <= params.exec_time_check) return
  const name = Object.entries(Moment).find(([, bit]) => bit === moment)?.[0] ?? ''
  user.slow(`a callback for ${name}`, ms)
}

function aboutOf(about: RoutedMessage | SipMessage | number | null): Pick<MomentFacts, 'status' | 'message' | 'routed'> {
  if (about === null || typeof about === 'number') return { status: about ?? 0, message: null, routed: null }
  if ('message' in about) return { status: about.message.isRequest ? 0 : about.message.status, message: about.message, routed: about }
  return { status: about.isRequest ? 0 : about.status, message: about, routed: null }
}
