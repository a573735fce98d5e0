import type { FaultDefinition } from '@signalbox/contract'
import type { Config } from '../config/config.ts'
import type { CrossingMemory } from '../crossing/crossing-memory.ts'
import type { LogEntry } from '../log/log-entry.ts'
import type { Contact } from '../usrloc/contact.ts'

/** Everything that passes between the control thread and a SIP thread over their MessagePort. Counters and events do not: they are shared memory. */

/** `workerData` of a SIP thread. */
export interface WorkerStart {
  readonly worker: number
  readonly config: Config
  /** COUNTERS doubles: metrics/counter-layout.ts. */
  readonly counters: SharedArrayBuffer
  /** bus/event-ring.ts */
  readonly ring: SharedArrayBuffer
  /** Shared with the other SIP threads. */
  readonly crossing: CrossingMemory
  /** The bindings that the store holds. */
  readonly contacts: readonly Contact[]
}

export interface CommandMessage {
  readonly id: number
  readonly method: string
  readonly params: unknown
}

export type CommandReply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: FaultDefinition }

export interface ScriptStatus {
  readonly file: string
  readonly version: number
  /** Unix milliseconds. */
  readonly loadedAt: number
}

/** Sent once, when the SIP thread serves. */
export interface ReadyMessage {
  readonly type: 'ready'
  /** `udp:127.0.0.1:5060`, IPv6 in brackets, in the order of the configuration, with the ports really bound. */
  readonly listeners: readonly string[]
  /** How datagrams reach the kernel. */
  readonly datagramPort: 'dgram' | 'ffi' | 'native'
  readonly script: ScriptStatus
  /** Unix milliseconds of monotonic 0 of that thread's clock: `wall() - now()`. */
  readonly wallOffset: number
}

/** Sent instead of `ready`: one sentence that names the cause and what to do. */
interface FailedMessage {
  readonly type: 'failed'
  readonly message: string
}

/** Measures that only the thread itself can take; sent about once a second. Times in seconds, sizes in bytes. */
export interface ThreadHealth {
  readonly loopDelayP50: number
  readonly loopDelayP99: number
  readonly loopDelayP999: number
  readonly loopDelayMax: number
  readonly heapUsed: number
  readonly heapTotal: number
  /** The longest collection since the last report, seconds. */
  readonly gcMax: number
  /** Since the thread started: ready, but without a core. Null where the system does not tell, and of the control thread. */
  readonly waited: number | null
  /** The core that the thread stays on; null: any. */
  readonly core: number | null
  /** Since the thread started, by kind of collection. */
  readonly gc: Readonly<Record<string, { readonly count: number; readonly seconds: number }>>
}

interface HealthMessage {
  readonly type: 'health'
  readonly health: ThreadHealth
}

/** A line for the operator; one place writes the log. */
interface LogMessage {
  readonly type: 'log'
  readonly entry: LogEntry
}

/** A journal of registrations that is complete: the store can take it over. */
interface JournalClosedMessage {
  readonly type: 'journal-closed'
  readonly path: string
}

/** Registrations cannot be written, and why; null: they can again. */
interface RegistrationTroubleMessage {
  readonly type: 'registration-trouble'
  readonly sentence: string | null
}

export type FromWorker =
  | CommandReply
  | ReadyMessage
  | FailedMessage
  | HealthMessage
  | LogMessage
  | JournalClosedMessage
  | RegistrationTroubleMessage
/** What a thread says unasked. */
export type WorkerNotice = Exclude<FromWorker, CommandReply>
export type ToWorker = CommandMessage
