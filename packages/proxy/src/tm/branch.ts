import { TimerKind } from '../bus/event-kind.ts'
import type { TimerOwner, TimerWheel } from '../clock/timer-wheel.ts'
import type { Destination, Listener } from '../transport/transport.ts'
import type { Block } from './byte-slab.ts'
import type { Cell } from './cell.ts'
import { State } from './machine.ts'

/** Told about the timers of branches. */
export interface BranchTimers {
  onBranchTimer(branch: Branch, kind: number, now: number): void
}

/** A client transaction and its target: Kamailio's uac[i] (RFC 3261 16.6, 17.1). Pooled with its cell. */
export class Branch implements TimerOwner {
  readonly cell: Cell
  /** Branch number: position in the cell, last part of our Via branch. */
  readonly index: number
  readonly retransmitTimer: number
  readonly timeoutTimer: number
  readonly cancelRetransmitTimer: number
  readonly cancelTimeoutTimer: number
  readonly #timers: BranchTimers
  state: number = State.none
  uri = ''
  destinationUri = ''
  path = ''
  listener: Listener | null = null
  flags = 0
  instance = ''
  ruid = ''
  q = -1
  destination: Destination | null = null
  /** The request as sent. */
  request: Block | null = null
  /** Last reply code received or made up, 0 none. */
  status = 0
  /** A reply code came from the wire at least once. */
  replied = false
  /** The final reply was made up here (timeout, send error, CANCEL before any reply). */
  faked = false
  timedOut = false
  reason = ''
  /** Negative final reply in the form that goes upstream. */
  reply: Block | null = null
  /** Replies dropped by failure_reply_mode or t_drop_replies no longer compete. */
  dropped = false
  /** Replies are not relayed (t_replicate). */
  replicated = false
  /** To be cancelled; the CANCEL goes out with the first provisional if it was not sent yet. */
  cancelled = false
  cancelReason = ''
  cancel: Block | null = null
  /** First branch of a forking step (failure_reply_mode 2). */
  firstOfStep = false
  retransmitInterval = 0
  cancelInterval = 0
  retransmissions = 0
  onReply = ''
  onBranchFailure = ''
  /** Script edits for this branch while its next hop is being resolved. */
  edits: Uint8Array | null = null

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

  /** No final reply yet. */
  get pending(): boolean {
    return this.state !== State.none && this.status < 200
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
    this.edits = null
  }
}
