import type { Duplex } from 'node:stream'
import { findMethod, TOPIC_NOTIFICATION, type MethodName, type ParamsOf, type ResultOf, type TopicMessage } from '@signalbox/contract'
import { createJSONRPCErrorResponse, isJSONRPCResponse, JSONRPCClient } from 'json-rpc-2.0'
import { EngineFault } from './engine-fault.ts'
import { LineReader } from './line-reader.ts'
import { ApiError } from '../errors.ts'
import type { Timers } from '../timers.ts'

/** tm.list of 100,000 transactions is a line of some 45 MB. */
const LINE_LIMIT_BYTES = 128 * 1024 * 1024
/** Codes of answers that this client makes up; the library hands every failure on as a JSON-RPC error. */
const TIMED_OUT = -32_050
const CLOSED = 0

/** What routes need of the engine. Rejects with EngineFault (it refused) or ApiError (ENGINE_DOWN, ENGINE_TIMEOUT). */
export interface EngineCalls {
  call<M extends MethodName>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>>
  /** For a method known only by name. */
  callByName(method: string, params: readonly unknown[]): Promise<unknown>
}

export interface EngineClientOptions {
  readonly stream: Duplex
  readonly timers: Timers
  /** For methods that name no longer time themselves. */
  readonly timeoutMs: number
  readonly onTopic: (message: TopicMessage) => void
  /** Once, when the connection is over; calls under way have been rejected by then. */
  readonly onClosed: (reason: string) => void
}

/** One connection to the engine: newline-delimited JSON-RPC 2.0. */
export class EngineClient implements EngineCalls {
  readonly #options: EngineClientOptions
  readonly #reader = new LineReader(LINE_LIMIT_BYTES)
  readonly #rpc: JSONRPCClient
  #nextId = 0
  #closed = false

  constructor(options: EngineClientOptions) {
    this.#options = options
    this.#rpc = new JSONRPCClient(
      (request) => {
        if (this.#closed) throw new Error('closed')
        options.stream.write(`${JSON.stringify(request)}\n`)
      },
      () => this.#nextId,
    )
    options.stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
    })
    options.stream.on('error', (error: Error) => {
      this.close(error.message)
    })
    options.stream.on('close', () => {
      this.close('connection closed')
    })
  }

  async call<M extends MethodName>(method: M, params: ParamsOf<M>): Promise<ResultOf<M>> {
    return (await this.callByName(method, params)) as ResultOf<M>
  }

  async callByName(method: string, params: readonly unknown[]): Promise<unknown> {
    const id = ++this.#nextId
    const cancel = this.#options.timers.after(this.#patience(method), () => {
      this.#rpc.receive(createJSONRPCErrorResponse(id, TIMED_OUT, method))
    })
    try {
      return (await this.#rpc.request(method, params)) as unknown
    } catch (error) {
      throw this.#translate(error, method)
    } finally {
      cancel()
    }
  }

  #patience(method: string): number {
    return Math.max(this.#options.timeoutMs, findMethod(method)?.answersWithinMs ?? 0)
  }

  close(reason: string): void {
    if (this.#closed) return
    this.#closed = true
    this.#options.stream.destroy()
    this.#rpc.rejectAllPendingRequests(reason)
    this.#options.onClosed(reason)
  }

  #receive(chunk: Buffer): void {
    let lines: readonly string[]
    try {
      lines = this.#reader.push(chunk)
    } catch (error) {
      this.close(error instanceof Error ? error.message : 'bad framing')
      return
    }
    for (const line of lines) {
      if (this.#closed) return
      this.#receiveLine(line)
    }
  }

  #receiveLine(line: string): void {
    let message: unknown
    try {
      message = JSON.parse(line)
    } catch {
      this.close('the engine sent a line that is no JSON')
      return
    }
    if (isJSONRPCResponse(message)) this.#rpc.receive(message)
    else if (isTopicNotification(message)) this.#options.onTopic(message.params)
  }

  #translate(error: unknown, method: string): Error {
    const { code, message } = error as { readonly code?: number; readonly message?: string }
    if (code === TIMED_OUT) return new ApiError('ENGINE_TIMEOUT', { detail: `${method}: no answer within ${this.#patience(method)} ms` })
    if (code === undefined || code === CLOSED) return new ApiError('ENGINE_DOWN', { detail: message ?? 'connection closed' })
    return new EngineFault({ code, message: message ?? '' })
  }
}

function isTopicNotification(message: unknown): message is { readonly params: TopicMessage } {
  if (typeof message !== 'object' || message === null) return false
  const { method, params } = message as {
    readonly method?: unknown
    readonly params?: { readonly topic?: unknown; readonly seq?: unknown } | null
  }
  return (
    method === TOPIC_NOTIFICATION &&
    typeof params === 'object' &&
    params !== null &&
    typeof params.topic === 'string' &&
    typeof params.seq === 'number'
  )
}
