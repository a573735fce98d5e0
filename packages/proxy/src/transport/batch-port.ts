import { READABLE, WRITABLE } from './batch-system.ts'
import type { BatchSocket, BatchSystem, BoundSocket } from './batch-system.ts'
import type { DatagramPort, DatagramPortDependencies, DatagramPortOptions } from './datagram-port.ts'
import type { Endpoint } from './endpoint.ts'
import { MessageBlock } from './message-block.ts'
import { runTicks } from './run-ticks.ts'
import { SendQueue } from './send-queue.ts'
import { errorName } from './system-error.ts'
import type { Flushable } from './turn.ts'

const RECEIVE_SLOTS = 64
/** A slot holds any datagram; the odd length keeps the slots from sharing the same cache sets. */
const SLOT = 65_536 + 17 * 64
/** recvmmsg calls per wake-up before other work of the loop gets its turn. */
const ROUNDS = 8
const QUEUE_MESSAGES = 256
const QUEUE_BYTES = 512 * 1024
const MSG_TRUNC = 0x20
const EINTR = 4
const EAGAIN = 11

/** A port over recvmmsg and sendmmsg: one call of the kernel per batch. */
export function openBatchPort(system: BatchSystem, options: DatagramPortOptions, dependencies: DatagramPortDependencies): DatagramPort {
  return new BatchPort(system, system.bind(options), options, dependencies)
}

class BatchPort implements DatagramPort, Flushable {
  readonly kind: BatchSystem['kind']
  readonly port: number
  readonly #family: 4 | 6
  readonly #window: number
  readonly #dependencies: DatagramPortDependencies
  readonly #socket: BatchSocket
  readonly #slab = new Uint8Array(new ArrayBuffer(RECEIVE_SLOTS * SLOT))
  readonly #incoming: MessageBlock
  readonly #queue = new SendQueue(QUEUE_MESSAGES, QUEUE_BYTES)
  readonly #outgoing: MessageBlock
  /** Datagrams of the queue that the kernel has. */
  #sent = 0
  /** Datagrams of the queue whose headers are written. */
  #prepared = 0
  #queued = false
  #flushing = false
  /** The kernel's send buffer is full: the rest waits for the socket to become writable. */
  #jammed = false
  #closed = false
  #timer: NodeJS.Timeout | null = null

  constructor(system: BatchSystem, bound: BoundSocket, options: DatagramPortOptions, dependencies: DatagramPortDependencies) {
    this.kind = system.kind
    this.port = bound.port
    this.#family = options.family
    this.#window = options.receiveWindow
    this.#dependencies = dependencies
    this.#incoming = new MessageBlock(system, RECEIVE_SLOTS, options.family, this.#slab.buffer)
    for (let i = 0; i < RECEIVE_SLOTS; i++) this.#incoming.setRange(i, i * SLOT, 65_536)
    this.#outgoing = new MessageBlock(system, QUEUE_MESSAGES, options.family, this.#queue.bytes.buffer)
    this.#socket = system.open(bound.fd, { incoming: this.#incoming, outgoing: this.#outgoing, ready: this.#ready })
    this.#socket.watch(READABLE)
  }

  send(remote: Endpoint, bytes: Uint8Array, start: number, end: number): boolean {
    const packed = this.#dependencies.endpoints.packed(remote)
    if (packed === null || !packed.sendable || packed.family !== this.#family || this.#closed) return false
    if (!this.#queue.push(packed, bytes, start, end)) {
      this.flush()
      if (!this.#queue.push(packed, bytes, start, end)) return false
    }
    if (!this.#queued && !this.#jammed) {
      this.#queued = true
      this.#dependencies.turn.add(this)
    }
    return true
  }

  /** sendmmsg stops at the first datagram that fails: that one is reported and skipped. */
  flush(): void {
    this.#queued = false
    if (this.#flushing || this.#jammed || this.#closed) return
    this.#flushing = true
    try {
      this.#sendQueue()
    } finally {
      this.#flushing = false
    }
  }

  #sendQueue(): void {
    const queue = this.#queue
    while (this.#sent < queue.length) {
      this.#prepare()
      const count = this.#socket.send(this.#sent, queue.length - this.#sent)
      if (count > 0) this.#sent += count
      else if (!this.#sendError(-count)) return
    }
    queue.clear()
    this.#sent = 0
    this.#prepared = 0
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.flush()
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#socket.close()
    return Promise.resolve()
  }

  #prepare(): void {
    const queue = this.#queue
    for (let i = this.#prepared; i < queue.length; i++) {
      this.#outgoing.setRange(i, queue.starts[i], queue.ends[i] - queue.starts[i])
      this.#outgoing.setName(i, queue.remotes[i])
    }
    this.#prepared = queue.length
  }

  /** False: stop sending until the socket is writable. */
  #sendError(errno: number): boolean {
    if (errno === EINTR) return true
    if (errno === EAGAIN) {
      this.#jammed = true
      this.#socket.watch(READABLE | WRITABLE)
      return false
    }
    const failed = this.#sent++
    const queue = this.#queue
    const { turn, consumer } = this.#dependencies
    turn.run(() => consumer.failed(queue.bytes, queue.starts[failed], queue.ends[failed], queue.remotes[failed], errorName(errno)))
    return true
  }

  /** Called by libuv itself: nothing may be thrown out of here. */
  readonly #ready = (status: number, events: number): void => {
    try {
      if (this.#closed) return
      if ((events & WRITABLE) !== 0) this.#unjam()
      this.#read()
      if (status < 0) this.#socket.watch(READABLE)
      runTicks()
    } catch (error) {
      rethrowLater(error)
    }
  }

  #unjam(): void {
    this.#jammed = false
    this.#socket.watch(READABLE)
    this.flush()
  }

  /** Hands over what is there; true when there was something. */
  #read(): boolean {
    const { turn } = this.#dependencies
    const first = this.#receive()
    if (first <= 0) return false
    turn.begin()
    try {
      let count = first
      for (let round = 1; count > 0 && !this.#closed; round++) {
        this.#deliver(count)
        if (count < RECEIVE_SLOTS || round === ROUNDS) break
        count = this.#receive()
      }
    } finally {
      turn.end()
    }
    if (this.#window > 0) this.#pause()
    return true
  }

  /** An error of the socket is cleared by reading it; what came after it is read next time. */
  #receive(): number {
    return this.#socket.receive(RECEIVE_SLOTS)
  }

  #deliver(count: number): void {
    const block = this.#incoming
    const { consumer, endpoints } = this.#dependencies
    for (let i = 0; i < count; i++) {
      const start = i * SLOT
      const length = block.length(i)
      const whole = (block.flags(i) & MSG_TRUNC) === 0
      const remote = endpoints.fromBytes(block.names, block.addressAt(i), this.#family, block.port(i), block.scope(i))
      block.resetName(i)
      if (!whole) continue
      try {
        consumer.datagram(this.#slab, start, start + length, remote)
      } catch (error) {
        rethrowLater(error)
      }
    }
  }

  /** The receive window: under load the socket is read once per window instead of once per datagram. */
  #pause(): void {
    if (this.#closed || this.#timer !== null) return
    this.#socket.watch(0)
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#closed || this.#read()) return
      this.#socket.watch(this.#jammed ? READABLE | WRITABLE : READABLE)
    }, this.#window)
  }
}

/** As an uncaught exception of this thread, where it can be handled. */
function rethrowLater(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}
