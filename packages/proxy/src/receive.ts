import { Method, parseMessage, SipMessage, SipParseError } from '@signalbox/sip'
import { EventKind } from './bus/event-kind.ts'
import { emptyFact, NO_SUBJECT, UAS_SIDE, type EventBus } from './bus/event-bus.ts'
import { hostPort } from './forward/forward-request.ts'
import { RoutedMessage } from './forward/routed-message.ts'
import type { StatelessForwarder } from './sl/stateless-forwarder.ts'
import { RouteType } from './forward/route-type.ts'
import { isReliable } from './forward/via.ts'
import { Counter, Direction, requestCounter, responseCounter } from './metrics/counter-layout.ts'
import type { Admission } from './sl/admission.ts'
import type { StatelessReplier } from './sl/stateless-replier.ts'
import type { TransactionLayer } from './tm/transaction-layer.ts'
import type { Destination, Source, TransportUser } from './transport/transport.ts'

/** The routing script, as messages meet it. Never throws. */
export interface MessageScript {
  /** False: the script failed. */
  request(m: RoutedMessage): boolean
  readonly hasReplyRoute: boolean
  /** False: drop the reply, or its route waits. */
  reply(m: RoutedMessage): boolean
  /** A reply that belongs to no transaction. False: drop it, or its route waits. */
  strayReply(m: RoutedMessage): boolean
}

export interface Layers {
  readonly transactions: TransactionLayer
  readonly stateless: StatelessForwarder
  readonly replier: StatelessReplier
  readonly script: MessageScript
  readonly counters: Float64Array
  readonly bus: EventBus
  readonly admission: Admission
  /** Told about exceptions that should not exist. */
  readonly defect: (error: unknown) => void
}

/** From bytes to what becomes of them: parse, match, script, end (ARCHITECTURE.md, journey of a message). */
export class Receiver implements TransportUser {
  readonly #layers: Layers
  readonly #m = new RoutedMessage()
  readonly #undelivered = new SipMessage()
  readonly #fact = emptyFact()
  /** Refuse new transactions: the process is about to stop. */
  draining = false

  constructor(layers: Layers) {
    this.#layers = layers
  }

  receive(bytes: Uint8Array, start: number, end: number, source: Source): void {
    const m = this.#m
    m.reset(source)
    try {
      parseMessage(m.message, bytes, start, end, isReliable(source.transport) ? 'stream' : 'datagram')
      if (m.message.isRequest) this.#request(m)
      else this.#reply(m)
    } catch (error) {
      this.#contain(m, error, bytes.subarray(start, end))
    }
  }

  /** From, To and others are read only when somebody asks, so a broken one shows late. Anything else is a defect of ours: it may cost this message, never the process. */
  #contain(m: RoutedMessage, error: unknown, bytes: Uint8Array): void {
    const { transactions, defect } = this.#layers
    try {
      if (error instanceof SipParseError) this.#refuse(m, error, bytes)
      else defect(error)
      transactions.abandon(m)
    } catch (another) {
      defect(another)
    }
  }

  sendFailed(_to: Destination, bytes: Uint8Array, start: number, end: number): void {
    this.#layers.counters[Counter.sendErrors]++
    try {
      parseMessage(this.#undelivered, bytes, start, end, 'kept')
      this.#layers.transactions.sendFailed(this.#undelivered)
    } catch (error) {
      // What a script has made of a message need not be one.
      if (!(error instanceof SipParseError)) this.#layers.defect(error)
    }
  }

  #request(m: RoutedMessage): void {
    const { transactions, replier, script, counters, bus, admission } = this.#layers
    const { message } = m
    counters[requestCounter(Direction.RECEIVED, m.source.transport, message.method)]++
    if (transactions.absorb(m)) return
    if (message.method === Method.ACK && replier.absorbsAck(m)) return
    if (this.draining && message.method !== Method.ACK && message.method !== Method.CANCEL) {
      m.replyHeaders = 'Retry-After: 5\r\n'
      replier.reply(m, 503, 'Service Unavailable')
      return
    }
    if (!admission.admits(message)) {
      m.replyHeaders = `Retry-After: ${admission.retryAfter()}\r\n`
      replier.reply(m, 503, 'Service Unavailable')
      return
    }
    m.routeType = RouteType.REQUEST
    m.recorded = bus.records(m)
    if (!script.request(m) && !m.answered) replier.reply(m, 500, 'Server Internal Error')
    transactions.endOfScript(m)
  }

  #reply(m: RoutedMessage): void {
    const { script, counters, bus } = this.#layers
    counters[responseCounter(Direction.RECEIVED, m.source.transport, m.message.status)]++
    m.routeType = RouteType.CORE_ONREPLY
    if (script.hasReplyRoute) m.recorded = bus.records(m)
    if (!script.hasReplyRoute || script.reply(m)) this.#toTransaction(m)
  }

  #toTransaction(m: RoutedMessage): void {
    const { transactions, script, counters } = this.#layers
    if (transactions.receiveReply(m)) return
    counters[Counter.strayReplies]++
    if (script.strayReply(m)) this.#forwardStray(m)
  }

  /** RFC 3261 16.7 step 2: a 100 is for the hop that sent it only. */
  #forwardStray(m: RoutedMessage): void {
    if (m.message.status > 100) this.#layers.stateless.reply(m)
  }

  /** A reply that ksr_reply_route has held back goes on. */
  passReply(m: RoutedMessage): void {
    this.#late(m, () => this.#toTransaction(m))
  }

  /** The same for the route for replies of no transaction. */
  passStray(m: RoutedMessage): void {
    this.#late(m, () => this.#forwardStray(m))
  }

  #late(m: RoutedMessage, work: () => void): void {
    const { bytes, start, end } = m.message
    try {
      work()
    } catch (error) {
      this.#contain(m, error, bytes.subarray(start, end))
    }
  }

  /** Bytes that are no message, or a request that breaks the rules: answered when that is possible (RFC 3261 16.3). */
  #refuse(m: RoutedMessage, error: SipParseError, bytes: Uint8Array): void {
    const { replier, counters, bus } = this.#layers
    counters[Counter.parseErrors]++
    if (bus.notable()) this.#report(m, error, bytes)
    if (!m.message.answerable || m.answered) return
    counters[Counter.badRequests]++
    // What the script wanted to add may be what was too long.
    m.replyHeaders = ''
    replier.reply(m, error.status, error.status === 400 ? `Bad Request (${error.rule})` : '')
  }

  /** parse-error: a = offset, b = status, c = transport; text: addresses and rule; bytes: what came. */
  #report(m: RoutedMessage, error: SipParseError, bytes: Uint8Array): void {
    const fact = this.#fact
    fact.a = error.offset
    fact.b = error.status
    fact.c = m.source.transport
    fact.text = `${m.source.listener.advertise} ${hostPort(m.source.remote)} ${error.rule}`
    fact.bytes = bytes
    fact.start = 0
    fact.end = Math.min(bytes.length, 4096)
    this.#layers.bus.emit(EventKind['parse-error'], NO_SUBJECT, UAS_SIDE, fact)
  }
}
