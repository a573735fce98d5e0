import { ByteWriter, MESSAGE_ROOM, Method, SipMessage } from '@signalbox/sip'
import { redirectContacts } from '../forward/redirect-contacts.ts'
import type { Target } from '../forward/target.ts'
import { RoutedMessage } from '../forward/routed-message.ts'
import { BranchIds } from './branch-id.ts'
import { TransactionCallbacks } from './callbacks.ts'
import { orElsewhere } from './carry-out.ts'
import type { Branch, Cell, CellTimers } from './cell.ts'
import { ByteSlab } from './byte-slab.ts'
import { cancelBranch, cancelPending, localReason } from './cancel.ts'
import { loadContacts, nextContactFlow, nextContacts, takeSteps } from './forking-steps.ts'
import { CellTable } from './cell-table.ts'
import { heldBranch, holdFailure, holdReply, repeatsHeld } from './held-reply.ts'
import type { LocalCompleted } from './local-outcome.ts'
import { startLocalRequest, type LocalRequest } from './local-request.ts'
import { matchAcknowledged, matchCancelled, matchLocalAck, matchReply, matchRequest } from './matching.ts'
import { watchLifetimes } from './overdue.ts'
import { endOfScript, relay, relayCancel, RelayFlag } from './relay.ts'
import { endHeldReply, giveUp, receiveReply } from './replies.ts'
import { RareFunctions } from './rare-functions.ts'
import { cancelSuspend, endHeld, resume, resumeHeld, resumeWith, suspend } from './suspend.ts'
import { onBranchTimer, onCellTimer, unreachable } from './timers.ts'
import { errorReply, TmError } from './tm-error.ts'
import { randomHex } from './random-hex.ts'
import type { TransactionApi } from './transaction-api.ts'
import type { TransactionCore, TransactionWorld } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { createServerTransaction, endServer, receiveAgain, receiveLocalAck, replyLocally, resendReply } from './uas.ts'
import { destroy, putOnWait } from './wait.ts'

/** How a transaction layer fits its SIP thread. */
export interface LayerOptions {
  /** Number of this SIP thread, 0 to 255, and how many there are. */
  readonly worker: number
  readonly workers: number
  /** Octets that stored messages take from the system at a time; by default what serves a busy thread. */
  readonly slabChunk?: number
}

/** The transaction module: what receive.ts hands messages to, and what scripts call. */
export class TransactionLayer extends RareFunctions implements TransactionApi, CellTimers {
  readonly #tm: TransactionCore

  constructor(world: TransactionWorld & LayerOptions) {
    super()
    const { wheel, random, worker, workers } = world
    this.#tm = {
      params: world.params,
      counters: world.counters,
      clock: world.clock,
      wheel,
      transport: world.transport,
      core: world.core,
      blocklist: world.blocklist,
      resolve: world.resolve,
      endpoint: world.endpoint,
      stateless: world.stateless,
      user: world.user,
      output: world.output,
      others: world.others,
      bus: world.bus,
      serverName: world.serverName,
      defect: world.defect,
      random,
      table: new CellTable(this, wheel, { random, worker, workers }),
      slab: new ByteSlab(world.slabChunk),
      branchIds: new BranchIds(worker, random),
      out: new ByteWriter(MESSAGE_ROOM),
      stored: new SipMessage(),
      failed: [],
      rebuilt: new RoutedMessage(),
      outgoing: new RoutedMessage(),
      callbacks: new TransactionCallbacks(),
      tagPrefix: randomHex(random, 32),
    }
  }

  /** Where modules of the engine register for moments of transactions. */
  get callbacks(): TransactionCallbacks {
    return this.#tm.callbacks
  }

  /** What management reads; it changes nothing. */
  override get core(): TransactionCore {
    return this.#tm
  }

  onCellTimer(cell: Cell, kind: number, now: number): void {
    try {
      onCellTimer(this.#tm, cell, kind, now)
    } catch (error) {
      this.#contain(cell, error)
    }
  }

  onBranchTimer(branch: Branch, kind: number, now: number): void {
    try {
      onBranchTimer(this.#tm, branch, kind, now)
    } catch (error) {
      this.#contain(branch.cell, error)
    }
  }

  /** A defect of ours costs this transaction, never the process. */
  #contain(cell: Cell, error: unknown): void {
    this.#tm.defect(error)
    if (cell.label !== 0) destroy(this.#tm, cell)
  }

  /** For work that no message has set off. */
  #within(m: RoutedMessage, work: () => void): void {
    try {
      work()
    } catch (error) {
      if (m.cell === null) this.#tm.defect(error)
      else this.#contain(m.cell as Cell, error)
    }
  }

  /** Handling `m` broke off: what it had begun and nobody else will end is ended. */
  abandon(m: RoutedMessage): void {
    const cell = m.cell as Cell | null
    if (cell === null || !m.message.isRequest || cell.label === 0) return
    cell.flags &= ~TransactionFlag.IN_ROUTE
    if (cell.status < 200 && !cell.hasPendingBranch()) destroy(this.#tm, cell)
  }

  /** Before the script: retransmissions and ACKs that a transaction absorbs. True: nothing is left to do. */
  absorb(m: RoutedMessage): boolean {
    const tm = this.#tm
    const cell = matchRequest(tm, m.message)
    if (cell !== null) return receiveAgain(tm, cell, m)
    if (m.message.method !== Method.ACK) return false
    const answered = matchLocalAck(tm, m.message)
    if (answered === null) return false
    receiveLocalAck(tm, answered, m)
    return true
  }

  /** True: the reply belonged to a transaction. */
  receiveReply(m: RoutedMessage): boolean {
    const branch = matchReply(this.#tm, m.message)
    if (branch === null) return false
    try {
      receiveReply(this.#tm, branch, m)
    } catch (error) {
      this.#contain(branch.cell, error)
    }
    return true
  }

  /** Reports transactions that are older than they may be; to be called now and then. Returns how many were found. */
  watchLifetimes(): number {
    return watchLifetimes(this.#tm)
  }

  /** The request script has ended. */
  endOfScript(m: RoutedMessage): void {
    endOfScript(this.#tm, m)
  }

  /** Sends a request of our own; `done` is told how it ends. Returns 1 or a TmError. */
  startLocal(request: LocalRequest, done: LocalCompleted): number {
    return startLocalRequest(this.#tm, request, done)
  }

  /** A message of ours could not be delivered; `failed` is that message, parsed. */
  sendFailed(failed: SipMessage): void {
    if (!failed.isRequest || failed.method === Method.ACK || failed.method === Method.CANCEL) return
    const id = this.#tm.branchIds.parse(failed.bytes, failed.via.branchStart, failed.via.branchEnd)
    const cell = id === null ? null : this.#tm.table.at(id.slot, id.label)
    if (id === null || cell === null || id.branch >= cell.outgoings) return
    try {
      unreachable(this.#tm, cell.branches[id.branch])
    } catch (error) {
      this.#contain(cell, error)
    }
  }

  newTransaction(m: RoutedMessage): number {
    if (m.cell !== null) return -10
    if (m.message.method === Method.ACK) return 1
    createServerTransaction(this.#tm, m)
    return 1
  }

  relay(m: RoutedMessage, flags: number, proxy: string): number {
    return relay(this.#tm, m, flags & ~RelayFlag.COPY, proxy)
  }

  relayCancel(m: RoutedMessage): number {
    return m.message.method === Method.CANCEL ? relayCancel(this.#tm, m) : -1
  }

  reply(m: RoutedMessage, status: number, reason: string): number {
    const cell = m.cell as Cell | null
    if (cell === null || m.message.method === Method.ACK) return -1
    cell.flags |= TransactionFlag.ADMIN_REPLY
    if (m.message.isRequest) cell.replyHeaders = m.replyHeaders
    const { params } = this.#tm
    const sendable = Number.isInteger(status) && status >= 100 && status <= 699
    const code = sendable ? status : params.default_code
    if (!replyLocally(this.#tm, cell, code, sendable ? reason : params.default_reason, redirectContacts(m, code, params.rich_redirect)))
      return -1
    m.answered = true
    if (code >= 200) cancelPending(this.#tm, cell, localReason(this.#tm, code), (branch) => giveUp(this.#tm, branch))
    return 1
  }

  /** A reply that is sent later; until then the transaction stays open. */
  prepare(m: RoutedMessage, status: number, reason: string): { send(): void; fail(): void } {
    const cell = m.cell as Cell
    const { label } = cell
    const headers = m.replyHeaders
    cell.flags |= TransactionFlag.SUSPENDED
    m.answered = true
    const answer = (code: number, text: string, lines: string): void => {
      if (cell.label !== label) return
      cell.flags &= ~TransactionFlag.SUSPENDED
      cell.replyHeaders = lines
      replyLocally(this.#tm, cell, code, text)
    }
    return { send: () => answer(status, reason, headers), fail: () => answer(500, '', '') }
  }

  sendReply(m: RoutedMessage, status: number, reason: string): number {
    if (m.cell === null && this.newTransaction(m) < 0) return -1
    return this.reply(m, status, reason)
  }

  replyError(m: RoutedMessage): number {
    const { status, reason } = errorReply(m.tmError)
    return this.reply(m, status, reason)
  }

  retransmitReply(m: RoutedMessage): number {
    const cell = m.cell as Cell | null
    if (cell === null || cell.reply === null) return -1
    resendReply(this.#tm, cell)
    return 1
  }

  release(m: RoutedMessage): number {
    const cell = m.cell as Cell | null
    if (cell === null || cell.hasPendingBranch()) return -1
    endServer(this.#tm, cell)
    putOnWait(this.#tm, cell)
    m.cell = null
    return 1
  }

  checkTransaction(m: RoutedMessage): number {
    if (m.cell !== null) return 1
    if (!m.message.isRequest) return matchReply(this.#tm, m.message) === null ? -1 : 1
    if (m.message.method === Method.ACK) return matchAcknowledged(this.#tm, m.message) === null ? -1 : 1
    return m.message.method === Method.CANCEL ? this.lookupCancel(m, false) : -1
  }

  lookupRequest(m: RoutedMessage): number {
    return m.cell !== null || matchRequest(this.#tm, m.message) !== null ? 1 : -1
  }

  lookupCancel(m: RoutedMessage, copyFlags: boolean): number {
    const invite = matchCancelled(this.#tm, m.message)
    if (invite === null) return -1
    if (copyFlags) m.flags = invite.messageFlags
    return 1
  }

  dropReplies(m: RoutedMessage, mode: string): number {
    const cell = m.cell as Cell | null
    if (cell === null) return -1
    cell.dropMode = mode === 'n' ? 0 : mode === 'l' ? 2 : 1
    return 1
  }

  cancelBranches(m: RoutedMessage, which: string): number {
    const cell = m.cell as Cell | null
    if (cell === null) return -1
    for (let i = 0; i < cell.outgoings; i++) {
      const mine = i === m.branch
      if ((which === 'this' && !mine) || (which === 'others' && mine)) continue
      if (cancelBranch(this.#tm, cell.branches[i], '') === 'given up') giveUp(this.#tm, cell.branches[i])
    }
    return 1
  }

  loadContacts(m: RoutedMessage, mode: number): number {
    return loadContacts(m, mode, this.#tm.random)
  }

  takeContactSteps(m: RoutedMessage, mode: number): Target[][] {
    return takeSteps(m, mode, this.#tm.random)
  }

  nextContacts(m: RoutedMessage): number {
    return nextContacts(m)
  }

  nextContactFlow(m: RoutedMessage): number {
    return nextContactFlow(m)
  }

  suspend(m: RoutedMessage): number {
    return suspend(this.#tm, m)
  }

  resume(index: number, label: number, route: string): number {
    return orElsewhere(this.#tm, resume(this.#tm, { index, label }, route), () => ({ what: 'resume', index, label, route }))
  }

  resumeWith(index: number, label: number, work: (m: RoutedMessage) => void): number {
    return resumeWith(this.#tm, { index, label }, work)
  }

  resumeHeld(index: number, label: number, wait: number): RoutedMessage | null {
    const held = resumeHeld(this.#tm, { index, label }, wait)
    return typeof held === 'number' ? null : held
  }

  endHeld(held: RoutedMessage): void {
    this.#within(held, () => endHeld(this.#tm, held))
  }

  cancelSuspend(m: RoutedMessage): number {
    return cancelSuspend(this.#tm, m)
  }

  holdReply(m: RoutedMessage): RoutedMessage | null {
    return m.message.isRequest ? holdFailure(this.#tm, m) : holdReply(this.#tm, m)
  }

  isHeld(held: RoutedMessage): boolean {
    return heldBranch(held) !== null
  }

  endReply(held: RoutedMessage): void {
    this.#within(held, () => endHeldReply(this.#tm, held))
  }

  isHeldAgain(m: RoutedMessage): number {
    return repeatsHeld(m) ? 1 : -1
  }

  replicate(m: RoutedMessage, proxy: string): number {
    if (m.cell === null && this.newTransaction(m) < 0) return TmError.UNSPECIFIED
    const cell = m.cell as Cell
    cell.flags |= TransactionFlag.REPLICATED
    return relay(this.#tm, m, RelayFlag.NO_AUTO_100 | RelayFlag.COPY, proxy)
  }
}
