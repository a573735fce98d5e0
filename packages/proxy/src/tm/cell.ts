import { TimerKind } from '../bus/event-kind.ts'
import type { TimerOwner, TimerWheel } from '../clock/timer-wheel.ts'
import type { RoutedMessage, TransactionHandle } from '../forward/routed-message.ts'
import type { ContactSteps } from '../forward/target.ts'
import type { Place } from '../dns/rfc3263.ts'
import type { Destination, Listener, Source } from '../transport/transport.ts'
import type { Block } from './byte-slab.ts'
import type { Registration } from './callbacks.ts'
import type { LocalCompleted } from './local-outcome.ts'
import { State } from './machine.ts'
import { TransactionFlag } from './transaction-flag.ts'

const NOBODY: readonly never[] = []

/** Told about the timers of cells and their branches. */
export interface CellTimers extends BranchTimers {
  onCellTimer(cell: Cell, kind: number, now: number): void
}

/**
 * A transaction: the server transaction, its response context and its client transactions (Kamailio's struct cell).
 * Cells are pooled and never handed to scripts; a slot is reused under a new label.
 */
export class Cell implements TimerOwner, TransactionHandle {
  // What matching looks at comes first: of a cell that is not meant it touches one line of the cache.
  nextInBucket: Cell | null = null
  /** Of the request (SipMessage.callIdHash). */
  callIdHash = 0
  cseq = 0
  method = 0
  flags = 0
  /** tindex and tlabel of tm.list. */
  label = 0
  index = 0
  /** The request as received. */
  request: Block | null = null
  /** Offsets into the request's block that matching compares; -1 when absent. */
  branchAt = -1
  branchEnd = -1
  hostAt = 0
  hostEnd = 0
  viaPort = 0
  viaTransport = 0
  callIdAt = 0
  callIdEnd = 0
  // What its end looks at.
  readonly branches: Branch[] = []
  /** Branches in use. */
  outgoings = 0
  readonly timers: CellTimers
  readonly retransmitTimer: number
  readonly ackTimer: number
  readonly waitTimer: number
  /** Last reply code sent upstream, 0 none. */
  status = 0
  reply: Block | null = null
  /** What the script had decided when the request was relayed, for failure routes. */
  edits: Block | null = null
  /** Moments that somebody hears of for this transaction (callbacks.ts), and who. */
  moments = 0
  callbacks: readonly Registration[] = NOBODY
  previousInBucket: Cell | null = null
  /** Place in the table, for life; carried in our Via branch. */
  readonly slot: number
  readonly #wheel: TimerWheel
  /** State of the server machine; of none for local transactions. */
  state: number = State.none
  source!: Source
  /** Where replies go (RFC 3261 18.2.2). */
  replyTo!: Source
  retransmitInterval = 0
  created = 0
  endOfLife = 0
  onBranch = ''
  onReply = ''
  onFailure = ''
  onBranchFailure = ''
  frTimer = 0
  frInvTimer = 0
  retrTimer1 = 0
  retrTimer2 = 0
  recordRoute = false
  recordRouteTag = false
  recordRouteParams = ''
  messageFlags = 0
  scriptFlags = 0
  replyHeaders = ''
  forceRport = false
  tmError = 0
  /** Branch whose final reply the failure route looks at, or was relayed; -1 none. */
  winner = -1
  /** Its events are recorded; decided when it is created, so that its history is complete. */
  recorded = false
  /** Reported as older than it may be. */
  overdue = false
  /** Steps of serial forking (t_load_contacts). */
  contacts: ContactSteps | null = null
  /** Suspended: the message as the script left it, and the blind branch that stands for the wait. */
  held: RoutedMessage | null = null
  suspendedBranch = -1
  /** Type of the route that waits. */
  suspendedIn = 0
  /** Code of the last reply received, 0 none. */
  lastReceived = 0
  /** Local transactions: who waits for the outcome. */
  localDone: LocalCompleted | null = null
  /** failure_reply_mode for the failure route at work (t_drop_replies). */
  dropMode = 0
  /** To-tag of a reply made here, for the ACK to a local 2xx. */
  localTag = ''

  constructor(slot: number, timers: CellTimers, wheel: TimerWheel) {
    this.slot = slot
    this.timers = timers
    this.#wheel = wheel
    this.retransmitTimer = wheel.register(this, TimerKind.retr_rpl)
    this.ackTimer = wheel.register(this, TimerKind.fr_ack)
    this.waitTimer = wheel.register(this, TimerKind.wait)
  }

  onTimer(kind: number, now: number): void {
    this.timers.onCellTimer(this, kind, now)
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0
  }

  get isInvite(): boolean {
    return (this.flags & TransactionFlag.INVITE) !== 0
  }

  get isLocal(): boolean {
    return (this.flags & TransactionFlag.LOCAL) !== 0
  }

  /** The next branch, fresh from the pool of this cell. */
  addBranch(): Branch {
    const index = this.outgoings++
    let branch = this.branches[index]
    if (branch === undefined) {
      branch = new Branch(this, index, this.#wheel)
      this.branches.push(branch)
    }
    branch.reset()
    return branch
  }

  hasPendingBranch(): boolean {
    for (let i = 0; i < this.outgoings; i++) if (this.branches[i].pending) return true
    return false
  }

  /** May a branch still bring the caller's reply? Copies do not (t_replicate). */
  awaitsReply(): boolean {
    for (let i = 0; i < this.outgoings; i++) if (this.branches[i].pending && !this.branches[i].replicated) return true
    return false
  }

  reset(): void {
    this.flags = 0
    this.method = 0
    this.state = State.none
    this.branchAt = -1
    this.branchEnd = -1
    this.outgoings = 0
    this.status = 0
    this.retransmitInterval = 0
    this.onBranch = ''
    this.onReply = ''
    this.onFailure = ''
    this.onBranchFailure = ''
    this.edits = null
    this.recordRoute = false
    this.recordRouteTag = false
    this.recordRouteParams = ''
    this.messageFlags = 0
    this.scriptFlags = 0
    this.replyHeaders = ''
    this.forceRport = false
    this.tmError = 0
    this.winner = -1
    this.localTag = ''
    this.localDone = null
    this.overdue = false
    this.recorded = false
    this.contacts = null
    this.held = null
    this.suspendedBranch = -1
    this.suspendedIn = 0
    this.lastReceived = 0
    this.moments = 0
    this.callbacks = NOBODY
  }
}

const NOWHERE: readonly Place[] = []

/** Told about the timers of branches. */
export interface BranchTimers {
  onBranchTimer(branch: Branch, kind: number, now: number): void
}

/** A client transaction and its target: Kamailio's uac[i] (RFC 3261 16.6, 17.1). Pooled with its cell. */
export class Branch implements TimerOwner {
  // What the end of a transaction looks at comes first, in two lines of the cache.
  state: number = State.none
  /** Last reply code received or made up, 0 none. */
  status = 0
  /** The request as sent. */
  request: Block | null = null
  /** Negative final reply in the form that goes upstream. */
  reply: Block | null = null
  cancel: Block | null = null
  /** Script edits for this branch while its next hop is being resolved. */
  edits: Block | null = null
  /** Its reply, while a reply route waits, or the request, while the route about its failure does (tm-reference 10). */
  held: RoutedMessage | null = null
  readonly retransmitTimer: number
  readonly timeoutTimer: number
  readonly cancelRetransmitTimer: number
  readonly cancelTimeoutTimer: number
  destination: Destination | null = null
  readonly cell: Cell
  /** Branch number: position in the cell, last part of our Via branch. */
  readonly index: number
  readonly #timers: BranchTimers
  uri = ''
  destinationUri = ''
  path = ''
  listener: Listener | null = null
  flags = 0
  instance = ''
  ruid = ''
  q = -1
  /** What the final-response timer is at the moment: fr or fr_inv. */
  timeoutKind: number = TimerKind.fr
  /** A reply code came from the wire at least once. */
  replied = false
  /** The final reply was made up here (timeout, send error, CANCEL before any reply). */
  faked = false
  timedOut = false
  reason = ''
  /** Replies dropped by failure_reply_mode or t_drop_replies no longer compete. */
  dropped = false
  /** Replies are not relayed (t_replicate). */
  replicated = false
  /** To be cancelled; the CANCEL goes out with the first provisional if it was not sent yet. */
  cancelled = false
  cancelReason = ''
  /** First branch of a forking step (failure_reply_mode 2). */
  firstOfStep = false
  retransmitInterval = 0
  cancelInterval = 0
  retransmissions = 0
  onReply = ''
  onBranchFailure = ''
  /** Branch route that this branch went through, '' none. */
  onBranch = ''
  /** Where the name of its next hop is reached, and the first of these places that nobody has tried (tm-reference 5.3). */
  places: readonly Place[] = NOWHERE
  nextPlace = 0

  constructor(cell: Cell, index: number, wheel: TimerWheel) {
    this.cell = cell
    this.index = index
    this.#timers = cell.timers
    this.retransmitTimer = wheel.register(this, TimerKind.retr)
    this.timeoutTimer = wheel.register(this, TimerKind.fr)
    this.cancelRetransmitTimer = wheel.register(this, TimerKind.cancel_retr)
    this.cancelTimeoutTimer = wheel.register(this, TimerKind.cancel_fr)
  }

  onTimer(kind: number, now: number): void {
    this.#timers.onBranchTimer(this, kind, now)
  }

  /** No final reply yet, or none that its route has let pass. */
  get pending(): boolean {
    if (this.status < 200) return this.state !== State.none
    return this.held !== null && (this.held.message.isRequest || this.held.message.status >= 200)
  }

  reset(): void {
    this.state = State.none
    this.uri = ''
    this.destinationUri = ''
    this.path = ''
    this.listener = null
    this.flags = 0
    this.instance = ''
    this.ruid = ''
    this.q = -1
    this.destination = null
    this.timeoutKind = TimerKind.fr
    this.status = 0
    this.replied = false
    this.faked = false
    this.timedOut = false
    this.reason = ''
    this.dropped = false
    this.replicated = false
    this.cancelled = false
    this.cancelReason = ''
    this.firstOfStep = false
    this.retransmitInterval = 0
    this.cancelInterval = 0
    this.retransmissions = 0
    this.onReply = ''
    this.onBranchFailure = ''
    this.onBranch = ''
    this.held = null
    this.edits = null
    this.places = NOWHERE
    this.nextPlace = 0
  }
}
