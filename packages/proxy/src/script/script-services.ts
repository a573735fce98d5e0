import type { EventBus } from '../bus/event-bus.ts'
import type { Clock } from '../clock/clock.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { Log } from '../log/log.ts'
import type { Registrar } from '../registrar/registrar.ts'
import type { TransactionApi } from '../tm/transaction-api.ts'
import type { Transport } from '../transport/transport.ts'

/** Replies outside of transactions. */
export interface StatelessReplies {
  /** 1, or a negative error code. */
  reply(m: RoutedMessage, code: number, reason: string): number
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
}
