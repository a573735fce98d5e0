import type { FaultDefinition } from '@signalbox/contract'

/** Everything that passes between the control thread and a SIP thread over their MessagePort. Counters and events do not: they are shared memory. */

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
  readonly datagramPort: string
  readonly script: ScriptStatus
  /** Unix milliseconds of monotonic 0 of that thread's clock: `wall() - now()`. */
  readonly wallOffset: number
}

/** Sent instead of `ready`: one sentence that names the cause and what to do. */
export interface FailedMessage {
  readonly type: 'failed'
  readonly message: string
}

/** Measures that only the thread itself can take; sent about once a second. Times in seconds, sizes in bytes. */
export interface ThreadHealth {
  readonly loopDelayP50: number
  readonly loopDelayP99: number
  readonly loopDelayMax: number
  readonly heapUsed: number
  readonly heapTotal: number
  /** Since the thread started, by kind of collection. */
  readonly gc: Readonly<Record<string, { readonly count: number; readonly seconds: number }>>
}

export interface HealthMessage {
  readonly type: 'health'
  readonly health: ThreadHealth
}

/** Binding changes that wait for their commit; `batch` is the usrloc store's own. */
export interface UsrlocMessage {
  readonly type: 'usrloc'
  readonly seq: number
  readonly batch: readonly unknown[]
}

export interface UsrlocCommittedMessage {
  readonly type: 'usrloc-committed'
  readonly seq: number
  readonly ok: boolean
}

export type FromWorker = CommandReply | ReadyMessage | FailedMessage | HealthMessage | UsrlocMessage
export type ToWorker = CommandMessage | UsrlocCommittedMessage
