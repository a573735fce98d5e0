import type { Duplex } from 'node:stream'
import type { MethodName, ParamsOf, ResultOf, TopicMessage } from '@signalbox/contract'
import { EngineClient, type EngineCalls } from './client.ts'
import { EngineFault } from './engine-fault.ts'
import { ApiError } from '../errors.ts'
import type { CancelTimer, Timers } from '../timers.ts'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 3000
/** An engine that hangs keeps its sockets open: only a question tells. */
const WATCH_MS = 5000

export interface EngineLinkOptions {
  /** Starts a connection; emits 'connect' or 'error'/'close'. */
  readonly connect: () => Duplex
  readonly timers: Timers
  readonly timeoutMs: number
  /** 0 to 1; spreads the attempts of several APIs. */
  readonly random: () => number
}

export interface EngineLinkListener {
  topic(message: TopicMessage): void
  /** `up`: connected and answering. */
  state(up: boolean): void
}

/** Keeps one connection to the engine, for ever: lost or refused, it comes back with growing pauses. */
export class EngineLink implements EngineCalls {
  readonly #options: EngineLinkOptions
  #listener: EngineLinkListener = { topic: () => undefined, state: () => undefined }
  #client: EngineClient | null = null
  #up = false
  #stopped = true
  #failures = 0
  #cancelRetry: CancelTimer = () => undefined
  #cancelWatch: CancelTimer = () => undefined
  #lastReason = 'not connected yet'
  #nodeName = ''

  constructor(options: EngineLinkOptions) {
    this.#options = options
  }

  get up(): boolean {
    return this.#up
  }

  /** Name of the engine, as far as it was ever reached. */
  get nodeName(): string {
    return this.#nodeName
  }

  start(listener: EngineLinkListener): void {
    this.#listener = listener
    this.#stopped = false
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelRetry()
    this.#client?.close('API stops')
  }

  async call<M extends MethodName>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>> {
    return (await this.callByName(method, params)) as ResultOf<M>
  }

  callByName(method: string, params: readonly unknown[]): Promise<unknown> {
    if (this.#client === null || !this.#up) return Promise.reject(new ApiError('ENGINE_DOWN', { detail: this.#lastReason }))
    return this.#client.callByName(method, params)
  }

  #connect(): void {
    const stream = this.#options.connect()
    const client = new EngineClient({
      stream,
      timers: this.#options.timers,
      timeoutMs: this.#options.timeoutMs,
      onTopic: (message) => {
        this.#listener.topic(message)
      },
      onClosed: (reason) => {
        this.#lost(reason)
      },
    })
    this.#client = client
    stream.once('connect', () => {
      void this.#greet(client)
    })
  }

  /** A socket that accepts is not yet an engine that answers. */
  async #greet(client: EngineClient): Promise<void> {
    try {
      const info = await client.call('signalbox.info', [])
      this.#nodeName = info.name
    } catch (error) {
      if (!(error instanceof EngineFault)) {
        client.close(error instanceof ApiError ? (error.detail ?? error.message) : 'no greeting')
        return
      }
    }
    if (client !== this.#client) return
    this.#failures = 0
    this.#up = true
    this.#cancelWatch = this.#options.timers.every(WATCH_MS, () => {
      client.call('core.version', []).catch((error: unknown) => {
        if (error instanceof ApiError) client.close(error.detail ?? error.message)
      })
    })
    this.#listener.state(true)
  }

  #lost(reason: string): void {
    this.#lastReason = reason
    this.#client = null
    this.#cancelWatch()
    const wasUp = this.#up
    this.#up = false
    if (wasUp) this.#listener.state(false)
    if (this.#stopped) return
    const pause = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS)
    this.#failures++
    this.#cancelRetry = this.#options.timers.after(pause * (0.75 + this.#options.random() / 2), () => {
      this.#connect()
    })
  }
}
