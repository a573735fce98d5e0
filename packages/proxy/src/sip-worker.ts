import process from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'
import { acceptFailureLog } from '@signalbox/contract'
import type { Trace } from './bus/call-traces.ts'
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
import { readScript } from './script/read-script.ts'
import type { ScriptVersion } from './script/script-loader.ts'
import { Script } from './script/script.ts'
import type { Overload } from './sl/admission.ts'
import { busyShare } from './thread/busy-share.ts'
import { blocklistCommands } from './thread/blocklist-commands.ts'
import { CommandTable, type Command } from './thread/command-table.ts'
import { CoreHold } from './thread/core-hold.ts'
import { drain } from './thread/drain.ts'
import { linuxScheduler, runInBatches } from './thread/linux-scheduler.ts'
import { inOrder } from './crossing/in-order.ts'
import { dnsCommands } from './thread/dns-commands.ts'
import { hopResolver } from './thread/hop-resolver.ts'
import { RegistrationJournal } from './thread/registration-journal.ts'
import { factCommands } from './thread/fact-commands.ts'
import { parameterCommands } from './thread/parameter-commands.ts'
import { ParameterSelection } from './thread/parameter-selection.ts'
import { ParameterSet } from './thread/parameter-set.ts'
import { OtherThreads } from './thread/other-threads.ts'
import { scriptCommands } from './thread/script-commands.ts'
import { announceEnd, type HaltMessage } from './thread/sip-thread-end.ts'
import { datagramPort, transportSettings } from './thread/sip-thread-sockets.ts'
import { sipThreadTurn } from './thread/sip-thread-turn.ts'
import type { SipThreadData } from './thread/spawn-sip-thread.ts'
import { systemClock } from './thread/system-clock.ts'
import { SystemDns } from './thread/system-dns.ts'
import { transactionCommands } from './thread/transaction-commands.ts'
import { WheelTimer } from './thread/wheel-timer.ts'
import { WrittenRequests } from './thread/written-requests.ts'
import { parameterValue, tmParametersFrom, type TmParameters } from './tm/parameters.ts'
import { EndpointTable } from './transport/endpoint.ts'
import { openLibc } from './transport/ffi-libc.ts'
import { TransportLayer } from './transport/transport-layer.ts'
import type { TransportObserver } from './transport/transport-observer.ts'
import type { TransportUser } from './transport/transport.ts'
import type { Turn } from './transport/turn.ts'
import type { ContactJournal } from './usrloc/contact-journal.ts'
import { dumpLocation } from './usrloc/dump.ts'
import { LocationSweeper } from './usrloc/location-sweeper.ts'
import { Location } from './usrloc/location.ts'

/** Composition root of a SIP thread: sockets, engine, script, registrar, timers and the port to the control thread. */

const HEALTH_INTERVAL = 1000
/** Health reports from one look over all transactions to the next: with many of them, a look takes a millisecond. */
const REPORTS_PER_WATCH = 8

function post(message: FromWorker): void {
  parentPort?.postMessage(message)
}

function statusOf(version: ScriptVersion): ScriptStatus {
  return { file: version.file, version: version.version, loadedAt: version.loadedAt }
}

/** What a thread that serves consists of. */
interface Parts {
  readonly engine: Engine
  readonly transport: TransportLayer
  readonly script: Script
}

/** Everything that the thread keeps, in the order of its making. */
class SipThread {
  readonly #start: WorkerStart
  readonly #counters: Float64Array
  readonly #ring: EventRingWriter
  readonly #log: LogRoot
  readonly #endpoints = new EndpointTable()
  readonly #location = new Location()
  readonly #turn: Turn = sipThreadTurn({ timer: () => this.#timer, others: () => this.#others })
  readonly #timer = new WheelTimer(systemClock, () => this.#turn.run(() => undefined))
  readonly #health = new ThreadHealthMonitor()
  readonly #tm: ParameterSet<TmParameters>
  readonly #core: CoreParameters
  readonly #settings: Readonly<Record<'tm' | 'core', ParameterSet<TmParameters> | ParameterSet<CoreParameters>>>
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
  #journal: RegistrationJournal | null = null

  constructor(start: WorkerStart) {
    this.#start = start
    this.#counters = createCounters(start.counters)
    this.#tm = new ParameterSet(tmParametersFrom(start.config.tm), parameterValue)
    this.#core = coreParametersFrom(start.config.core)
    // Each thread records its share of what is wanted in all.
    this.#ring = new EventRingWriter(start.ring, systemClock, () => this.#core.recorded_transactions / start.config.workers)
    this.#settings = { tm: this.#tm, core: new ParameterSet(this.#core, coreParameterValue) }
    const inTurn = (work: () => void): void => this.#turn.run(() => this.#contain(work))
    const source = new SystemDns({ params: this.#core, clock: systemClock, run: inTurn, servers: start.config.dnsServers })
    this.#dns = new DnsCache({ source, params: this.#core, clock: systemClock, counters: this.#counters })
    this.#blocklist = new DstBlocklist(this.#core, systemClock, this.#counters)
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
      repliesByCallId: () => this.#tm.values.callid_cseq_matching !== 0,
      endpoints: this.#endpoints,
      counters: this.#counters,
      turn: this.#turn,
      contain: (work) => this.#contain(work),
    })
  }

  /** Rejects with an error whose message is for the operator. */
  async serve(): Promise<void> {
    const { config, contacts, crossing, worker } = this.#start
    this.#location.load(contacts)
    const source = readScript(config.script)
    const journal = this.#openJournal()
    const port = datagramPort(process.env)
    const user = this.#user()
    const dependencies = {
      user: this.#others?.steer(user) ?? user,
      observer: this.#observer(),
      endpoints: this.#endpoints,
      turn: this.#turn,
      openDatagramPort: port.open,
      others: this.#others?.streams ?? null,
    }
    // The kernel numbers the sockets of a port as they come, and it is to give each thread its own messages.
    const transport = await inOrder(crossing.opened, worker, () =>
      TransportLayer.open(transportSettings(config, process.env), dependencies),
    )
    this.#transport = transport
    const engine = this.#compose(transport, journal)
    const script = this.#madeScript()
    const version = script.load(source)
    this.#engine = engine
    this.#sweeper = new LocationSweeper(this.#location, systemClock, engine.wheel)
    this.#sweeper.start()
    this.#timer.start(engine.wheel)
    this.#listen({ engine, transport, script })
    // Mail that came while it started, and the first rest: a thread that has never rested is not rung.
    this.#turn.run(() => undefined)
    this.#reportHealth()
    post({
      type: 'ready',
      listeners: transport.opened,
      datagramPort: port.kind,
      script: statusOf(version),
      wallOffset: systemClock.wall() - systemClock.now(),
    })
  }

  #openJournal(): ContactJournal {
    const opened = new RegistrationJournal(this.#start, {
      turn: this.#turn,
      closed: (path) => post({ type: 'journal-closed', path }),
      trouble: (sentence) => this.#registrationTrouble(sentence),
    })
    this.#journal = opened
    return opened.journal
  }

  #registrationTrouble(sentence: string | null): void {
    const log = this.#log.module('usrloc')
    if (sentence === null) log.notice('Registrations are written and accepted again')
    else log.critical(sentence)
    post({ type: 'registration-trouble', sentence })
  }

  #compose(transport: TransportLayer, journal: ContactJournal): Engine {
    const { config, worker } = this.#start
    return createEngine({
      params: this.#tm.values,
      clock: systemClock,
      transport,
      core: this.#core,
      blocklist: this.#blocklist,
      resolve: hopResolver(this.#dns, this.#core, { endpoints: this.#endpoints, transport }),
      endpoint: (address, port) => this.#endpoints.of(address, port),
      output: new WrittenRequests((failure) => this.#log.module('tm').error(failure)),
      counters: this.#counters,
      bus: this.#ring,
      random: Math.random,
      busy: busyShare(),
      overload: (overload) => this.#tellOverload(overload),
      memoryShort: (short) => this.#tellMemory(short),
      worker,
      workers: config.workers,
      others: this.#others?.transactions ?? null,
      serverName: `Signalbox/${VERSION}`,
      defect: (error) => this.#defect(error),
      script: ({ transactions, replier, clock, counters, bus, params, heldReplies }) => {
        const registrar = new Registrar({
          location: this.#location,
          journal: this.#others?.tell(journal) ?? journal,
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
          sharedVariables: this.#others?.variables ?? null,
          settings: new ParameterSelection(this.#settings),
          listeners: () => transport.listeners,
          turn: (work) => this.#turn.run(() => this.#contain(work)),
          // A script that only waits does not keep a thread alive that is to end.
          after: (ms, work) => void setTimeout(work, ms).unref(),
        })
        return this.#script
      },
    })
  }

  #tellOverload({ ended, ms, refused, offered }: Overload): void {
    const log = this.#log.module('overload')
    const thread = `SIP thread ${this.#start.worker}`
    if (ended) log.notice(`${thread} has caught up after ${(ms / 1000).toFixed(1)} s: ${refused} of ${offered} new requests were refused`)
    else log.warn(`${thread} is saturated: it refuses new requests with 503 until it has caught up (core parameter overload_control)`)
  }

  #tellMemory(short: boolean): void {
    const log = this.#log.module('overload')
    const thread = `SIP thread ${this.#start.worker}`
    if (!short) log.notice(`${thread} has memory for new transactions again`)
    else log.warn(`${thread} has no memory left for new transactions and answers 503: see tm.list, and core parameter transaction_mem`)
  }

  #defect(error: unknown): void {
    this.#log.module('engine').error(`defect, please report it: ${error instanceof Error ? error.stack : String(error)}`)
  }

  /** What an answer of DNS or a timer of the script sets off is as exposed to defects as a message is, and as little worth the process. */
  #contain(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#defect(error)
    }
  }

  #madeScript(): Script {
    if (this.#script === null) throw new Error('the engine made no script')
    return this.#script
  }

  /** Until the engine stands, messages are dropped: their senders retransmit. */
  #user(): TransportUser {
    return {
      receive: (bytes, start, end, source) => this.#engine?.receiver.receive(bytes, start, end, source),
      sendFailed: (to, bytes, start, end) => this.#engine?.receiver.sendFailed(to, bytes, start, end),
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
      notAccepted: acceptFailureLog(log, () => systemClock.now()),
      connectionOpened: ({ remote }, inbound) => log.debug('connection opened', { remote: `${remote.address}:${remote.port}`, inbound }),
      connectionClosed: ({ remote }) => log.debug('connection closed', { remote: `${remote.address}:${remote.port}` }),
    }
  }

  #listen(parts: Parts): void {
    const commands = new CommandTable(this.#commands(parts), post)
    parentPort?.on('message', (message: ToWorker | HaltMessage) => {
      if (!('type' in message))
        this.#turn.run(() => {
          this.#others?.attend()
          commands.run(message)
        })
    })
  }

  #commands({ engine, transport, script }: Parts): Readonly<Record<string, Command>> {
    return {
      ...transactionCommands(engine.transactions, () => transport.listeners),
      ...factCommands(transport, this.#location),
      ...parameterCommands(this.#settings),
      'ul.dump': ([brief]) => dumpLocation(this.#location, systemClock.wall(), brief === 'brief'),
      'trace.set': ([traces]) => void this.#ring.traces.set(traces as readonly Trace[]),
      log_level: ([level]) => {
        if (typeof level === 'number') this.#log.level = level
        return this.#log.level
      },
      ...dnsCommands({ cache: this.#dns, core: this.#core, endpoints: this.#endpoints, clock: systemClock }),
      ...blocklistCommands({ blocklist: this.#blocklist, core: this.#core, endpoints: this.#endpoints, clock: systemClock }),
      ...scriptCommands(script),
      drain: ([limit]) => this.#drain(engine, limit),
      stop: async ([limit]) => {
        const left = await this.#drain(engine, limit)
        await transport.close()
        // After the reply to this command has been posted.
        setImmediate(() => this.#release())
        return left
      },
    }
  }

  #drain(engine: Engine, limit: unknown): Promise<number> {
    return drain(engine.receiver, this.#counters, () => this.#journal?.journal.pending ?? 0, Number(limit ?? 0))
  }

  #reportHealth(): void {
    this.#health.start()
    const hold = this.#scheduling()
    let reports = 0
    this.#healthTimer = setInterval(() => {
      hold?.look()
      post({ type: 'health', health: { ...this.#health.take(), ...hold?.report() } })
      this.#ring.tick()
      if (++reports % REPORTS_PER_WATCH === 0) this.#engine?.transactions.watchLifetimes()
      this.#engine?.admission.sample()
    }, HEALTH_INTERVAL)
  }

  /** Null: this system has no such scheduler, or keeps it to itself. */
  #scheduling(): CoreHold | null {
    const libc = openLibc()
    if (libc === null) return null
    runInBatches(libc)
    const scheduler = linuxScheduler(libc)
    const { crossing, worker } = this.#start
    return scheduler === null ? null : new CoreHold(scheduler, new Int32Array(crossing.cores), worker)
  }

  /** What keeps the thread alive; with it gone the thread ends. */
  #release(): void {
    if (this.#healthTimer !== null) clearInterval(this.#healthTimer)
    this.#health.stop()
    this.#sweeper?.stop()
    this.#timer.stop()
    this.#journal?.close()
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
