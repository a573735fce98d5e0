import { EditList, SipMessage } from '@signalbox/sip'
import type { Listener, Source } from '../transport/transport.ts'
import { internedText } from './interned-text.ts'
import { RouteType } from './route-type.ts'
import type { ContactSteps, Target } from './target.ts'

/** The part of a transaction that a message may point to; tm/ owns the whole. */
export interface TransactionHandle {
  readonly index: number
  readonly label: number
  /** Its events are recorded. */
  readonly recorded: boolean
  /** Branch that stands for its last wait (t_suspend), -1 none. */
  readonly suspendedBranch: number
}

/**
 * A message on its way through the proxy: what was received, and what the routing script decided about it so far
 * (Kamailio's sip_msg with its lumps, destination set and flags). Reused from message to message.
 */
export class RoutedMessage {
  readonly message = new SipMessage()
  /** Header and body changes, applied to every branch. */
  readonly edits = new EditList()
  /** Further targets beside the Request-URI ($branch, append_branch). */
  readonly targets: Target[] = []
  source!: Source
  routeType: number = RouteType.REQUEST
  /** Rewritten Request-URI ($ru), '' while it is the received one. */
  requestUri = ''
  /** Request-URI already used by a relay: failure routes must set a new one (tm-reference 6.2). */
  requestUriConsumed = false
  /** Next hop ($du), '' none. */
  destinationUri = ''
  /** Path of the binding chosen for the Request-URI (RFC 3327), '' none. */
  path = ''
  q = -1
  instance = ''
  ruid = ''
  /** Send from this listener instead of the one that the next hop suggests. */
  forcedListener: Listener | null = null
  /** Message flags (setflag), script flags, flags of the Request-URI's branch. */
  flags = 0
  scriptFlags = 0
  branchFlags = 0
  /** Lines to add to the next reply built here (append_to_reply): complete with CRLF. */
  replyHeaders = ''
  recordRoute = false
  /** Our Record-Route begins its parameters with the From tag. */
  recordRouteTag = false
  /** `;name=value` parameters for our Record-Route (add_rr_param). */
  recordRouteParams = ''
  forceRport = false
  #receivedUri = ''
  #routeParams = ''
  #routeParamsStart = -1
  #routeParamsEnd = -1
  cell: TransactionHandle | null = null
  /** Events of its call are recorded, as far as that is known before there is a transaction. */
  recorded = false
  /** Index of the branch that a branch, reply or branch-failure route runs for; -1 outside. */
  branch = -1
  /** Error code of the last failed TM function (tm-reference 8.3), 0 none. */
  tmError = 0
  /** The script asked to drop the message (KSR.x.drop, set_drop). */
  dropped = false
  /** The edits of a branch route have become part of the message (t_msg_apply_changes). */
  rewritten = false
  /** Something was sent or relayed for this message. */
  answered = false
  /** Hooks armed before the transaction exists (t_on_branch ...), '' none. */
  onBranch = ''
  onReply = ''
  onFailure = ''
  onBranchFailure = ''
  /** Per-transaction timers asked for before it exists, in ms, 0 default (t_set_fr, t_set_max_lifetime, t_set_retr). */
  frInvTimer = 0
  frTimer = 0
  maxInvLifetime = 0
  maxNonInvLifetime = 0
  retrTimer1 = 0
  retrTimer2 = 0
  /** Transaction flags asked for before it exists (t_set_disable_6xx ...): TransactionFlag bits. */
  transactionFlags = 0
  /** Steps of serial forking that t_load_contacts has made. */
  contacts: ContactSteps | null = null
  /** t_set_auto_inv_100: -1 parameter's value, else 0 or 1. */
  autoInv100 = -1

  /** Forgets everything but the buffers. */
  reset(source: Source): void {
    this.source = source
    this.edits.clear()
    // Setting the length of an array costs a call into the engine, even when it is empty.
    if (this.targets.length > 0) this.targets.length = 0
    this.routeType = RouteType.REQUEST
    this.requestUri = ''
    this.requestUriConsumed = false
    this.destinationUri = ''
    this.path = ''
    this.q = -1
    this.instance = ''
    this.ruid = ''
    this.forcedListener = null
    this.flags = 0
    this.scriptFlags = 0
    this.branchFlags = 0
    this.replyHeaders = ''
    this.recordRoute = false
    this.recordRouteTag = false
    this.recordRouteParams = ''
    this.forceRport = false
    this.#receivedUri = ''
    this.#routeParams = ''
    this.#routeParamsStart = -1
    this.cell = null
    this.recorded = false
    this.branch = -1
    this.tmError = 0
    this.dropped = false
    this.rewritten = false
    this.answered = false
    this.#resetTransactionSettings()
  }

  /** Parameters of our own Route value, which loose_route has removed, for is_direction and check_route_param. */
  get routeParams(): string {
    if (this.#routeParamsStart !== -1) {
      this.#routeParams = this.message.text(this.#routeParamsStart, this.#routeParamsEnd)
      this.#routeParamsStart = -1
    }
    return this.#routeParams
  }

  set routeParams(text: string) {
    this.#routeParams = text
    this.#routeParamsStart = -1
  }

  /** They stand in the message; they become text when somebody asks. */
  keepRouteParams(start: number, end: number): void {
    this.#routeParams = ''
    this.#routeParamsStart = start
    this.#routeParamsEnd = end
  }

  #resetTransactionSettings(): void {
    this.onBranch = ''
    this.onReply = ''
    this.onFailure = ''
    this.onBranchFailure = ''
    this.frInvTimer = 0
    this.frTimer = 0
    this.maxInvLifetime = 0
    this.maxNonInvLifetime = 0
    this.retrTimer1 = 0
    this.retrTimer2 = 0
    this.transactionFlags = 0
    this.autoInv100 = -1
    this.contacts = null
  }

  /** The Request-URI as the script sees it ($ru). */
  currentUri(): string {
    if (this.requestUri !== '') return this.requestUri
    const { bytes, uriStart, uriEnd } = this.message
    if (this.#receivedUri === '') this.#receivedUri = internedText(bytes, uriStart, uriEnd)
    return this.#receivedUri
  }
}
