import { readFileSync } from 'node:fs'
import { silentBus } from '@signalbox/proxy/internal/bus/event-bus.ts'
import type { Clock } from '@signalbox/proxy/internal/clock/clock.ts'
import { coreParametersFrom } from '@signalbox/proxy/internal/dns/core-parameters.ts'
import { DstBlocklist } from '@signalbox/proxy/internal/dns/dst-blocklist.ts'
import { createEngine, type Engine } from '@signalbox/proxy/internal/engine.ts'
import { LogRoot } from '@signalbox/proxy/internal/log/log.ts'
import { createCounters } from '@signalbox/proxy/internal/metrics/counter-layout.ts'
import { Registrar } from '@signalbox/proxy/internal/registrar/registrar.ts'
import { Script } from '@signalbox/proxy/internal/script/script.ts'
import { tmParametersFrom } from '@signalbox/proxy/internal/tm/parameters.ts'
import { EndpointTable } from '@signalbox/proxy/internal/transport/endpoint.ts'
import { SendQueue } from '@signalbox/proxy/internal/transport/send-queue.ts'
import type { Destination, Listener, Source, Transport } from '@signalbox/proxy/internal/transport/transport.ts'
import { Location } from '@signalbox/proxy/internal/usrloc/location.ts'
import { TransportCode } from '@signalbox/sip'
import { MessageSlot } from './message-slot.ts'

const listener: Listener = {
  index: 0,
  transport: TransportCode.UDP,
  address: '127.0.0.1',
  port: 5060,
  family: 4,
  advertise: '127.0.0.1:5060',
  wildcard: false,
}

/** How long transactions live on after their final reply, in ms (wt_timer). */
const LIFE = 5000
const SLOT = 4096

/** The engine with bench/route.js, without sockets: what it sends is queued as a socket would and dropped. */
export class BenchEngine implements Transport, Clock {
  readonly endpoints = new EndpointTable()
  readonly engine: Engine
  readonly caller: Source
  readonly callee: Source
  readonly #slab = new Uint8Array(16 * SLOT)
  readonly #queue = new SendQueue(256, 512 * 1024)
  #slots = 0
  #now = 0

  constructor() {
    const endpoint = (address: string, port: number) => this.endpoints.of(address, port)
    const counters = createCounters()
    const core = coreParametersFrom({})
    const text = readFileSync(new URL('../route.js', import.meta.url), 'utf8')
    const log = new LogRoot(
      0,
      () => undefined,
      () => 0,
    ).module('script')
    this.engine = createEngine({
      params: tmParametersFrom({}),
      clock: this,
      transport: this,
      core,
      blocklist: new DstBlocklist(core, this, counters),
      resolve: (_hop, done) => done([]),
      endpoint,
      output: { toFile: () => false, toSocket: () => false },
      counters,
      bus: silentBus,
      random: Math.random,
      worker: 0,
      workers: 1,
      serverName: 'Signalbox',
      defect: (error) => {
        throw error
      },
      script: ({ transactions, replier, clock, bus, params, heldReplies }) => {
        const location = new Location()
        const journal = { append: (_changes: unknown, done: (ok: boolean) => void) => done(true) }
        const registrar = new Registrar({ location, journal, replies: replier, clock, counters, ruidPrefix: 'uloc-1' })
        const script = new Script({
          tm: transactions,
          sl: replier,
          registrar,
          transport: this,
          clock,
          bus,
          counters,
          log,
          gateways: [],
          heldReplies,
          params,
          settings: { select: () => false, reset: () => false, end: () => undefined },
          listeners: () => [listener],
          turn: (work) => work(),
          after: () => undefined,
        })
        script.load({ file: 'route.js', text })
        return script
      },
    })
    this.caller = this.#source(5061)
    this.callee = this.#source(5062)
  }

  /** A place for a message in the memory that all messages are received into. */
  slot(text: string): MessageSlot {
    return new MessageSlot(this.#slab, this.#slots++ * SLOT, text)
  }

  receive(message: MessageSlot, source: Source): void {
    this.engine.receiver.receive(message.bytes, message.start, message.end, source)
  }

  /** The same for a message that was made elsewhere. */
  receiveCopy(bytes: Uint8Array, source: Source): void {
    this.#slab.set(bytes)
    this.engine.receiver.receive(this.#slab, 0, bytes.length, source)
  }

  /** Where the last message that was sent begins. */
  get sentAt(): number {
    return this.#queue.starts[this.#queue.length - 1]
  }

  get sent(): Uint8Array {
    return this.#queue.bytes
  }

  /** Forgets what was sent since the last flush: so many messages. */
  flush(expected: number): void {
    if (this.#queue.length !== expected) throw new Error(`${this.#queue.length} messages were sent instead of ${expected}`)
    this.#queue.clear()
  }

  /** Do as many transactions live as should, `made` having been made one every `interval` ms? Else what was measured is not what was meant. */
  expectLive(made: number, interval: number): void {
    const { live } = this.engine.transactions.core.table
    const expected = Math.min(made, LIFE / interval)
    if (Math.abs(live - expected) > 4) throw new Error(`${live} transactions live instead of ${expected}`)
  }

  /** Lets time pass and fires what becomes due. */
  pass(ms: number): void {
    this.#now += ms
    this.engine.wheel.advance(this.#now)
  }

  now(): number {
    return this.#now
  }

  wall(): number {
    return this.#now
  }

  send(to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    const remote = this.endpoints.packed(to.remote)
    return remote !== null && this.#queue.push(remote, bytes, start, end)
  }

  listenerFor(): Listener {
    return listener
  }

  isOwnAddress(host: string, port: number): boolean {
    return host === '127.0.0.1' && port === 5060
  }

  #source(port: number): Source {
    const remote = this.endpoints.of('127.0.0.1', port)
    if (remote === null) throw new Error('no address')
    return { transport: TransportCode.UDP, listener, remote, connection: 0 }
  }
}
