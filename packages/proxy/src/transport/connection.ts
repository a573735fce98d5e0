import type { Socket } from 'node:net'
import { SipParseError, StreamFramer } from '@signalbox/sip'
import type { FrameSink } from '@signalbox/sip'
import type { PackedEndpoint } from './endpoint.ts'
import type { TransportObserver } from './transport-observer.ts'
import { takeBatch } from './stream-batch.ts'
import type { StreamBatch } from './stream-batch.ts'
import type { Destination, Source, TransportUser } from './transport.ts'
import type { Flushable, Turn } from './turn.ts'

const CRLF = Uint8Array.of(0x0d, 0x0a)

export interface ConnectionLimits {
  /** Milliseconds until a connection attempt is given up. */
  readonly connectTimeout: number
  /** Milliseconds without traffic after which a connection is closed. */
  readonly lifetime: number
  /** Milliseconds that the peer of a connection which is being closed may take to read what is queued. */
  readonly closeTimeout: number
  /** Bytes that may wait for a peer that does not read. */
  readonly queueBytes: number
}

export interface ConnectionDependencies {
  readonly user: TransportUser
  readonly observer: TransportObserver
  readonly turn: Turn
  readonly limits: ConnectionLimits
  /** Tells the table that the connection is gone. */
  readonly closed: (connection: Connection) => void
}

/** A stream that carries SIP (RFC 3261 18.3): framing, keepalive, a bounded queue, its end. */
export class Connection implements FrameSink, Flushable {
  readonly id: number
  readonly remote: PackedEndpoint
  /** Where its messages come from, and where their replies go. */
  readonly source: Source
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>
  readonly #socket: Socket
  readonly #dependencies: ConnectionDependencies
  readonly #framer: StreamFramer
  /** Not written yet; the last takes what is sent next. */
  readonly #collected: StreamBatch[] = []
  /** In the order of their writing; a write's callback removes the first. */
  readonly #written: StreamBatch[] = []
  #waitingBytes = 0
  #state: 'connecting' | 'open' | 'closing' | 'closed'
  #queued = false
  /** Ends the patience with a peer that does not read what is left for it. */
  #closeTimer: NodeJS.Timeout | undefined

  constructor(source: Source, remote: PackedEndpoint, socket: Socket, dependencies: ConnectionDependencies) {
    this.id = source.connection
    this.source = source
    this.remote = remote
    this.#socket = socket
    this.#dependencies = dependencies
    this.#framer = new StreamFramer(this)
    this.#state = socket.connecting ? 'connecting' : 'open'
    socket.setNoDelay(true)
    socket.setTimeout(this.#state === 'connecting' ? dependencies.limits.connectTimeout : dependencies.limits.lifetime)
    socket.on('connect', () => this.#connected())
    socket.on('timeout', () => this.#expired())
    // The reason of an error is of no use above: 'close' follows it and reports what was lost.
    socket.on('error', () => undefined)
    this.ended = new Promise((done) => {
      socket.on('close', () => {
        this.#end()
        done()
      })
    })
  }

  /** False once nothing more may be sent on it. */
  get usable(): boolean {
    return this.#state === 'connecting' || this.#state === 'open'
  }

  /** Bytes that the peer has not taken yet. */
  get queuedBytes(): number {
    return this.#waitingBytes
  }

  /** Copies and queues; false when the connection is closed or its peer does not read. */
  send(to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.usable) return false
    if (this.#waitingBytes + end - start > this.#dependencies.limits.queueBytes) {
      this.#socket.destroy()
      this.#state = 'closed'
      return false
    }
    this.#enqueue(to, bytes, start, end)
    return true
  }

  /** One write at a time: what is sent while the peer does not take it becomes one chunk, too. */
  flush(): void {
    this.#queued = false
    if (this.#written.length === 0 && this.#state === 'open') this.#write()
  }

  /** Ends the connection after what is queued has been written, or when the peer has had its time to read that. */
  close(): void {
    if (!this.usable) return
    if (this.#state === 'connecting') this.#socket.destroy()
    else {
      while (this.#collected.length > 0) this.#write()
      this.#socket.destroySoon()
      this.#closeTimer = setTimeout(() => this.destroy(), this.#dependencies.limits.closeTimeout).unref()
    }
    this.#state = 'closing'
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** The next octets of the stream; they are not kept. */
  receive(chunk: Uint8Array): void {
    const { turn, observer } = this.#dependencies
    observer.received(this.source.transport, chunk.length)
    turn.begin()
    try {
      if (this.usable) this.#framer.push(chunk)
    } catch (error) {
      if (!(error instanceof SipParseError)) throw error
      observer.framingError(this.source, error)
      this.close()
    } finally {
      turn.end()
    }
  }

  /** A message of the peer (FrameSink). */
  message(bytes: Uint8Array, start: number, end: number): void {
    if (this.usable) this.#dependencies.user.receive(bytes, start, end, this.source)
  }

  /** CRLFCRLF is answered by CRLF, RFC 5626 4.4.1. */
  ping(): void {
    this.#dependencies.observer.keepalive(this.source.transport)
    if (this.#state === 'open') this.#enqueue(null, CRLF, 0, CRLF.length)
  }

  #enqueue(to: Destination | null, bytes: Uint8Array, start: number, end: number): void {
    const last = this.#collected.at(-1)
    if (last === undefined || !last.add(to, bytes, start, end)) {
      const batch = takeBatch(end - start)
      batch.add(to, bytes, start, end)
      this.#collected.push(batch)
    }
    this.#waitingBytes += end - start
    this.#awaitFlush()
  }

  #awaitFlush(): void {
    if (this.#queued || this.#state !== 'open') return
    this.#queued = true
    this.#dependencies.turn.add(this)
  }

  #write(): void {
    const batch = this.#collected.shift()
    if (batch === undefined) return
    this.#written.push(batch)
    this.#socket.write(batch.chunk(), this.#taken)
    for (let i = 0; i < batch.length; i++) this.#dependencies.observer.sent(this.source.transport, batch.lengthOf(i))
  }

  /** One closure for all writes: they complete in order. */
  readonly #taken = (error: Error | null | undefined): void => {
    if (error !== null && error !== undefined) return
    const batch = this.#written.shift()
    if (batch === undefined) return
    this.#waitingBytes -= batch.bytes
    batch.release()
    if (this.#collected.length > 0) this.flush()
  }

  #connected(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'open'
    this.#socket.setTimeout(this.#dependencies.limits.lifetime)
    this.#dependencies.observer.connectionOpened(this.source, false)
    this.#awaitFlush()
  }

  readonly #failed = (to: Destination, bytes: Uint8Array, start: number, end: number): void =>
    this.#dependencies.user.sendFailed(to, bytes, start, end)

  #expired(): void {
    if (this.#state === 'connecting') this.#socket.destroy()
    else this.close()
  }

  #end(): void {
    this.#state = 'closed'
    clearTimeout(this.#closeTimer)
    const { turn, observer, closed } = this.#dependencies
    turn.begin()
    try {
      closed(this)
      for (const batch of [...this.#written.splice(0), ...this.#collected.splice(0)]) batch.giveBack(this.#failed)
      observer.connectionClosed(this.source)
    } finally {
      turn.end()
    }
  }
}
