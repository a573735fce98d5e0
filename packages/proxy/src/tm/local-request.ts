import { Method, methodOf, parseMessage, SipParseError, type SipMessage } from '@signalbox/sip'
import { destinationOf } from '../forward/destination-of.ts'
import { viaStart } from '../forward/forward-request.ts'
import type { Place } from '../dns/rfc3263.ts'
import { nextHopOf, nextHopOfProxy } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { Counter } from '../metrics/counter-layout.ts'
import type { Destination, Listener } from '../transport/transport.ts'
import { heard, Moment, tellMoment } from './callbacks.ts'
import type { Branch, Cell } from './cell.ts'
import { announceRequest } from './hooks.ts'
import { bucketOfCallId } from './cell-table.ts'
import { keepForAck, sendLocalAck } from './local-ack.ts'
import { failOver } from './dns-failover.ts'
import type { LocalCompleted } from './local-outcome.ts'
import { rememberKey } from './matching.ts'
import { randomHex } from './random-hex.ts'
import { reportCreated } from './report.ts'
import { errorReply, TmError } from './tm-error.ts'
import type { TransactionCore } from './transaction-core.ts'
import { TransactionFlag } from './transaction-flag.ts'
import { clientMachine, endUnsent, launch } from './uac.ts'
import { Hook } from './transaction-user.ts'
import { destroy, putOnWait } from './wait.ts'

/** A request that we originate (tm-reference 1.1, 12): t_uac_send, RPC, keepalives. */
export interface LocalRequest {
  readonly method: string
  readonly uri: string
  /** Where to send it instead: a SIP URI or `[proto:]host[:port]`, '' for the Request-URI. */
  readonly nextHop: string
  readonly listener: Listener | null
  /** Complete header lines with From and To; Call-ID, CSeq and From tag are made up where they lack. */
  readonly headers: string
  /** Text goes out as UTF-8. */
  readonly body: string | Uint8Array
  /** Leave the ACK to a 2xx to the caller. */
  readonly noAck: boolean
  /** 0: the parameter's value, ms. */
  readonly frTimer: number
  readonly frInvTimer: number
}

const encoder = new TextEncoder()

/** Sends a request of our own. Returns 1 or a TmError; `done` is called when it ends. */
export function startLocalRequest(tm: TransactionCore, request: LocalRequest, done: LocalCompleted): number {
  const hop = request.nextHop === '' ? nextHopOf(request.uri) : (nextHopOf(request.nextHop) ?? nextHopOfProxy(request.nextHop))
  if (hop === null) return TmError.BAD_URI
  if (hop.literal) {
    const remote = tm.endpoint(hop.host, hop.port)
    return remote === null ? TmError.BAD_ADDRESS : sendLocal(tm, request, [{ remote, transport: hop.transport }], done)
  }
  tm.resolve(hop, (places) => {
    const result = places.length === 0 ? TmError.BAD_ADDRESS : sendLocal(tm, request, places, done)
    if (result < 0) done({ ...errorReply(result), reply: null, uri: request.uri })
  })
  return 1
}

function sendLocal(tm: TransactionCore, request: LocalRequest, places: readonly Place[], done: LocalCompleted): number {
  const { transport, remote } = places[0]
  const listener = request.listener ?? tm.transport.listenerFor(transport, remote)
  if (listener === null) return TmError.NO_SOCKET
  const heads = headerLines(tm, request, listener)
  const cell = createLocalCell(tm, request, heads)
  const branch = cell.addBranch()
  cell.localDone = done
  branch.uri = request.uri
  branch.places = places
  branch.nextPlace = 1
  branch.state = clientMachine(cell).initial
  branch.destination = destinationOf(transport, listener, remote)
  const prepared = prepare(tm, branch, request, { listener, heads })
  if (prepared < 0) return prepared
  if (heard(tm, cell, Moment.LOCAL_REQUEST_IN)) tellMoment(tm, Moment.LOCAL_REQUEST_IN, cell, null)
  if (launch(tm, branch)) return 1
  branch.status = 477
  endUnsent(tm, branch)
  if (failOver(tm, branch)) return 1
  // Whoever asked is told by the result, and by nothing that becomes of the transaction.
  cell.localDone = null
  cell.status = branch.status
  putOnWait(tm, cell)
  return TmError.SEND
}

/** How the message is written: where it leaves, and its headers. */
interface LocalForm {
  readonly listener: Listener
  readonly heads: LocalHeaders
}

/** Writes the request and stores it. Returns 1, or a TmError: then the transaction is gone. */
function prepare(tm: TransactionCore, branch: Branch, request: LocalRequest, form: LocalForm): number {
  try {
    return store(tm, branch, writeLocal(tm, branch, request, form))
  } catch (error) {
    destroy(tm, branch.cell)
    // What was asked for is too long, or no SIP message.
    if (error instanceof SipParseError) return TmError.BAD_REQUEST
    throw error
  }
}

/** The same for the text as it was written. */
function store(tm: TransactionCore, branch: Branch, text: Uint8Array): number {
  const { cell } = branch
  const destination = branch.destination as Destination
  cell.request = tm.slab.copy(text, 0, text.length)
  if (!announceLocal(tm, branch, destination)) return TmError.SCRIPT
  branch.request = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
  const { stored: message } = tm
  const { bytes, start, length } = cell.request
  // Nobody has accepted it before, so the limits hold.
  parseMessage(message, bytes, start, start + length, 'datagram')
  rememberKey(cell, cell.request, message)
  cell.recorded = tm.bus.records({ message, source: destination })
  cell.source = destination
  cell.replyTo = destination
  if (tm.bus.on) reportCreated(tm, cell, clientMachine(cell), cell.request)
  return 1
}

/** The script's event route may change the request, in `tm.out`, or stop it: then there is no transaction. */
function announceLocal(tm: TransactionCore, branch: Branch, to: Destination): boolean {
  const { cell } = branch
  if ((tm.user.hooks & Hook.LOCAL_REQUEST) === 0) return true
  const kept = announceRequest(tm, branch, to)
  if (kept) {
    if (cell.request !== null) tm.slab.give(cell.request)
    cell.request = tm.slab.copy(tm.out.bytes, 0, tm.out.at)
    return true
  }
  if (heard(tm, cell, Moment.LOCAL_REQUEST_DROP)) tellMoment(tm, Moment.LOCAL_REQUEST_DROP, cell, null)
  destroy(tm, cell)
  return false
}

/** The headers as they will be sent, by what the caller left out. */
interface LocalHeaders {
  readonly callId: string
  readonly cseq: number
  readonly lines: string
}

/** Header lines that we write ourselves, whatever the caller gave. */
const OURS: ReadonlySet<string> = new Set(['', 'via', 'v', 'content-length', 'l', 'max-forwards'])

/** RFC 3261 8.1.1: every request has a From tag, Call-ID and CSeq; what the caller gave is kept (tm-reference 12). */
function headerLines(tm: TransactionCore, request: LocalRequest, listener: Listener): LocalHeaders {
  let callId = ''
  let cseq = 10
  let lines = ''
  for (const line of request.headers.split(/\r?\n(?![ \t])/)) {
    const [name, value] = nameAndValue(line)
    if (OURS.has(name)) continue
    if (name === 'call-id' || name === 'i') callId = value
    else if (name === 'cseq') cseq = Number.parseInt(value, 10) || cseq
    else if (name === 'from' || name === 'f') lines += `From: ${withTag(tm, value)}\r\n`
    else lines += `${line.trim()}\r\n`
  }
  return { callId: callId === '' ? `${randomHex(tm.random, 20)}@${listener.address}` : callId, cseq, lines }
}

/** Name in lower case. */
function nameAndValue(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  return colon < 0 ? ['', ''] : [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]
}

function withTag(tm: TransactionCore, from: string): string {
  return /;\s*tag=/i.test(from.slice(from.lastIndexOf('>') + 1)) ? from : `${from};tag=${randomHex(tm.random, 16)}`
}

function createLocalCell(tm: TransactionCore, request: LocalRequest, heads: LocalHeaders): Cell {
  const { params, counters } = tm
  const callId = encoder.encode(heads.callId)
  const method = encoder.encode(request.method)
  const cell = tm.table.insert(bucketOfCallId(callId, heads.cseq))
  cell.method = methodOf(method, 0, method.length)
  cell.flags = TransactionFlag.LOCAL
  if (cell.method === Method.INVITE) cell.flags |= TransactionFlag.INVITE
  if (request.noAck) cell.flags |= TransactionFlag.NO_AUTO_ACK
  if (params.pass_provisional_replies !== 0) cell.flags |= TransactionFlag.PASS_PROVISIONAL
  cell.frTimer = request.frTimer || params.fr_timer
  cell.frInvTimer = request.frInvTimer || params.fr_inv_timer
  cell.retrTimer1 = params.retr_timer1
  cell.retrTimer2 = params.retr_timer2
  cell.created = tm.clock.now()
  cell.endOfLife = cell.created + (cell.isInvite ? params.max_inv_lifetime : params.max_noninv_lifetime)
  counters[Counter.tmCreated]++
  counters[Counter.tmTotal]++
  counters[Counter.tmTotalLocal]++
  return cell
}

function writeLocal(tm: TransactionCore, branch: Branch, request: LocalRequest, { listener, heads }: LocalForm): Uint8Array {
  const { out } = tm
  const body = typeof request.body === 'string' ? encoder.encode(request.body) : request.body
  out.at = 0
  out.utf8(`${request.method} ${request.uri} SIP/2.0\r\n${viaStart(listener)}`)
  tm.branchIds.write(out, branch.cell, branch.index)
  out.utf8(`\r\n${heads.lines}Call-ID: ${heads.callId}\r\nCSeq: ${heads.cseq} ${request.method}\r\nMax-Forwards: 70\r\n`)
  if (tm.serverName !== '') out.utf8(`User-Agent: ${tm.serverName}\r\n`)
  out.utf8(`Content-Length: ${body.length}\r\n\r\n`)
  out.range(body, 0, body.length)
  return out.bytes.slice(0, out.at)
}

/** A reply to a request of ours; counted like a relayed one although nothing goes upstream (tm-reference 11). */
export function receiveLocalReply(tm: TransactionCore, branch: Branch, m: RoutedMessage): void {
  const { cell } = branch
  const { message } = m
  const { status } = message
  if (status < 200) {
    if (cell.has(TransactionFlag.PASS_PROVISIONAL))
      tell(tm, branch, { status, reason: message.text(message.reasonStart, message.reasonEnd), reply: message })
    return
  }
  if (status < 300 && cell.isInvite) {
    if (cell.status < 200 && heard(tm, cell, Moment.DLG)) tellMoment(tm, Moment.DLG, branch, m)
    if (cell.has(TransactionFlag.NO_AUTO_ACK)) keepForAck(tm, branch, message)
    else sendLocalAck(tm, branch, m)
  }
  if (cell.status >= 200 || (status >= 300 && cell.hasPendingBranch())) return
  completeLocal(tm, branch, { status, reason: message.text(message.reasonStart, message.reasonEnd), reply: message })
}

/** The final reply of a local transaction, received or made up. */
export function completeLocal(
  tm: TransactionCore,
  branch: Branch,
  reply: { readonly status: number; readonly reason: string; readonly reply: SipMessage | null },
): void {
  const { cell } = branch
  const { counters } = tm
  cell.status = reply.status
  cell.winner = branch.index
  if (reply.reply === null) counters[Counter.tmRplGenerated]++
  counters[Counter.tmRplSent]++
  counters[Counter.tm2xx + Math.floor(reply.status / 100) - 2]++
  putOnWait(tm, cell)
  tell(tm, branch, reply)
  if (heard(tm, cell, Moment.LOCAL_COMPLETED)) tellMoment(tm, Moment.LOCAL_COMPLETED, branch, reply.reply ?? reply.status)
}

function tell(
  tm: TransactionCore,
  branch: Branch,
  reply: { readonly status: number; readonly reason: string; readonly reply: SipMessage | null },
): void {
  const { cell } = branch
  if (heard(tm, cell, Moment.LOCAL_RESPONSE_OUT)) tellMoment(tm, Moment.LOCAL_RESPONSE_OUT, branch, reply.reply ?? reply.status)
  const done = cell.localDone
  if (reply.status >= 200) cell.localDone = null
  done?.({ ...reply, uri: branch.uri })
}
