import type { DatagramPortKind, DatagramPortOptions } from './datagram-port.ts'
import type { MessageBlock } from './message-block.ts'

export const READABLE = 1
export const WRITABLE = 2

/** The calls that a BatchPort needs of the system. */
export interface BatchSystem {
  readonly kind: Exclude<DatagramPortKind, 'dgram'>
  /** A bound, non-blocking UDP socket; throws an error with the system's code. */
  bind(options: DatagramPortOptions): BoundSocket
  /** The address of memory that never moves: that of an ArrayBuffer of its own. */
  pointer(memory: ArrayBuffer): number
  open(fd: number, blocks: BatchBlocks): BatchSocket
}

export interface BoundSocket {
  readonly fd: number
  readonly port: number
}

export interface BatchBlocks {
  readonly incoming: MessageBlock
  readonly outgoing: MessageBlock
  /** Gets a negative status (an errno) or events. It runs outside of node's own callbacks and must not throw. */
  readonly ready: (status: number, events: number) => void
}

/** Failed calls return a negative errno. */
export interface BatchSocket {
  /** READABLE | WRITABLE; 0: nothing. */
  watch(events: number): void
  /** Fills the first messages of `incoming`, `count` at most; returns how many. */
  receive(count: number): number
  /** Sends `count` messages of `outgoing`; returns how many the kernel took. */
  send(from: number, count: number): number
  /** Closes the descriptor, too. */
  close(): void
}
