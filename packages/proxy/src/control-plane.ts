import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { acceptFailureLog, CHANGE_OVER_HTTP, type EngineInfo } from '@signalbox/contract'
import { EventRingReader, ringBytes } from './bus/event-ring.ts'
import type { Clock } from './clock/clock.ts'
import type { Config } from './config/config.ts'
import { VERSION } from './config/version.ts'
import { CallTraceList } from './control/call-trace-list.ts'
import { ControlFault } from './control/control-fault.ts'
import { eventDecoder, startLineDecoder, type EventDecoderSetup } from './control/event-decoder.ts'
import { EventDrain } from './control/event-drain.ts'
import { EventLog } from './control/event-log.ts'
import { LiveTransactions, type DecodeEvent } from './control/live-transactions.ts'
import { engineLogLevel, withLogLevel, type EngineLogLevel } from './control/log-level-setting.ts'
import { parameterSettings } from './control/parameter-settings.ts'
import { RuntimeSettings } from './control/runtime-settings.ts'
import { SipThread, type WorkerLike } from './control/sip-thread.ts'
import { StallWatch } from './control/stall-watch.ts'
import type { ReadyMessage, ScriptStatus, ThreadHealth, WorkerNotice, WorkerStart } from './control/worker-messages.ts'
import { WorkerPool } from './control/worker-pool.ts'
import { createCrossingMemory } from './crossing/crossing-memory.ts'
import { coreParameters, coreParametersFrom, coreParameterValue } from './dns/core-parameters.ts'
import type { LogSink } from './log/log-entry.ts'
import { LogRoot, type Log } from './log/log.ts'
import { Counter, COUNTERS, createCounters } from './metrics/counter-layout.ts'
import { EngineCounters } from './metrics/engine-counters.ts'
import { dnsMetrics } from './metrics/dns-metrics.ts'
import { messageMetrics } from './metrics/message-metrics.ts'
import { processMetrics } from './metrics/process-metrics.ts'
import { PrometheusText } from './metrics/prometheus.ts'
import { statsSample } from './metrics/stats-sample.ts'
import { ThreadHealthMonitor } from './metrics/thread-health.ts'
import { tmMetrics } from './metrics/tm-metrics.ts'
import { registrarStatistics } from './registrar/registrar-parameters.ts'
import { Cadence } from './rpc/cadence.ts'
import { Dispatcher } from './rpc/dispatcher.ts'
import { engineMethods } from './rpc/engine-methods.ts'
import { createHttpServer } from './rpc/http-server.ts'
import { listenHttp } from './rpc/listen-http.ts'
import type { RpcMethod } from './rpc/rpc-method.ts'
import { Subscriptions, type Timers } from './rpc/subscriptions.ts'
import { openTopic } from './rpc/topics.ts'
import { UnixServer } from './rpc/unix-server.ts'
import { readScript } from './script/read-script.ts'
import { ScriptError } from './script/script-error.ts'
import type { ScriptSource } from './script/script-loader.ts'
import { stateNames } from './tm/machine.ts'
import { parameterValue, tmParameters, tmParametersFrom } from './tm/parameters.ts'
import { ContactStore } from './usrloc/contact-store.ts'
import { listJournals, readJournal, removeJournal } from './usrloc/journal-disk.ts'
import { JournalIntake } from './usrloc/journal-intake.ts'

/** About a fifth of a second of events at 4000 calls a second. */
const RING_BYTES = 1 << 23
const HEALTH_PERIOD_MS = 1000
const JOURNAL_RETRY_MS = 30_000
const LIVE_ROWS = { rows: 100_000, rowsPerMessage: 1000 }

export interface ControlPlaneSetup {
  readonly config: Config
  readonly clock: Clock
  readonly timers: Timers & { readonly after: (ms: number, action: () => void) => () => void }
  /** Needed on HTTP when it is open to the network. */
  readonly token: string | null
  readonly sink: LogSink
  readonly spawn: (start: WorkerStart) => WorkerLike
  /** The engine cannot go on. */
  readonly onFatal: (sentence: string) => void
  /** Ends the process at once, by a signal. */
  readonly kill: () => void
}

/** The main thread of the engine: everything but SIP. It reads snapshots, asks SIP threads over their ports, and owns no call. */
export class ControlPlane {
  readonly #setup: ControlPlaneSetup
  readonly #startedAt: number
  readonly #log: Log
  readonly #logRoot: LogRoot
  readonly #store: ContactStore
  readonly #intake: JournalIntake
  /** Why registrations are refused, by SIP thread. */
  readonly #troubles = new Map<number, string>()
  readonly #threads: readonly SipThread[]
  readonly #pool: WorkerPool
  readonly #logLevel: EngineLogLevel
  readonly #counters: EngineCounters
  readonly #events = new EventLog()
  readonly #drain: EventDrain
  readonly #decoding: EventDecoderSetup
  readonly #decode: DecodeEvent
  readonly #healths = new Map<string, ThreadHealth>()
  readonly #stalls = new StallWatch((worker) => this.#endStalled(worker))
  readonly #monitor = new ThreadHealthMonitor()
  readonly #metrics: PrometheusText
  readonly #cadence: Cadence
  readonly #notAccepted: (error: Error) => void
  readonly #subscriptions: Subscriptions
  readonly #unix: UnixServer
  readonly #http: Server | null
  #ready: readonly ReadyMessage[] = []
  #script: ScriptStatus = { file: '', version: 0, loadedAt: 0 }
  #httpUrl: string | null = null
  #stopping = false

  /** Opens the store and starts the threads. Throws ContactStoreError. */
  constructor(setup: ControlPlaneSetup) {
    const { config, clock } = setup
    this.#setup = setup
    this.#cadence = new Cadence(setup.timers.every)
    this.#startedAt = clock.wall()
    this.#logRoot = new LogRoot(config.logLevel, setup.sink, () => clock.wall())
    this.#log = this.#logRoot.module('control')
    this.#notAccepted = acceptFailureLog(this.#log, () => clock.now())
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    this.#store = new ContactStore(join(config.dataDir, 'location.sqlite'))
    this.#intake = this.#journalIntake()
    const starts = this.#workerStarts()
    this.#threads = starts.map((start) => this.#startThread(start))
    this.#pool = new WorkerPool(this.#threads.map((thread) => thread.port))
    this.#logLevel = engineLogLevel(this.#logRoot, this.#pool)
    this.#counters = new EngineCounters(starts.map((start) => createCounters(start.counters)))
    const wallOffset = (worker: number): number => this.#ready[worker]?.wallOffset ?? 0
    this.#drain = new EventDrain(
      starts.map((start) => new EventRingReader(start.ring)),
      this.#events,
      wallOffset,
    )
    this.#decoding = { node: hostname(), stateNames, wallOffset }
    this.#decode = eventDecoder(this.#decoding)
    this.#metrics = this.#buildMetrics()
    this.#subscriptions = new Subscriptions((topic) => this.#openTopic(topic), this.#guarded(), clock)
    const dispatcher = this.#buildDispatcher()
    this.#unix = new UnixServer(config.controlSocket, {
      dispatcher,
      onClosed: (subscriber) => this.#subscriptions.drop(subscriber),
      notAccepted: this.#notAccepted,
    })
    this.#http = config.http === null ? null : this.#buildHttp(dispatcher)
  }

  get log(): Log {
    return this.#log
  }

  get stopping(): boolean {
    return this.#stopping
  }

  /** Waits until SIP is served, then opens the control socket and HTTP. Rejects with StartError, ControlSocketError or HttpListenError. */
  async serve(): Promise<void> {
    const { config } = this.#setup
    const { every } = this.#guarded()
    this.#ready = await Promise.all(this.#threads.map((thread) => thread.ready))
    this.#script = this.#ready[0].script
    this.#log.info(`datagrams by the port ${this.#ready[0].datagramPort}`)
    this.#drain.start(every)
    this.#monitor.start()
    every(HEALTH_PERIOD_MS, () => {
      this.#healths.set('control', this.#monitor.take())
      this.#stalls.tick()
    })
    await this.#unix.listen()
    if (this.#http !== null && config.http !== null) this.#httpUrl = await listenHttp(this.#http, config.http, this.#notAccepted)
  }

  /** What serves where, for the line that says so. */
  place(): { readonly listeners: readonly string[]; readonly http: string | null; readonly controlSocket: string } {
    return { listeners: this.#ready[0].listeners, http: this.#httpUrl, controlSocket: this.#setup.config.controlSocket }
  }

  /** No new transactions; resolves when the running ones have ended, or after the limit. */
  async drainTransactions(limitMs: number): Promise<void> {
    this.#stopping = true
    for (const thread of this.#threads) thread.expectEnd()
    // A thread that has ended its calls still carries messages of the others: all stop once all are done.
    await this.#pool.callAll('drain', [limitMs], limitMs + 2000)
    await this.#pool.callAll('stop', [0], 2000)
  }

  async close(): Promise<void> {
    this.#drain.stop()
    this.#subscriptions.close()
    this.#http?.closeAllConnections()
    this.#http?.close()
    await this.#unix.close()
    this.#monitor.stop()
    this.#closeStore()
  }

  /** What the last journals hold is taken over now or, when that fails, at the next start. */
  #closeStore(): void {
    try {
      this.#intake.takeAll(listJournals(this.#setup.config.dataDir))
    } catch (error) {
      this.#log.error(String(error))
    }
    this.#store.close()
  }

  #journalIntake(): JournalIntake {
    const { timers } = this.#setup
    const { soon } = this.#guarded()
    return new JournalIntake({
      commit: (changes) => this.#store.commit(changes),
      read: readJournal,
      remove: removeJournal,
      soon: (work) => void soon(work),
      later: (work) => void timers.after(JOURNAL_RETRY_MS, work),
      log: this.#log,
    })
  }

  /** A bug in what only watches must not end the calls. */
  #guarded(): Timers {
    const { timers } = this.#setup
    const guard = (action: () => void) => () => {
      try {
        action()
      } catch (error) {
        this.#log.error(`A periodic task failed: ${stackOf(error)}`)
      }
    }
    return { every: (ms, action) => this.#cadence.every(ms, guard(action)), soon: (action) => timers.soon(guard(action)) }
  }

  #workerStarts(): readonly WorkerStart[] {
    const { config, clock } = this.#setup
    this.#intake.takeAll(listJournals(config.dataDir))
    this.#store.purge(clock.wall())
    const contacts = this.#store.load(clock.wall())
    const crossing = createCrossingMemory(config.workers)
    return Array.from({ length: config.workers }, (_, worker) => ({
      worker,
      config,
      counters: new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT),
      ring: new SharedArrayBuffer(ringBytes(RING_BYTES)),
      crossing,
      contacts,
    }))
  }

  #startThread(start: WorkerStart): SipThread {
    const { timers, spawn, onFatal } = this.#setup
    const thread = new SipThread(spawn(start), {
      startTimer: (action, ms) => timers.after(ms, action),
      onNotice: (notice) => this.#hear(notice, start.worker),
      onDeath: (reason) => onFatal(`SIP thread ${start.worker} ended and with it the engine, which does not restart itself: ${reason}`),
    })
    // Whoever calls serve() hears of a failed start; until then nobody has missed it.
    thread.ready.catch(() => undefined)
    return thread
  }

  #hear(notice: WorkerNotice, worker: number): void {
    if (notice.type === 'health') {
      this.#healths.set(`sip-${worker}`, notice.health)
      this.#stalls.heard(worker)
    } else if (notice.type === 'log') this.#setup.sink(notice.entry)
    else if (notice.type === 'journal-closed') this.#intake.take(notice.path)
    else if (notice.type === 'registration-trouble') this.#noteTrouble(worker, notice.sentence)
  }

  #noteTrouble(worker: number, sentence: string | null): void {
    if (sentence === null) this.#troubles.delete(worker)
    else this.#troubles.set(worker, sentence)
  }

  #unhealthy(): string | null {
    if (this.#stopping) return 'The engine is stopping'
    const [trouble] = this.#troubles.values()
    return trouble ?? null
  }

  /** A thread that is stuck cannot be stopped in order; whoever supervises the engine starts it again. */
  #endStalled(worker: number): void {
    if (this.#stopping) return
    this.#log.critical(
      `SIP thread ${worker} has not run for 15 s, probably an endless loop in the routing script: the engine ends itself to be started again`,
    )
    this.#setup.kill()
  }

  #buildMetrics(): PrometheusText {
    const facts = {
      version: VERSION,
      nodeVersion: process.version,
      startedAt: this.#startedAt,
      datagramPort: () => this.#ready[0]?.datagramPort ?? 'none',
      eventsLost: () => this.#events.lost,
      recordedOneIn: () => this.#drain.oneIn,
      threadsInTrouble: () => this.#troubles.size,
      healths: () => this.#healths,
    }
    return new PrometheusText([
      ...tmMetrics(this.#counters),
      ...messageMetrics(this.#counters),
      ...dnsMetrics(this.#counters),
      ...processMetrics(facts),
    ])
  }

  #openTopic(topic: string): ReturnType<typeof openTopic> {
    const { clock } = this.#setup
    const total = () => this.#counters.get(Counter.tmTotal) - this.#counters.get(Counter.tmDeleted)
    const sample = () =>
      statsSample({
        counters: this.#counters,
        healths: () => this.#healths,
        eventsLost: () => this.#events.lost,
        recordedOneIn: () => this.#drain.oneIn,
        now: () => clock.wall(),
        startedAt: this.#startedAt,
      })
    const live = new LiveTransactions(this.#events, startLineDecoder(this.#decoding), total, LIVE_ROWS)
    return openTopic(topic, { log: this.#events, drain: () => this.#drain.drain(), decode: this.#decode, live, sample })
  }

  #buildDispatcher(): Dispatcher {
    const methods = engineMethods({
      build: { version: VERSION, arch: process.arch, platform: process.platform },
      clock: this.#setup.clock,
      startedAt: this.#startedAt,
      counters: this.#counters,
      pool: this.#pool,
      log: this.#events,
      decode: this.#decode,
      metrics: this.#metrics,
      subscriptions: this.#subscriptions,
      traces: new CallTraceList(this.#pool, this.#setup.clock),
      recordedOneIn: () => this.#drain.oneIn,
      logLevel: this.#logLevel,
      settings: this.#buildSettings(),
      fixedStatistics: { registrar: registrarStatistics },
      info: () => this.#info(),
      script: {
        source: () => this.#readScript(),
        loaded: (script) => {
          this.#script = script
        },
      },
    })
    const current = methods.map((method) => ({
      ...method,
      call: (...call: Parameters<RpcMethod['call']>) => {
        this.#drain.drain()
        return method.call(...call)
      },
    }))
    return new Dispatcher(current, (method, error) => this.#log.error(`${method} failed: ${stackOf(error)}`))
  }

  #readScript(): ScriptSource {
    try {
      return readScript(this.#setup.config.script)
    } catch (error) {
      if (error instanceof ScriptError) throw new ControlFault({ code: 500, message: error.message })
      throw error
    }
  }

  #buildSettings(): RuntimeSettings {
    const { config } = this.#setup
    const tm = { name: 'tm', parameters: tmParameters, values: { ...tmParametersFrom(config.tm) }, check: parameterValue }
    const core = { name: 'core', parameters: coreParameters, values: { ...coreParametersFrom(config.core) }, check: coreParameterValue }
    return new RuntimeSettings([withLogLevel(parameterSettings(core, this.#pool), this.#logLevel), parameterSettings(tm, this.#pool)])
  }

  #buildHttp(dispatcher: Dispatcher): Server {
    return createHttpServer({
      dispatcher,
      metrics: this.#metrics,
      token: this.#setup.token,
      unhealthy: () => this.#unhealthy(),
      onChange: (record) => this.#log.notice(CHANGE_OVER_HTTP, { ...record }),
      onBug: (error) => this.#log.error(`An HTTP request failed: ${stackOf(error)}`),
    })
  }

  #info(): EngineInfo {
    const { config } = this.#setup
    const [first] = this.#ready
    const trouble = this.#unhealthy()
    return {
      name: hostname(),
      version: VERSION,
      pid: process.pid,
      node: process.version,
      workers: config.workers,
      listeners: [...first.listeners],
      datagramPort: first.datagramPort,
      script: this.#script,
      dataDir: config.dataDir,
      startedAt: this.#startedAt,
      ...(trouble !== null && { trouble }),
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
