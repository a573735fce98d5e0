import type { EventBus } from '../bus/event-bus.ts'
import type { Clock } from '../clock/clock.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Log } from '../log/log.ts'
import type { Registrar } from '../registrar/registrar.ts'
import type { PvValue } from './pv/pv-value.ts'
import type { TmParameters } from '../tm/parameters.ts'
import type { TransactionApi } from '../tm/transaction-api.ts'
import type { Listener, Transport } from '../transport/transport.ts'

/** Replies outside of transactions. */
export interface StatelessReplies {
  /** 1, or a negative error code. */
  reply(m: RoutedMessage, code: number, reason: string): number
}

/** The way of a reply after the routes that come before its transaction. */
export interface HeldReplies {
  /** As if ksr_reply_route had just let it pass. */
  passReply(m: RoutedMessage): void
  /** As if the route for replies of no transaction had. */
  passStray(m: RoutedMessage): void
}

/** Where variables are kept. */
export interface VariableStore {
  get(name: string): PvValue | undefined
  set(name: string, value: PvValue): unknown
  delete(name: string): unknown
}

/** Instances of cfg groups, for the message at hand. */
export interface SettingsSelection {
  /** False: there is no such group or instance. */
  select(group: string, id: number): boolean
  /** False: there is no such group. */
  reset(group: string): boolean
  /** After every route. */
  end(): void
}

/** What the routing script may reach. */
export interface ScriptServices {
  readonly tm: TransactionApi
  readonly sl: StatelessReplies
  readonly registrar: Registrar
  readonly transport: Pick<Transport, 'isOwnAddress'>
  readonly clock: Clock
  readonly bus: EventBus
  /** Counter layout of metrics/counter-layout.ts. */
  readonly counters: Float64Array
  readonly log: Log
  /** SIP URIs given with --gateway. */
  readonly gateways: readonly string[]
  /** Where a reply goes that its route has held back. */
  readonly heldReplies: HeldReplies
  /** Parameters of the transaction module; some name functions of the script. */
  readonly params: Readonly<TmParameters>
  /** $shv, shared with the scripts of the other SIP threads; null: there are none. */
  readonly sharedVariables?: VariableStore | null
  readonly settings: SettingsSelection
  /** What the engine listens on. */
  readonly listeners: () => readonly Listener[]
  /** Runs what does not come from a message as a turn of the SIP thread: timers fire before, output leaves after it. */
  readonly turn: (work: () => void) => void
  /** Calls `work` once, `ms` from now, outside of any turn. */
  readonly after: (ms: number, work: () => void) => void
}
