import type { PackedEndpoint } from './endpoint.ts'
import type { Destination } from './transport.ts'

/** The streams of the other SIP threads of this process. A connection's number modulo `workers` is the thread that has it. */
export interface OtherStreams {
  readonly worker: number
  readonly workers: number
  /** Connections that the others have. */
  readonly count: number
  /** The other thread that has a connection to `remote`, -1 none. */
  holderOf(transport: number, remote: PackedEndpoint): number
  /** Hands a message to the thread that is to send it. False: it could not be queued. */
  send(worker: number, to: Destination, message: Uint8Array): boolean
  /** This thread has a connection to `remote` from now on, or no longer. */
  opened(transport: number, remote: PackedEndpoint): void
  closed(transport: number, remote: PackedEndpoint): void
}
