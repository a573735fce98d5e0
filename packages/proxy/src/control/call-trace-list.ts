import { MOST_TRACES, type CallTrace, type TraceKind } from '@signalbox/contract'
import type { Clock } from '../clock/clock.ts'
import { ControlFault } from './control-fault.ts'
import type { WorkerPool } from './worker-pool.ts'

/** The traces that operators have set; the SIP threads hear of each change and end them by themselves when their time has come. */
export class CallTraceList {
  readonly #pool: WorkerPool
  readonly #clock: Clock
  #traces: readonly CallTrace[] = []
  #lastId = 0

  constructor(pool: WorkerPool, clock: Clock) {
    this.#pool = pool
    this.#clock = clock
  }

  /** Those that still run, the oldest first. */
  get running(): readonly CallTrace[] {
    const now = this.#clock.wall()
    return this.#traces.filter(({ until }) => until > now)
  }

  /** Faults: 429 too many. */
  async start(kind: TraceKind, value: string, seconds: number): Promise<CallTrace> {
    const { running } = this
    if (running.length >= MOST_TRACES)
      throw new ControlFault({ code: 429, message: `${MOST_TRACES} traces run already: stop one first (signalbox.trace.list shows them)` })
    const trace = { id: ++this.#lastId, kind, value, until: this.#clock.wall() + seconds * 1000 }
    await this.#set([...running, trace])
    return trace
  }

  /** Faults: 404 there is no such trace. */
  async stop(id: number): Promise<void> {
    const { running } = this
    const others = running.filter((trace) => trace.id !== id)
    if (others.length === running.length) throw new ControlFault({ code: 404, message: `There is no trace ${id}` })
    await this.#set(others)
  }

  async stopAll(): Promise<void> {
    await this.#set([])
  }

  async #set(traces: readonly CallTrace[]): Promise<void> {
    await this.#pool.callAll('trace.set', [traces])
    this.#traces = traces
  }
}
