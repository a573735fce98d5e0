import { Method, TransportCode } from '@signalbox/sip'
import { silentBus, type EventBus } from '../../src/bus/event-bus.ts'
import { coreParametersFrom } from '../../src/dns/core-parameters.ts'
import { DnsCache } from '../../src/dns/dns-cache.ts'
import { DstBlocklist } from '../../src/dns/dst-blocklist.ts'
import { Locator } from '../../src/dns/rfc3263.ts'
import { createEngine, type Engine, type RoutingScript, type ScriptServices } from '../../src/engine.ts'
import type { RoutedMessage } from '../../src/forward/routed-message.ts'
import type { Target } from '../../src/forward/target.ts'
import { Counter, createCounters } from '../../src/metrics/counter-layout.ts'
import { tmParametersFrom } from '../../src/tm/parameters.ts'
import type { RequestOutput } from '../../src/tm/transaction-core.ts'
import type { OtherTransactions } from '../../src/tm/transaction-order.ts'
import type { Endpoint } from '../../src/transport/endpoint.ts'
import type { Destination, Listener, Transport, TransportUser } from '../../src/transport/transport.ts'
import { isAddress, ScriptedDns, zoneOfHosts, type DnsZone } from './scripted-dns.ts'
import { isStream, STREAM, type World } from './world.ts'

/** Engines come and go by the thousand: what they take for good is to be little. */
const SMALL_CHUNKS = 1 << 18

export interface ProxyOptions {
  readonly address?: string
  readonly params?: Readonly<Record<string, number | string>>
  readonly bus?: EventBus
  /** The request route; by default relays to the targets of `proxy.targets`, else to the Request-URI. */
  readonly request?: (m: RoutedMessage, services: ScriptServices) => void
  readonly branch?: (name: string, m: RoutedMessage, services: ScriptServices) => boolean
  readonly reply?: (name: string, m: RoutedMessage, services: ScriptServices) => boolean
  readonly branchFailure?: (name: string, m: RoutedMessage, services: ScriptServices) => void
  readonly failure?: (name: string, m: RoutedMessage, services: ScriptServices) => void
  /** A whole script instead of these functions. */
  readonly script?: (services: ScriptServices) => RoutingScript
  /** Names that resolve, to addresses; others do not. Answers come 2 ms later. */
  readonly names?: Readonly<Record<string, string>>
  /** Further records. */
  readonly dns?: DnsZone
  /** How long the next answer of DNS takes, in ms. */
  readonly dnsDelay?: () => number
  /** Parameters of the core. */
  readonly core?: Readonly<Record<string, number | string>>
  /** A second address, where it listens too. */
  readonly second?: string
  /** What becomes of exceptions that should not exist; by default they end the simulation. */
  readonly defect?: (error: unknown) => void
  /** How busy it is, 0 to 1; by default nobody knows. */
  readonly busy?: () => number
  readonly memoryShort?: (short: boolean) => void
  /** Value of the Server header of its replies. */
  readonly serverName?: string
  /** One of several threads that share the addresses. */
  readonly thread?: SimulatedThread
}

/** What makes an engine one of several. */
export interface SimulatedThread {
  readonly worker: number
  readonly workers: number
  readonly others: OtherTransactions | null
  /** World.attach, or instead of it. */
  attach(place: string, receive: (text: string, from: string) => void): void
  steer(engine: Engine): TransportUser
  /** Runs work of the engine as a turn. */
  run(work: () => void): void
}

function alone(world: World): SimulatedThread {
  return {
    worker: 0,
    workers: 1,
    others: null,
    attach: (place, receive) => world.attach(place, receive),
    steer: ({ receiver }) => receiver,
    run: (work) => work(),
  }
}

/** The real engine in simulated time, with a datagram and a stream listener on each of its addresses. */
export class SimulatedProxy {
  readonly world: World
  readonly address: string
  readonly engine: Engine
  readonly counters = createCounters()
  readonly blocklist: DstBlocklist
  readonly cache: DnsCache
  readonly dns: ScriptedDns
  /** Where the default request route sends requests that carry no Route. */
  targets: readonly string[] = []
  /** Addresses for which sending fails at once. */
  readonly unsendable = new Set<string>()
  /** What was written to files and sockets. */
  readonly written: { readonly to: string; readonly text: string; readonly ms?: number }[] = []
  /** What took longer than exec_time_check. */
  readonly slow: string[] = []
  /** By place. */
  readonly #listeners = new Map<string, Listener>()
  readonly #endpoints = new Map<string, Endpoint>()
  readonly #places = new Map<string, Endpoint>()
  readonly #thread: SimulatedThread
  readonly #user: TransportUser
  #armedAt = Infinity
  #stalledUntil = 0
  #dead = false

  constructor(world: World, options: ProxyOptions = {}) {
    this.world = world
    this.address = options.address ?? '10.0.0.1:5060'
    this.#thread = options.thread ?? alone(world)
    for (const address of [this.address, ...(options.second === undefined ? [] : [options.second])]) {
      this.#listen(address, TransportCode.UDP)
      this.#listen(STREAM + address, TransportCode.TCP)
    }
    const core = coreParametersFrom(options.core ?? {})
    this.blocklist = new DstBlocklist(core, world, this.counters)
    const zone = { ...zoneOfHosts(options.names ?? {}), ...options.dns }
    this.dns = new ScriptedDns(zone, (answer) => world.after(options.dnsDelay?.() ?? 2, () => this.#touch(answer)))
    this.cache = new DnsCache({ source: this.dns, params: core, clock: world, counters: this.counters })
    const locator = new Locator({
      cache: this.cache,
      params: core,
      endpoint: (name, toPort) => (isAddress(name) ? this.endpoint(name, toPort) : null),
      speaks: (transport, family) => this.#listenerFor(transport, family) !== null,
      random: world.random,
    })
    this.engine = createEngine({
      params: tmParametersFrom(options.params ?? {}),
      clock: world,
      transport: this.#transport(),
      core,
      blocklist: this.blocklist,
      resolve: (hop, done, draw) => locator.locate(hop, done, draw),
      endpoint: (address, toPort) => this.endpoint(address, toPort),
      output: this.#output(),
      counters: this.counters,
      bus: options.bus ?? silentBus,
      random: world.random,
      ...(options.busy === undefined ? {} : { busy: options.busy }),
      ...(options.memoryShort === undefined ? {} : { memoryShort: options.memoryShort }),
      worker: this.#thread.worker,
      workers: this.#thread.workers,
      others: this.#thread.others,
      serverName: options.serverName ?? 'signalbox',
      slabChunk: SMALL_CHUNKS,
      defect:
        options.defect ??
        ((error) => {
          throw error
        }),
      script: options.script ?? ((services) => this.#script(options, services)),
    })
    this.#user = this.#thread.steer(this.engine)
  }

  #listen(place: string, transport: number): void {
    const { address, port, family } = this.#endpointAt(place)
    const advertise = family === 6 ? `[${address}]:${port}` : `${address}:${port}`
    const listener = { index: this.#listeners.size, transport, address, port, family, advertise, wildcard: false }
    this.#listeners.set(place, listener)
    this.#thread.attach(place, (text, from) => this.#receive(text, { from, listener }))
  }

  /** The first listener of that kind. */
  #listenerFor(transport: number, family: number): Listener | null {
    for (const listener of this.#listeners.values()) if (listener.transport === transport && listener.family === family) return listener
    return null
  }

  /** `[tcp/]ip:port`, IPv6 in brackets. */
  #endpointAt(place: string): Endpoint {
    let endpoint = this.#places.get(place)
    if (endpoint === undefined) {
      const address = isStream(place) ? place.slice(STREAM.length) : place
      const colon = address.lastIndexOf(':')
      endpoint = this.endpoint(address.slice(0, colon).replaceAll(/[[\]]/g, ''), Number(address.slice(colon + 1)))
      this.#places.set(place, endpoint)
    }
    return endpoint
  }

  /** When its last standstill ends, or ended. */
  get stalledUntil(): number {
    return this.#stalledUntil
  }

  /** For so long it does nothing: messages and timers come late, together. */
  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.world.now() + ms)
  }

  /** As kill -9 does: nothing that it knew is left, and whoever takes its address starts anew. */
  kill(): void {
    this.#dead = true
  }

  endpoint(address: string, port: number): Endpoint {
    const key = `${address}:${port}`
    let endpoint = this.#endpoints.get(key)
    if (endpoint === undefined) {
      endpoint = { address, port, family: address.includes(':') ? 6 : 4 }
      this.#endpoints.set(key, endpoint)
    }
    return endpoint
  }

  #output(): RequestOutput {
    const write = (to: string, text: string, ms?: number): boolean => {
      if (this.unsendable.has(to)) return false
      this.written.push({ to, text, ...(ms !== undefined && { ms }) })
      return true
    }
    return { toFile: write, toSocket: write }
  }

  #transport(): Transport {
    return {
      send: (to: Destination, bytes: Uint8Array, start: number, end: number): boolean => {
        const remote = this.#placeOf(to.transport, to.remote)
        if (this.unsendable.has(remote)) return false
        const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
        if (isStream(remote) && !this.world.reaches(remote)) this.#refused(to, text)
        else this.world.send(this.#placeOf(to.transport, to.listener), remote, text)
        return true
      },
      listenerFor: (transport, remote) => this.#listenerFor(transport, remote.family),
      isOwnAddress: (host, port) => this.#listeners.has(`${host.includes(':') ? `[${host}]` : host}:${port === 0 ? 5060 : port}`),
    }
  }

  /** Nobody accepts a connection there, which shows a little later. */
  #refused(to: Destination, text: string): void {
    const bytes = Buffer.from(text, 'latin1')
    this.world.after(1, () => this.#touch(() => this.engine.receiver.sendFailed(to, bytes, 0, bytes.length)))
  }

  #placeOf(transport: number, { address, port, family }: Pick<Endpoint, 'address' | 'port' | 'family'>): string {
    const text = family === 6 ? `[${address}]:${port}` : `${address}:${port}`
    return transport === TransportCode.TCP ? STREAM + text : text
  }

  #receive(text: string, over: { readonly from: string; readonly listener: Listener }): void {
    if (this.world.now() < this.#stalledUntil) return this.world.at(this.#stalledUntil, () => this.#receive(text, over))
    const bytes = Buffer.from(text, 'latin1')
    const { listener } = over
    const source = { transport: listener.transport, listener, remote: this.#endpointAt(over.from), connection: 0 }
    this.#touch(() => this.#user.receive(bytes, 0, bytes.length, source))
  }

  /** What it listens on. */
  get listeners(): readonly Listener[] {
    return [...this.#listeners.values()]
  }

  /** After something was asked of the engine from outside: sees to its timers. */
  wake(): void {
    this.#touch(() => undefined)
  }

  /** Does something in the engine that no message sets off. */
  act(work: (engine: Engine) => void): void {
    this.#touch(() => work(this.engine))
  }

  /** Runs `work` in the engine, then sees to it that the engine is woken for its next timer. */
  #touch(work: () => void): void {
    if (this.#dead) return
    const { wheel } = this.engine
    wheel.advance(this.world.now())
    this.#thread.run(work)
    this.#arm()
  }

  #arm(): void {
    const { wheel } = this.engine
    const next = wheel.nextDeadline()
    if (next >= this.#armedAt) return
    this.#armedAt = next
    this.#wakeAt(next, next)
  }

  /** At `time`, or when it is no longer stalled, for the timer that is due at `deadline`. */
  #wakeAt(time: number, deadline: number): void {
    this.world.at(time, () => {
      if (this.#dead) return
      if (this.world.now() < this.#stalledUntil) return this.#wakeAt(this.#stalledUntil, deadline)
      if (this.#armedAt === deadline) this.#armedAt = Infinity
      this.engine.wheel.advance(this.world.now())
      this.#arm()
    })
  }

  #script(options: ProxyOptions, services: ScriptServices): RoutingScript {
    return {
      hasReplyRoute: false,
      reply: () => true,
      request: (m) => {
        if (options.request === undefined) this.#defaultRoute(m, services)
        else options.request(m, services)
        return true
      },
      branchRoute: (name, m) => options.branch?.(name, m, services) ?? true,
      replyRoute: (name, m) => options.reply?.(name, m, services) ?? true,
      failureRoute: (name, m) => options.failure?.(name, m, services),
      branchFailureRoute: (name, m) => options.branchFailure?.(name, m, services),
      strayReply: () => true,
      hooks: 0,
      onsendRoute: () => true,
      event: () => true,
      unanswered: () => undefined,
      slow: (what) => void this.slow.push(what),
    }
  }

  #defaultRoute(m: RoutedMessage, services: ScriptServices): void {
    if (m.message.method === Method.INVITE || m.message.method === Method.MESSAGE) this.fork(m, this.targets)
    services.transactions.relay(m, 0, '')
  }

  /** Makes `targets` the target set of the message. */
  fork(m: RoutedMessage, targets: readonly string[]): void {
    const [first, ...others] = targets
    if (first === undefined) return
    m.requestUri = first
    m.requestUriConsumed = false
    m.targets.push(...others.map(targetOf))
  }

  /** tm.stats by name. */
  stat(name: keyof typeof Counter): number {
    return this.counters[Counter[name]]
  }

  /** Transactions in the table. */
  get current(): number {
    return this.stat('tmTotal') - this.stat('tmDeleted')
  }
}

function targetOf(uri: string): Target {
  return { uri, destinationUri: '', path: '', q: -1, flags: 0, listener: null, instance: '', ruid: '' }
}
