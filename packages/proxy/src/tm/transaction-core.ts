import type { ByteWriter, SipMessage } from '@signalbox/sip'
import type { EventBus } from '../bus/event-bus.ts'
import type { Clock } from '../clock/clock.ts'
import type { TimerWheel } from '../clock/timer-wheel.ts'
import type { CoreParameters } from '../dns/core-parameters.ts'
import type { DstBlocklist } from '../dns/dst-blocklist.ts'
import type { Place } from '../dns/rfc3263.ts'
import type { NextHop } from '../forward/next-hop.ts'
import type { RoutedMessage } from '../forward/routed-message.ts'
import type { EndpointOf } from '../forward/via.ts'
import type { Transport } from '../transport/transport.ts'
import type { BranchIds } from './branch-id.ts'
import type { ByteSlab } from './byte-slab.ts'
import type { TransactionCallbacks } from './callbacks.ts'
import type { CellTable } from './cell-table.ts'
import type { TmParameters } from './parameters.ts'
import type { OtherTransactions } from './transaction-order.ts'
import type { TransactionUser } from './transaction-user.ts'

/**
 * Finds where a next hop is reached, in the order to try: at once when its names are known, else later (RFC 3263). `draw` gives
 * the numbers in [0, 1) that decide between equals, if they must not be random.
 */
export type ResolveHop = (hop: NextHop, done: (places: readonly Place[]) => void, draw?: () => number) => void

/** Forwards requests that make no transaction, such as ACKs to 2xx; `proxy` overrides the next hop. False: it could not be sent. */
export interface StatelessRequests {
  request(m: RoutedMessage, proxy: NextHop | null): boolean
}

/** Where requests are written for other programs (t_write_req, t_write_unix). It never waits. False: it cannot be written. */
export interface RequestOutput {
  /** To a FIFO that somebody reads, or a file that exists. */
  toFile(path: string, text: string): boolean
  /** As one datagram to a unix socket; tried again for up to `ms` while its reader is behind. */
  toSocket(path: string, text: string, ms: number): boolean
}

/** The world around the transaction layer, as it is handed in. */
export interface TransactionWorld {
  /** Changed while running by their owner only (ParameterSet). */
  readonly params: Readonly<TmParameters>
  readonly counters: Float64Array
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly transport: Transport
  /** DNS, failover and blocklist; changed while running by their owner only. */
  readonly core: Readonly<CoreParameters>
  readonly blocklist: DstBlocklist
  readonly resolve: ResolveHop
  readonly endpoint: EndpointOf
  readonly stateless: StatelessRequests
  readonly user: TransactionUser
  readonly output: RequestOutput
  readonly bus: EventBus
  /** Null: there is one SIP thread. */
  readonly others: OtherTransactions | null
  /** `Server: ...` value, '' for none. */
  readonly serverName: string
  /** Numbers in [0, 1). */
  readonly random: () => number
  /** Told about exceptions that should not exist. */
  readonly defect: (error: unknown) => void
}

/** What the files of the transaction layer share: their world, and their state. */
export interface TransactionCore extends TransactionWorld {
  readonly table: CellTable
  readonly slab: ByteSlab
  readonly branchIds: BranchIds
  /** Outgoing messages are built here, then copied to where they are kept. */
  readonly out: ByteWriter
  /** View over stored bytes, for the duration of one function. */
  readonly stored: SipMessage
  /** Requests as failure routes see them, for reuse: the route of one transaction may set off that of another. */
  readonly failed: RoutedMessage[]
  /** A message as it goes out, for the routes that look at it. */
  readonly outgoing: RoutedMessage
  readonly callbacks: TransactionCallbacks
  /** The request as a late resolution rebuilds it. */
  readonly rebuilt: RoutedMessage
  /** First 32 characters of every To-tag made here. */
  readonly tagPrefix: string
}
