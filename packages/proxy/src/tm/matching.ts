import { Method, parseMessage, SipMessage, defaultPort } from '@signalbox/sip'
import type { Branch, Cell } from './cell.ts'
import type { Block } from './byte-slab.ts'
import { bucketOf } from './cell-table.ts'
import { State } from './machine.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'

/** The server transaction that a request belongs to (RFC 3261 17.2.3): its retransmission, or the ACK to its negative reply. */
export function matchRequest(tm: TransactionCore, message: SipMessage): Cell | null {
  const method = message.method === Method.ACK ? Method.INVITE : message.method
  return matchMethod(tm, message, method)
}

/** The request that a CANCEL is for, whatever its method (RFC 3261 9.2). */
export function matchCancelled(tm: TransactionCore, cancel: SipMessage): Cell | null {
  return matchMethod(tm, cancel, ANY_METHOD)
}

/** Did the CANCEL of an INVITE come before it (tm-reference 3.1)? */
export function isCancelledEarly(tm: TransactionCore, invite: SipMessage): boolean {
  return matchMethod(tm, invite, Method.CANCEL) !== null
}

const ANY_METHOD = -1

/** A CANCEL is never meant by ANY_METHOD. */
function matchMethod(tm: TransactionCore, message: SipMessage, method: number): Cell | null {
  let cell = tm.table.first(bucketOf(message))
  while (cell !== null) {
    if (sameDialog(cell, message) && isMeant(cell, method) && !cell.isLocal && sameTransaction(tm, cell, message)) return cell
    cell = cell.nextInBucket
  }
  return null
}

function isMeant(cell: Cell, method: number): boolean {
  return method === ANY_METHOD ? cell.method !== Method.CANCEL : cell.method === method
}

function sameTransaction(tm: TransactionCore, cell: Cell, message: SipMessage): boolean {
  if (message.method === Method.OTHER && !sameOtherMethod(tm, cell, message)) return false
  if (!message.via.hasCookie) return cell.branchAt < 0 && sameOldTransaction(tm, cell, message)
  return cell.branchAt >= 0 && sameBranch(tm, cell, message)
}

/** What cells of one bucket rarely share by chance. */
function sameDialog(cell: Cell, message: SipMessage): boolean {
  return cell.callIdHash === message.callIdHash && cell.cseq === message.cseq
}

function sameBranch(tm: TransactionCore, cell: Cell, message: SipMessage): boolean {
  const via = message.via
  const block = cell.request
  if (block === null || cell.viaTransport !== via.transport) return false
  if (cell.viaPort !== (via.port === 0 ? defaultPort(via.transport) : via.port)) return false
  if (!sameLetters(block, cell.branchAt, cell.branchEnd, message.bytes, via.branchStart, via.branchEnd)) return false
  if (!sameLetters(block, cell.hostAt, cell.hostEnd, message.bytes, via.hostStart, via.hostEnd)) return false
  return tm.params.callid_matching === 0 || sameCallId(cell, message)
}

/** Clients before RFC 3261 (tm-reference 3.1): Call-ID, CSeq, From, To, Request-URI and Via instead of the branch. */
function sameOldTransaction(tm: TransactionCore, cell: Cell, message: SipMessage): boolean {
  const stored = loadRequest(tm, cell)
  const ack = message.method === Method.ACK
  if (!sameCallId(cell, message)) return false
  if (!sameText(stored, stored.from.uriStart, stored.from.uriEnd, message, message.from.uriStart, message.from.uriEnd)) return false
  if (!sameText(stored, stored.from.tagStart, stored.from.tagEnd, message, message.from.tagStart, message.from.tagEnd)) return false
  if (!sameText(stored, stored.to.uriStart, stored.to.uriEnd, message, message.to.uriStart, message.to.uriEnd)) return false
  if (!ack && !sameText(stored, stored.to.tagStart, stored.to.tagEnd, message, message.to.tagStart, message.to.tagEnd)) return false
  if (tm.params.ruri_matching !== 0 && !sameText(stored, stored.uriStart, stored.uriEnd, message, message.uriStart, message.uriEnd))
    return false
  return tm.params.via1_matching === 0 || sameText(stored, stored.via.start, stored.via.end, message, message.via.start, message.via.end)
}

/** The INVITE whose 2xx was made here and that this ACK completes (RFC 3261 13.2.2.4): its branch is new, so the dialog decides. */
export function matchLocalAck(tm: TransactionCore, ack: SipMessage): Cell | null {
  let cell = tm.table.first(bucketOf(ack))
  while (cell !== null) {
    if (sameDialog(cell, ack) && cell.has(TransactionFlag.LOCAL_2XX) && sameCallId(cell, ack) && toTagIs(ack, cell.localTag)) return cell
    cell = cell.nextInBucket
  }
  return null
}

/** The INVITE that we relayed a 2xx for and that this ACK is for; its branch is new, so the dialog decides (RFC 3261 13.2.2.4). */
export function matchAcknowledged(tm: TransactionCore, ack: SipMessage): Cell | null {
  let cell = tm.table.first(bucketOf(ack))
  while (cell !== null) {
    if (
      sameDialog(cell, ack) &&
      cell.isInvite &&
      !cell.isLocal &&
      isSuccess(cell.status) &&
      sameCallId(cell, ack) &&
      sameCaller(tm, cell, ack)
    )
      return cell
    cell = cell.nextInBucket
  }
  return null
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function sameCaller(tm: TransactionCore, cell: Cell, ack: SipMessage): boolean {
  const invite = loadRequest(tm, cell)
  return sameText(invite, invite.from.tagStart, invite.from.tagEnd, ack, ack.from.tagStart, ack.from.tagEnd)
}

function toTagIs(message: SipMessage, tag: string): boolean {
  return message.to.tagStart >= 0 && message.text(message.to.tagStart, message.to.tagEnd) === tag
}

/** The branch that a reply answers (RFC 3261 17.1.3): our branch value names it, the CSeq method must fit. */
export function matchReply(tm: TransactionCore, reply: SipMessage): Branch | null {
  if (tm.params.callid_cseq_matching !== 0) return matchByCallId(tm, reply)
  const id = tm.branchIds.parse(reply.bytes, reply.via.branchStart, reply.via.branchEnd)
  if (id === null) return null
  const cell = tm.table.at(id.slot, id.label)
  if (cell === null || cell.index !== id.index) return null
  if (tm.params.callid_matching !== 0 && !sameCallId(cell, reply)) return null
  return answeredBranch(tm, cell, id.branch, reply)
}

/** callid_cseq_matching (tm-reference 2.2): of our branch value only tindex and branch number count. */
function matchByCallId(tm: TransactionCore, reply: SipMessage): Branch | null {
  const place = tm.branchIds.parsePlace(reply.bytes, reply.via.branchStart, reply.via.branchEnd)
  if (place === null) return null
  let cell = tm.table.first(place.index)
  while (cell !== null) {
    const branch = cell.cseq === reply.cseq && sameCallId(cell, reply) ? answeredBranch(tm, cell, place.branch, reply) : null
    if (branch !== null) return branch
    cell = cell.nextInBucket
  }
  return null
}

/** An open branch waits for it, or it wants its ACK (RFC 3261 17.1.1.2). */
function isAwaited({ cell, pending }: Branch, { status }: SipMessage): boolean {
  return pending || (cell.isInvite && status >= 300)
}

/** The branch of that number, if the reply can be meant for it. */
function answeredBranch(tm: TransactionCore, cell: Cell, index: number, reply: SipMessage): Branch | null {
  if (index >= cell.outgoings) return null
  const branch = cell.branches[index]
  if (branch.destination === null) return null
  if (cell.has(TransactionFlag.AGONY) && tm.params.reply_matching !== 0 && !isAwaited(branch, reply)) return null
  if (reply.cseqMethod === Method.CANCEL && cell.method === Method.INVITE)
    return branch.cancel === null ? null : (relayedCancel(tm, branch) ?? branch)
  if (reply.cseqMethod !== cell.method) return null
  return cell.method !== Method.OTHER || sameOtherMethod(tm, cell, reply) ? branch : null
}

/** The branch of the caller's CANCEL to where this branch of its INVITE went (e2e_cancel_hop_by_hop 0). */
function relayedCancel(tm: TransactionCore, { cell, index }: Branch): Branch | null {
  if (tm.params.e2e_cancel_hop_by_hop !== 0 || cell.isLocal) return null
  const cancel = matchMethod(tm, loadBlock(new SipMessage(), cell.request), Method.CANCEL)
  if (cancel === null || index >= cancel.outgoings) return null
  const branch = cancel.branches[index]
  // The branch that stands for a wait of the CANCEL's route asked nobody.
  return branch.state === State.none || branch.destination === null ? null : branch
}

/** Methods that we have no number for are compared as text. */
function sameOtherMethod(tm: TransactionCore, cell: Cell, message: SipMessage): boolean {
  const stored = loadRequest(tm, cell)
  return sameText(stored, stored.methodStart, stored.methodEnd, message, message.cseqMethodStart, message.cseqMethodEnd)
}

/** The cell's request, parsed again into `tm.stored`; valid until the next call. */
export function loadRequest(tm: TransactionCore, cell: Cell): SipMessage {
  return loadBlock(tm.stored, cell.request)
}

/** A stored message, parsed again. */
export function loadBlock(into: SipMessage, block: Block | null): SipMessage {
  if (block === null) throw new Error('transaction without stored request')
  parseMessage(into, block.bytes, block.start, block.start + block.length, 'kept')
  return into
}

/** Notes in the cell what later requests and replies are compared with. */
export function rememberKey(cell: Cell, block: Block, message: SipMessage): void {
  const shift = block.start - message.start
  const via = message.via
  cell.branchAt = via.hasCookie ? via.branchStart + shift : -1
  cell.branchEnd = via.branchEnd + shift
  cell.hostAt = via.hostStart + shift
  cell.hostEnd = via.hostEnd + shift
  cell.viaPort = via.port === 0 ? defaultPort(via.transport) : via.port
  cell.viaTransport = via.transport
  cell.callIdAt = message.callIdStart + shift
  cell.callIdEnd = message.callIdEnd + shift
  cell.callIdHash = message.callIdHash
  cell.cseq = message.cseq
}

function sameCallId(cell: Cell, message: SipMessage): boolean {
  return (
    cell.request !== null && sameBytes(cell.request, cell.callIdAt, cell.callIdEnd, message.bytes, message.callIdStart, message.callIdEnd)
  )
}

function sameText(a: SipMessage, aStart: number, aEnd: number, b: SipMessage, bStart: number, bEnd: number): boolean {
  if (aStart < 0 || bStart < 0) return aStart < 0 && bStart < 0
  return a.text(aStart, aEnd) === b.text(bStart, bEnd)
}

function sameBytes(block: Block, at: number, end: number, other: Uint8Array, start: number, stop: number): boolean {
  if (end - at !== stop - start) return false
  const { bytes } = block
  for (let i = at, j = start; i < end; i++, j++) if (bytes[i] !== other[j]) return false
  return true
}

/** Host names and branches have no case (RFC 3261 7.3.1); of letters, digits and their punctuation folding keeps the rest apart. */
function sameLetters(block: Block, at: number, end: number, other: Uint8Array, start: number, stop: number): boolean {
  if (end - at !== stop - start) return false
  const { bytes } = block
  for (let i = at, j = start; i < end; i++, j++) if ((bytes[i] | 0x20) !== (other[j] | 0x20)) return false
  return true
}
