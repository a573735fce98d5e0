import dgram from 'node:dgram'
import { once } from 'node:events'
import type { DatagramPort, DatagramPortDependencies, DatagramPortOptions } from './datagram-port.ts'
import type { Endpoint, PackedEndpoint } from './endpoint.ts'
import { SendQueue } from './send-queue.ts'
import type { Flushable } from './turn.ts'

const QUEUE_MESSAGES = 256
const QUEUE_BYTES = 512 * 1024
/** Bytes that may wait inside libuv while the kernel's send buffer is full. */
const JAM_BYTES = 8 * 1024 * 1024
/** How long a destination that was sent to without error is sent to without asking for the result, in ms. */
const TRUST_TIME = 2000

/** The port that works everywhere: node:dgram. */
export async function openDgramPort(options: DatagramPortOptions, dependencies: DatagramPortDependencies): Promise<DatagramPort> {
  const family = options.family
  const socket = dgram.createSocket({
    type: family === 4 ? 'udp4' : 'udp6',
    ipv6Only: family === 6,
    reusePort: options.reusePort,
    // Addresses are literal here; without this every send would make a detour over dns.lookup.
    lookup: (hostname, _, done) => done(null, hostname, family),
  })
  // Asked for first: with a lookup that answers at once the socket is bound before bind() returns.
  const listening = once(socket, 'listening')
  try {
    socket.bind({ address: options.address, port: options.port, exclusive: true })
    await listening
  } catch (error) {
    socket.close()
    throw error
  }
  enlarge(socket, options.receiveBuffer)
  return new DgramPort(socket, dependencies)
}

/** The kernel's limit (net.core.rmem_max) may refuse; the default buffers serve as well, with more loss in bursts. */
function enlarge(socket: dgram.Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
    socket.setSendBufferSize(bytes)
  } catch {
    return
  }
}

class DgramPort implements DatagramPort, Flushable {
  readonly kind = 'dgram'
  readonly port: number
  readonly #socket: dgram.Socket
  readonly #dependencies: DatagramPortDependencies
  readonly #queue = new SendQueue(QUEUE_MESSAGES, QUEUE_BYTES)
  /** Destinations that need no result for a while: asking for it costs a microsecond per datagram. */
  readonly #trusted = new Set<Endpoint>()
  #trustedSince = 0
  #queued = false
  #closed = false

  constructor(socket: dgram.Socket, dependencies: DatagramPortDependencies) {
    this.#socket = socket
    this.port = socket.address().port
    this.#dependencies = dependencies
    const { turn, consumer, endpoints } = dependencies
    socket.on('message', (bytes, remote) => {
      const endpoint = endpoints.of(remote.address, remote.port)
      if (endpoint === null) return
      turn.begin()
      try {
        consumer.datagram(bytes, 0, bytes.length, endpoint)
      } finally {
        turn.end()
      }
    })
    // An error event on a bound socket tells of a lost datagram at most; its sender retransmits.
    socket.on('error', () => undefined)
  }

  send(remote: Endpoint, bytes: Uint8Array, start: number, end: number): boolean {
    const packed = this.#dependencies.endpoints.packed(remote)
    if (packed === null || !packed.sendable || this.#closed || this.#socket.getSendQueueSize() > JAM_BYTES) return false
    if (!this.#queue.push(packed, bytes, start, end)) {
      this.flush()
      if (!this.#queue.push(packed, bytes, start, end)) return false
    }
    if (!this.#queued) {
      this.#queued = true
      this.#dependencies.turn.add(this)
    }
    return true
  }

  flush(): void {
    this.#queued = false
    const queue = this.#queue
    if (queue.length === 0 || this.#closed) return
    this.#forget()
    for (let i = 0; i < queue.length; i++) this.#sendOne(queue.remotes[i], queue.starts[i], queue.ends[i])
    // The kernel took everything at once, unless its buffer was full: then libuv still reads from this memory.
    if (this.#socket.getSendQueueCount() > 0) queue.renew()
    else queue.clear()
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.flush()
    this.#closed = true
    return new Promise((done) => this.#socket.close(done))
  }

  #sendOne(remote: PackedEndpoint, start: number, end: number): void {
    const bytes = this.#queue.bytes
    if (this.#trusted.has(remote)) {
      this.#socket.send(bytes, start, end - start, remote.port, remote.address)
      return
    }
    const copy = bytes.slice(start, end)
    this.#socket.send(copy, 0, copy.length, remote.port, remote.address, (error) => {
      if (error === null) this.#trusted.add(remote)
      else this.#fail(copy, remote, error)
    })
  }

  #fail(bytes: Uint8Array, remote: Endpoint, error: NodeJS.ErrnoException): void {
    const { turn, consumer } = this.#dependencies
    if (this.#closed) return
    turn.begin()
    try {
      consumer.failed(bytes, 0, bytes.length, remote, error.code ?? 'EIO')
    } finally {
      turn.end()
    }
  }

  #forget(): void {
    const now = performance.now()
    if (now - this.#trustedSince < TRUST_TIME && this.#trusted.size < 10_000) return
    this.#trustedSince = now
    this.#trusted.clear()
  }
}
