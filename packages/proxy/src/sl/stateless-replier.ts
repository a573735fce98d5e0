import { ByteWriter, MESSAGE_ROOM, Method, parseMessage, reasonPhrase, SipMessage, writeReply } from '@signalbox/sip'
import { EventKind } from '../bus/event-kind.ts'
import { emptyFact, NO_SUBJECT, UAS_SIDE, type EventBus } from '../bus/event-bus.ts'
import { hostPort } from '../forward/forward-request.ts'
import { isText } from '../forward/interned-text.ts'
import { redirectContacts } from '../forward/redirect-contacts.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import { needsReceived, replyDestination, type EndpointOf } from '../forward/via.ts'
import { Counter, Direction, responseCounter, slReplyCounter } from '../metrics/counter-layout.ts'
import type { Source, Transport } from '../transport/transport.ts'

/** Replies of a transaction, if the message has one. */
export interface StatefulReplies {
  reply(m: RoutedMessage, status: number, reason: string): number
  /** A reply that is sent later; until then the transaction stays open. */
  prepare(m: RoutedMessage, status: number, reason: string): PendingReply
}

/** A reply that waits for something, such as a registration being written down. Exactly one of the two is called, once. */
export interface PendingReply {
  send(): void
  /** What it waited for has failed: a 500 goes out instead. */
  fail(): void
}

export interface ReplierWorld {
  readonly transport: Transport
  readonly counters: Float64Array
  readonly bus: EventBus
  readonly endpoint: EndpointOf
  readonly tagPrefix: string
  readonly serverName: string
  readonly transactions: StatefulReplies
}

/** Room for the prepared replies of a turn; those that find none have memory of their own. */
const PREPARED_BYTES = 256 * 1024
/** Reason of the 500 that takes the place of a prepared reply. */
const FAILED = 'Server Internal Error'

/** The sl module: replies that leave no state behind (RFC 3261 8.2.7). A message with a transaction is answered through that. */
export class StatelessReplier {
  readonly #world: ReplierWorld
  readonly #out = new ByteWriter(MESSAGE_ROOM)
  readonly #fact = emptyFact()
  readonly #failed = new SipMessage()
  readonly #tagStart: string

  constructor(world: ReplierWorld) {
    this.#world = world
    this.#tagStart = `${world.tagPrefix}.`
  }

  /** Answers a request. 1 sent; -1 not: an ACK is never answered (RFC 3261 17). */
  reply(m: RoutedMessage, status: number, reason: string): number {
    if (m.message.method === Method.ACK || !m.message.isRequest) return -1
    if (m.cell !== null) return this.#world.transactions.reply(m, status, reason)
    this.#write(m, status, reason)
    m.answered = true
    return this.#send({ to: this.#destination(m), status, recorded: m.recorded }, this.#out.bytes, 0, this.#out.at)
  }

  /** Builds the reply now, to be sent later; the message may be gone by then. */
  prepare(m: RoutedMessage, status: number, reason: string): PendingReply {
    if (m.cell !== null) return this.#world.transactions.prepare(m, status, reason)
    this.#write(m, status, reason)
    m.answered = true
    return new PreparedReply(this.#prepared, { to: this.#destination(m), status, recorded: m.recorded }, this.#out)
  }

  /** What became of prepared replies. */
  readonly #prepared: PreparedReplies = {
    kept: new ByteWriter(PREPARED_BYTES),
    waiting: 0,
    send: (path, bytes, start, end) => void this.#send(path, bytes, start, end),
    fail: (path, bytes, start, end) => this.#fail(path, bytes, start, end),
  }

  /** The 500 in place of a prepared reply: what that one mirrors of its request, without what it says beyond that. */
  #fail({ to, recorded }: ReplyPath, bytes: Uint8Array, start: number, end: number): void {
    parseMessage(this.#failed, bytes, start, end, 'kept')
    this.#out.at = 0
    const nothing = { toTag: '', headers: '', received: '', rport: 0, recordRoute: false, server: this.#world.serverName }
    writeReply(this.#out, this.#failed, 500, FAILED, nothing)
    this.#send({ to, status: 500, recorded }, this.#out.bytes, 0, this.#out.at)
  }

  /** Is this the ACK to a negative reply that we sent without state? It ends here (Kamailio's sl ACK filter). */
  absorbsAck(m: RoutedMessage): boolean {
    const { message } = m
    const { bytes, to } = message
    const { tagPrefix } = this.#world
    // Most tags are somebody else's: the start of ours tells, without making ours.
    if (to.tagStart < 0 || !isText(bytes, to.tagStart, Math.min(to.tagStart + tagPrefix.length, to.tagEnd), tagPrefix)) return false
    if (!isText(bytes, to.tagStart, to.tagEnd, `${this.#tagStart}${(tagHash(message) >>> 0).toString(16).padStart(8, '0')}`)) return false
    this.#world.counters[Counter.slAcks]++
    return true
  }

  #destination(m: RoutedMessage): Source {
    return replyDestination(m.message, m.source, m.forceRport, this.#world.endpoint)
  }

  #write(m: RoutedMessage, status: number, reason: string): void {
    const { message, source } = m
    this.#out.at = 0
    writeReply(this.#out, message, status, reason === '' ? reasonPhrase(status) : reason, {
      toTag: status > 100 ? this.#tagStart : '',
      toTagHash: tagHash(message),
      headers: redirectContacts(m, status) + m.replyHeaders,
      received: needsReceived(message, source, m.forceRport) ? source.remote.address : '',
      rport: message.via.rportStart >= 0 || m.forceRport ? source.remote.port : 0,
      recordRoute: false,
      server: this.#world.serverName,
    })
  }

  #send({ to, status, recorded }: ReplyPath, bytes: Uint8Array, start: number, end: number): number {
    const { counters, bus, transport } = this.#world
    if (recorded || (status >= 500 && bus.notable())) this.#report(to, status, bytes.subarray(start, end))
    if (!transport.send(to, bytes, start, end)) {
      counters[Counter.slFailures]++
      return -1
    }
    counters[slReplyCounter(status)]++
    counters[responseCounter(Direction.SENT, to.transport, status)]++
    return 1
  }

  /** sl-reply: a = status, c = transport; text: addresses; bytes: the reply. */
  #report(to: Source, status: number, bytes: Uint8Array): void {
    const fact = this.#fact
    fact.a = status
    fact.c = to.transport
    fact.text = `${to.listener.advertise} ${hostPort(to.remote)}`
    fact.bytes = bytes
    fact.start = 0
    fact.end = bytes.length
    this.#world.bus.emit(EventKind['sl-reply'], NO_SUBJECT, UAS_SIDE, fact)
  }
}

/** The same for a request and its ACK: they share Call-ID and CSeq number. */
function tagHash(message: SipMessage): number {
  return Math.imul(message.callIdHash ^ message.cseq, 0x01000193)
}

/** Where a reply goes. */
interface ReplyPath {
  readonly to: Source
  readonly status: number
  /** Events of the call are. */
  readonly recorded: boolean
}

/** Where prepared replies are kept, and what is done with them. */
interface PreparedReplies {
  /** Filled from the start again when none waits. */
  readonly kept: ByteWriter
  waiting: number
  send(path: ReplyPath, bytes: Uint8Array, start: number, end: number): void
  fail(path: ReplyPath, bytes: Uint8Array, start: number, end: number): void
}

class PreparedReply implements PendingReply {
  readonly #replies: PreparedReplies
  readonly #path: ReplyPath
  readonly #bytes: Uint8Array
  readonly #start: number
  readonly #end: number

  constructor(replies: PreparedReplies, path: ReplyPath, written: ByteWriter) {
    const { kept } = replies
    const fits = kept.at + written.at <= kept.bytes.length
    this.#replies = replies
    this.#path = path
    this.#start = fits ? kept.at : 0
    this.#end = this.#start + written.at
    this.#bytes = fits ? kept.bytes : written.bytes.slice(0, written.at)
    if (fits) kept.range(written.bytes, 0, written.at)
    replies.waiting++
  }

  send(): void {
    this.#replies.send(this.#path, this.#bytes, this.#start, this.#end)
    this.#done()
  }

  fail(): void {
    this.#replies.fail(this.#path, this.#bytes, this.#start, this.#end)
    this.#done()
  }

  #done(): void {
    const replies = this.#replies
    replies.waiting--
    if (replies.waiting === 0) replies.kept.at = 0
  }
}
