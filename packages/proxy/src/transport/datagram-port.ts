import type { Endpoint, EndpointTable } from './endpoint.ts'
import type { Turn } from './turn.ts'

/** Receives from a port, always inside a turn. */
export interface DatagramConsumer {
  /** `bytes[start, end)` is valid only during this call. */
  datagram(bytes: Uint8Array, start: number, end: number, remote: Endpoint): void
  /** A queued datagram could not be sent; `code` is the system's name of the error (ENETUNREACH, EMSGSIZE). */
  failed(bytes: Uint8Array, start: number, end: number, remote: Endpoint, code: string): void
}

/**
 * One UDP socket. Datagrams that are ready are handed over one after the other inside one turn; what is sent meanwhile
 * leaves when the turn ends.
 */
export interface DatagramPort {
  readonly kind: DatagramPortKind
  /** The bound port. */
  readonly port: number
  /** Copies and queues. False: not sendable, or the socket is jammed. Messages up to 65,535 bytes. */
  send(remote: Endpoint, bytes: Uint8Array, start: number, end: number): boolean
  close(): Promise<void>
}

export type DatagramPortKind = 'dgram' | 'ffi' | 'native'

export interface DatagramPortOptions {
  readonly address: string
  readonly family: 4 | 6
  readonly port: number
  /** SO_REUSEPORT: several SIP threads share the port, the kernel spreads peers over them. */
  readonly reusePort: boolean
  /** A program of classic BPF that names the one among the sockets of this port, in the order of their binding, for each datagram. Not for dgram. */
  readonly steering: ArrayBuffer | null
  /** Requested kernel receive buffer in bytes; the kernel may give less. */
  readonly receiveBuffer: number
  /** Milliseconds to wait after a batch before reading again, so that more datagrams share one wake-up; 0 off. Not for dgram. */
  readonly receiveWindow: number
}

export interface DatagramPortDependencies {
  readonly consumer: DatagramConsumer
  readonly endpoints: EndpointTable
  readonly turn: Turn
}

export type OpenDatagramPort = (options: DatagramPortOptions, dependencies: DatagramPortDependencies) => Promise<DatagramPort>

/** 4 MiB hold some 5,000 SIP messages: the kernel's usual 208 KiB overflow in a pause of a few milliseconds. */
export const RECEIVE_BUFFER = 4 * 1024 * 1024
