import { readFileSync } from 'node:fs'
import process from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'
import type { ReloadResult } from '@signalbox/contract'
import { EventRingWriter } from './bus/event-ring.ts'
import { VERSION } from './config/version.ts'
import type { FromWorker, ScriptStatus, ToWorker, WorkerStart } from './control/worker-messages.ts'
import { coreParametersFrom, coreParameterValue, type CoreParameters } from './dns/core-parameters.ts'
import { DnsCache } from './dns/dns-cache.ts'
import { DstBlocklist } from './dns/dst-blocklist.ts'
import { createEngine, type Engine } from './engine.ts'
import { LogRoot } from './log/log.ts'
import { Counter, createCounters } from './metrics/counter-layout.ts'
import { ThreadHealthMonitor } from './metrics/thread-health.ts'
import { Registrar } from './registrar/registrar.ts'
import { ScriptError } from './script/script-error.ts'
import type { ScriptSource, ScriptVersion } from './script/script-loader.ts'
import { Script } from './script/script.ts'
import { blocklistCommands } from './thread/blocklist-commands.ts'
import { CommandRefusal, CommandTable, type Command } from './thread/command-table.ts'
import { drain } from './thread/drain.ts'
import { dnsCommands } from './thread/dns-commands.ts'
import { hopResolver } from './thread/hop-resolver.ts'
import { factCommands } from './thread/fact-commands.ts'
import { parameterCommands } from './thread/parameter-commands.ts'
import { ParameterSet } from './thread/parameter-set.ts'
import { OtherThreads } from './thread/other-threads.ts'
import { announceEnd, type HaltMessage } from './thread/sip-thread-end.ts'
import { datagramPort, transportSettings } from './thread/sip-thread-sockets.ts'
import type { SipThreadData } from './thread/spawn-sip-thread.ts'
import { systemClock } from './thread/system-clock.ts'
import { SystemDns } from './thread/system-dns.ts'
import { transactionCommands } from './thread/transaction-commands.ts'
import { WheelTimer } from './thread/wheel-timer.ts'
import { parameterValue, tmParametersFrom, type TmParameters } from './tm/parameters.ts'
import { EndpointTable } from './transport/endpoint.ts'
import { TransportLayer } from './transport/transport-layer.ts'
import type { TransportObserver } from './transport/transport-observer.ts'
import type { TransportUser } from './transport/transport.ts'
import { Turn } from './transport/turn.ts'
import { BatchedJournal } from './usrloc/batched-journal.ts'
import { dumpLocation } from './usrloc/dump.ts'
import { LocationSweeper } from './usrloc/location-sweeper.ts'
import { Location } from './usrloc/location.ts'

/** Composition root of a SIP thread: sockets, engine, script, registrar, timers and the port to the control thread. */

const HEALTH_INTERVAL = 1000
const SHIPPED_SCRIPT = new URL('./script/default-script.js', import.meta.url)

function post(message: FromWorker): void {
  parentPort?.postMessage(message)
}

function readScript(file: string | null): ScriptSource {
  try {
    return { file: file ?? 'default-script.js', text: readFileSync(file ?? SHIPPED_SCRIPT, 'utf8') }
  } catch (error) {
    throw new ScriptError(
      file ?? SHIPPED_SCRIPT.pathname,
      0,
      0,
      `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    )
  }
}

function statusOf(version: ScriptVersion): ScriptStatus {
  return { file: version.file, version: version.version, loadedAt: version.loadedAt }
}

/** Everything that the thread keeps, in the order of its making. */
class SipThread {
  readonly #start: WorkerStart
  readonly #counters: Float64Array
  readonly #ring: EventRingWriter
  readonly #log: LogRoot
  readonly #endpoints = new EndpointTable()
  readonly #location = new Location()
  readonly #journal = new BatchedJournal((seq, batch) => post({ type: 'usrloc', seq, batch }))
  readonly #turn: Turn = new Turn(
    () => {
      this.#timer.advance()
      if (this.#others !== null) this.#others.take()
    },
    () => {
      this.#timer.arm()
      if (this.#others !== null) this.#others.rest()
    },
  )
  readonly #timer = new WheelTimer(systemClock, () => this.#turn.run(() => undefined))
  readonly #health = new ThreadHealthMonitor()
  readonly #tm: ParameterSet<TmParameters>
  readonly #core: CoreParameters
  readonly #dns: DnsCache
  readonly #blocklist: DstBlocklist
  /** Null: this is the only SIP thread. */
  readonly #others: OtherThreads | null
  #registrar: Registrar | null = null
  #healthTimer: NodeJS.Timeout | null = null
  #transport: TransportLayer | null = null
  #engine: Engine | null = null
  #script: Script | null = null
  #sweeper: LocationSweeper | null = null

  constructor(start: WorkerStart) {
    this.#start = start
    this.#counters = createCounters(start.counters)
    this.#ring = new EventRingWriter(start.ring, systemClock)
    this.#tm = new ParameterSet(tmParametersFrom(start.config.tm), parameterValue)
    this.#core = coreParametersFrom(start.config.core)
    const inTurn = (work: () => void): void => this.#turn.run(() => this.#contain(work))
    const source = new SystemDns({ params: this.#core, clock: systemClock, run: inTurn, servers: start.config.dnsServers })
    this.#dns = new DnsCache({ source, params: this.#core, clock: systemClock })
    this.#blocklist = new DstBlocklist(this.#core, systemClock)
    this.#log = new LogRoot(
      start.config.logLevel,
      (entry) => post({ type: 'log', entry }),
      () => systemClock.wall(),
    )
    this.#others = start.config.workers > 1 ? this.#join() : null
  }

  #join(): OtherThreads {
    return new OtherThreads(this.#start, {
      location: this.#location,
      transport: () => this.#transport,
      transactions: () => this.#engine?.transactions.core ?? null,
      registrar: () => this.#registrar,
      endpoints: this.#endpoints,
      counters: this.#counters,
      turn: this.#turn,
      contain: (work) => this.#contain(work),
    })
  }

  /** Rejects with an error whose message is for the operator. */
  async serve(): Promise<void> {
    const { config, contacts } = this.#start
    this.#location.load(contacts)
    const source = readScript(config.script)
    const port = datagramPort(process.env)
    const user = this.#user()
    const transport = await TransportLayer.open(transportSettings(config, process.env), {
      user: this.#others?.steer(user) ?? user,
      observer: this.#observer(),
      endpoints: this.#endpoints,
      turn: this.#turn,
      openDatagramPort: port.open,
      others: this.#others?.streams ?? null,
    })
    this.#transport = transport
    const engine = this.#compose(transport)
    const version = this.#loadScript(source)
    this.#engine = engine
    this.#sweeper = new LocationSweeper(this.#location, systemClock, engine.wheel)
    this.#sweeper.start()
    this.#timer.start(engine.wheel)
    this.#listen(engine, transport)
    this.#reportHealth()
    post({
      type: 'ready',
      listeners: transport.opened,
      datagramPort: port.kind,
      script: statusOf(version),
      wallOffset: systemClock.wall() - systemClock.now(),
    })
  }

  #compose(transport: TransportLayer): Engine {
    const { config, worker } = this.#start
    return createEngine({
      params: this.#tm.values,
      clock: systemClock,
      transport,
      core: this.#core,
      blocklist: this.#blocklist,
      resolve: hopResolver(this.#dns, this.#core, { endpoints: this.#endpoints, transport }),
      endpoint: (address, port) => this.#endpoints.of(address, port),
      counters: this.#counters,
      bus: this.#ring,
      random: Math.random,
      worker,
      workers: config.workers,
      others: this.#others?.transactions ?? null,
      serverName: `Signalbox/${VERSION}`,
      defect: (error) => this.#defect(error),
      script: ({ transactions, replier, clock, counters, bus, params, heldReplies }) => {
        const registrar = new Registrar({
          location: this.#location,
          journal: this.#others?.tell(this.#journal) ?? this.#journal,
          replies: replier,
          clock,
          counters,
          ruidPrefix: `uloc-${Math.floor(clock.wall()).toString(16)}-${worker}`,
          others: this.#others?.registrars ?? null,
        })
        this.#registrar = registrar
        const gateways = config.gateways.map((gateway) => gateway.uri)
        const log = this.#log.module('script')
        this.#script = new Script({
          tm: transactions,
          sl: replier,
          registrar,
          transport,
          clock,
          bus,
          counters,
          log,
          gateways,
          heldReplies,
          params,
          listeners: () => transport.listeners,
          turn: (work) => this.#turn.run(work),
          // A script that only waits does not keep a thread alive that is to end.
          after: (ms, work) => void setTimeout(work, ms).unref(),
        })
        return this.#script
      },
    })
  }

  #defect(error: unknown): void {
    this.#log.module('engine').error(`defect, please report it: ${error instanceof Error ? error.stack : String(error)}`)
  }

  /** What an answer of DNS sets off is as exposed to defects as a message is, and as little worth the process. */
  #contain(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#defect(error)
    }
  }

  #loadScript(source: ScriptSource): ScriptVersion {
    if (this.#script === null) throw new Error('the engine made no script')
    return this.#script.load(source)
  }

  /** Until the engine stands, messages are dropped: their senders retransmit. */
  #user(): TransportUser {
    return {
      receive: (bytes, start, end, source) => this.#engine?.receiver.receive(bytes, start, end, source),
      sendFailed: (to, bytes, start, end) => this.#engine?.receiver.sendFailed(to, bytes, start, end),
      connectionClosed: () => this.#engine?.receiver.connectionClosed(),
    }
  }

  #observer(): TransportObserver {
    const counters = this.#counters
    const log = this.#log.module('transport')
    return {
      received: (_transport, bytes) => void (counters[Counter.bytesReceived] += bytes),
      sent: (_transport, bytes) => void (counters[Counter.bytesSent] += bytes),
      keepalive: () => void counters[Counter.keepalives]++,
      framingError: ({ remote }, error) =>
        log.info(`closes a connection: ${error.message}`, { remote: `${remote.address}:${remote.port}` }),
      connectionOpened: ({ remote }, inbound) => log.debug('connection opened', { remote: `${remote.address}:${remote.port}`, inbound }),
    }
  }

  #listen(engine: Engine, transport: TransportLayer): void {
    const commands = new CommandTable(this.#commands(engine, transport), post)
    parentPort?.on('message', (message: ToWorker | HaltMessage) => {
      if (!('type' in message))
        this.#turn.run(() => {
          this.#others?.attend()
          commands.run(message)
        })
      else if (message.type === 'usrloc-committed') this.#turn.run(() => this.#journal.settled(message.seq, message.ok))
    })
  }

  #commands(engine: Engine, transport: TransportLayer): Readonly<Record<string, Command>> {
    return {
      ...transactionCommands(engine.transactions, () => transport.listeners),
      ...factCommands(transport, this.#location),
      ...parameterCommands({ tm: this.#tm, core: new ParameterSet(this.#core, coreParameterValue) }),
      'ul.dump': ([brief]) => dumpLocation(this.#location, systemClock.wall(), brief === 'brief'),
      log_level: ([level]) => {
        if (typeof level === 'number') this.#log.level = level
        return this.#log.level
      },
      ...dnsCommands({ cache: this.#dns, core: this.#core, endpoints: this.#endpoints, clock: systemClock }),
      ...blocklistCommands({ blocklist: this.#blocklist, core: this.#core, endpoints: this.#endpoints, clock: systemClock }),
      reload: () => this.#reload(),
      stop: async ([limit]) => {
        const left = await drain(engine.receiver, this.#counters, () => this.#journal.pending, Number(limit ?? 0))
        await transport.close()
        // After the reply to this command has been posted.
        setImmediate(() => this.#release())
        return left
      },
    }
  }

  #reload(): ReloadResult {
    try {
      const { file, version, loadedAt } = this.#loadScript(readScript(this.#start.config.script))
      return { script: file, version, loaded_at: loadedAt }
    } catch (error) {
      if (error instanceof ScriptError) throw new CommandRefusal(500, error.message)
      throw error
    }
  }

  #reportHealth(): void {
    this.#health.start()
    this.#healthTimer = setInterval(() => {
      post({ type: 'health', health: this.#health.take() })
      this.#engine?.transactions.watchLifetimes()
    }, HEALTH_INTERVAL)
  }

  /** What keeps the thread alive; with it gone the thread ends. */
  #release(): void {
    if (this.#healthTimer !== null) clearInterval(this.#healthTimer)
    this.#health.stop()
    this.#sweeper?.stop()
    this.#timer.stop()
    parentPort?.close()
  }

  scriptRejected(reason: unknown): void {
    if (this.#script === null) throw reason
    this.#script.rejected(reason)
  }

  /** Start has failed half-way. */
  async abandon(): Promise<void> {
    await this.#transport?.close()
    this.#release()
  }
}

const { start, ended } = workerData as SipThreadData
if (parentPort !== null) announceEnd(ended, parentPort)
const thread = new SipThread(start)
// A promise of the script that nobody waits for may fail; that is a mistake in the script, not the end of the thread.
process.on('unhandledRejection', (reason) => thread.scriptRejected(reason))
try {
  await thread.serve()
} catch (error) {
  post({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  await thread.abandon()
}
