import type { EndpointTable, PackedEndpoint } from '../transport/endpoint.ts'
import type { Destination, Listener } from '../transport/transport.ts'
import type { MessageRingReader, MessageRingWriter } from './message-ring.ts'

/*
 * A message on its way to another SIP thread: u8 transport · u8 family · u16 listener · u16 port · u16 0 · u32 interface of a
 * link-local address · u32 0 · f64 connection · 16 octets of address · the message. Listeners have the same numbers in every thread.
 */
const HEADER = 40
const ADDRESS = 24
/** Destinations of late: most messages come from few places. */
const NEAR = 256
const MESSAGE = 65_536

/** Puts `bytes[start, end)` and where it came from or goes to into the ring. False: there is no room. */
export function writeEnvelope(ring: MessageRingWriter, kind: number, over: Wire, message: Uint8Array): boolean {
  const at = ring.reserve(kind, HEADER + message.length)
  if (at < 0) return false
  const { view } = ring
  const { to, remote } = over
  view.setUint8(at, to.transport)
  view.setUint8(at + 1, remote.family)
  view.setUint16(at + 2, to.listener.index, true)
  view.setUint16(at + 4, remote.port, true)
  view.setUint32(at + 8, remote.scope, true)
  view.setFloat64(at + 16, to.connection, true)
  ring.bytes.set(remote.bytes, at + ADDRESS)
  ring.bytes.set(message, at + HEADER)
  ring.publish()
  return true
}

export interface Wire {
  readonly to: Destination
  /** Its remote. */
  readonly remote: PackedEndpoint
}

/** Takes messages out of rings; what it shows is valid until the next `open`. */
export class EnvelopeReader {
  readonly #endpoints: EndpointTable
  readonly #listeners: () => readonly Listener[]
  readonly #near: (Destination | null)[] = new Array<Destination | null>(NEAR).fill(null)
  /** The message is `bytes[0, length)`: a copy, because shared memory cannot be decoded as text. */
  bytes = new Uint8Array(MESSAGE)
  length = 0
  /** Null: it came over a listener that this thread does not have. */
  over: Destination | null = null

  constructor(endpoints: EndpointTable, listeners: () => readonly Listener[]) {
    this.#endpoints = endpoints
    this.#listeners = listeners
  }

  /** Reads the record at hand. */
  open(ring: MessageRingReader): void {
    const { view, start, end } = ring
    const family = view.getUint8(start + 1) === 6 ? 6 : 4
    const remote = this.#endpoints.fromBytes(
      ring.bytes,
      start + ADDRESS,
      family,
      view.getUint16(start + 4, true),
      view.getUint32(start + 8, true),
    )
    this.over = this.#destination(view.getUint8(start), view.getUint16(start + 2, true), remote, view.getFloat64(start + 16, true))
    this.length = end - start - HEADER
    if (this.length > this.bytes.length) this.bytes = new Uint8Array(this.length)
    this.bytes.set(ring.bytes.subarray(start + HEADER, end))
  }

  #destination(transport: number, index: number, remote: PackedEndpoint, connection: number): Destination | null {
    const place = (remote.port ^ connection) & (NEAR - 1)
    const near = this.#near[place]
    if (
      near !== null &&
      near.remote === remote &&
      near.connection === connection &&
      near.listener.index === index &&
      near.transport === transport
    )
      return near
    const listener = this.#listeners().at(index)
    if (listener === undefined) return null
    const destination = { transport, listener, remote, connection }
    this.#near[place] = destination
    return destination
  }
}
