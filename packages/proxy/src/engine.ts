import type { EventBus } from './bus/event-bus.ts'
import type { Clock } from './clock/clock.ts'
import { TimerWheel } from './clock/timer-wheel.ts'
import { Admission, type Overload } from './sl/admission.ts'
import { StatelessForwarder } from './sl/stateless-forwarder.ts'
import type { RoutedMessage } from './forward/routed-message.ts'
import { Receiver, type MessageScript } from './receive.ts'
import { StatelessReplier } from './sl/stateless-replier.ts'
import type { HeldReplies } from './script/script-services.ts'
import type { TmParameters } from './tm/parameters.ts'
import { randomHex } from './tm/random-hex.ts'
import { TransactionLayer, type LayerOptions } from './tm/transaction-layer.ts'
import type { TransactionWorld } from './tm/transaction-core.ts'
import type { OtherTransactions } from './tm/transaction-order.ts'
import { Hook, type TransactionUser } from './tm/transaction-user.ts'
import type { Destination, Transport } from './transport/transport.ts'

/** The routing script as the engine runs it: entry points and the routes that transactions call. */
export interface RoutingScript extends MessageScript, TransactionUser {}

/** The layers below the script, which it calls. */
export interface ScriptServices {
  readonly transactions: TransactionLayer
  readonly replier: StatelessReplier
  readonly stateless: StatelessForwarder
  readonly transport: Transport
  readonly clock: Clock
  readonly counters: Float64Array
  readonly bus: EventBus
  readonly params: Readonly<TmParameters>
  readonly heldReplies: HeldReplies
}

/** The world, handed in: nothing in the engine reads a clock, a socket or a random number by itself. */
export interface EngineOptions extends Omit<TransactionWorld, 'wheel' | 'stateless' | 'user' | 'others'>, LayerOptions {
  /** The transactions of the other threads; null or absent when there is one. */
  readonly others?: OtherTransactions | null
  readonly script: (services: ScriptServices) => RoutingScript
  /** The part of the time since its last call that this thread was busy, 0 to 1; none: new requests are always taken. */
  readonly busy?: () => number
  /** Told when new requests are refused for overload, and when no longer. */
  readonly overload?: (overload: Overload) => void
  /** Told when requests are refused because transaction_mem is used up, and when it has room again. */
  readonly memoryShort?: (short: boolean) => void
}

export interface Engine {
  readonly receiver: Receiver
  readonly transactions: TransactionLayer
  readonly wheel: TimerWheel
  readonly admission: Admission
}

/** The engine of one SIP thread, without its sockets and timers: `receiver` takes messages, `wheel` takes the time. */
export function createEngine(options: EngineOptions): Engine {
  const { clock, transport, counters, bus, endpoint, resolve, serverName } = options
  const wheel = new TimerWheel(clock.now())
  const stateless = new StatelessForwarder({ transport, counters, endpoint, resolve, mayLeave: (m, to) => leaves(script, m, to) })
  // The script needs the layers and the layers call the script: it is plugged in once both exist.
  const user: TransactionUser = {
    branchRoute: (name, m) => script.branchRoute(name, m),
    replyRoute: (name, m) => script.replyRoute(name, m),
    failureRoute: (name, m) => script.failureRoute(name, m),
    branchFailureRoute: (name, m) => script.branchFailureRoute(name, m),
    get hooks() {
      return script.hooks
    },
    onsendRoute: (m, to) => script.onsendRoute(m, to),
    event: (hook, m) => script.event(hook, m),
    unanswered: (m) => script.unanswered(m),
    slow: (what, ms) => script.slow(what, ms),
  }
  const transactions = new TransactionLayer({ ...options, others: options.others ?? null, wheel, stateless, user })
  const replier = new StatelessReplier({
    transport,
    counters,
    bus,
    endpoint,
    serverName,
    transactions,
    tagPrefix: randomHex(options.random, 32),
  })
  const heldReplies: HeldReplies = { passReply: (m) => receiver.passReply(m), passStray: (m) => receiver.passStray(m) }
  const { params } = options
  const script = options.script({ transactions, replier, stateless, transport, clock, counters, bus, params, heldReplies })
  const admission = new Admission({
    busy: options.busy ?? (() => 0),
    clock,
    params: options.core,
    counters,
    bus,
    memory: transactions.core.slab,
    random: options.random,
    told: options.overload ?? (() => undefined),
    memoryShort: options.memoryShort ?? (() => undefined),
  })
  const receiver = new Receiver({ transactions, stateless, replier, script, counters, bus, admission, defect: options.defect })
  return { receiver, transactions, wheel, admission }
}

/** Asks ksr_onsend_route about a request that has no transaction. */
function leaves(script: RoutingScript, m: RoutedMessage, to: Destination): boolean {
  return (script.hooks & Hook.ONSEND) === 0 || script.onsendRoute(m, to)
}
