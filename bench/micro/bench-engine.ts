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
import type { Destination, Listener, Source, Transport } from '@signalbox/proxy/internal/transport/transport.ts'
import { Location } from '@signalbox/proxy/internal/usrloc/location.ts'
import { TransportCode } from '@signalbox/sip'

const listener: Listener = {
  index: 0,
  transport: TransportCode.UDP,
  address: '127.0.0.1',
  port: 5060,
  family: 4,
  advertise: '127.0.0.1:5060',
  wildcard: false,
}

/** The engine with bench/route.js, without sockets: what it sends is copied away, as a socket's queue would. */
export class BenchEngine implements Transport, Clock {
  readonly endpoints = new EndpointTable()
  readonly engine: Engine
  readonly caller: Source
  readonly callee: Source
  /** The last message sent. */
  readonly sent = new Uint8Array(65_536)
  sentLength = 0
  readonly #received = new Uint8Array(65_536)
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

  /** All messages come in one buffer, as they do from a socket. */
  receive(bytes: Uint8Array, source: Source): void {
    this.#received.set(bytes)
    this.engine.receiver.receive(this.#received, 0, bytes.length, source)
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

  send(_to: Destination, bytes: Uint8Array, start: number, end: number): boolean {
    this.sent.set(bytes.subarray(start, end))
    this.sentLength = end - start
    return true
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
