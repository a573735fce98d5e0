import { ControlFault } from './control-fault.ts'
import type { FromWorker, ToWorker, WorkerNotice } from './worker-messages.ts'

/** The part of a Worker or MessagePort that is needed here. */
export interface PortLike {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
}

/** Starts a one-shot timer and returns its cancel; injected so that tests need no real time. */
export type StartTimer = (action: () => void, ms: number) => () => void

interface PendingCommand {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: ControlFault) => void
  readonly cancelTimer: () => void
}

const DEFAULT_TIMEOUT_MS = 5000

/** Commands to one SIP thread and their answers; everything the thread says unasked goes to `onMessage`. */
export class WorkerPort {
  readonly #port: PortLike
  readonly #startTimer: StartTimer
  readonly #onMessage: (message: WorkerNotice) => void
  readonly #pending = new Map<number, PendingCommand>()
  #lastId = 0
  #closed: string | null = null

  constructor(port: PortLike, startTimer: StartTimer, onMessage: (message: WorkerNotice) => void) {
    this.#port = port
    this.#startTimer = startTimer
    this.#onMessage = onMessage
    port.on('message', (message) => this.#receive(message))
  }

  /** Rejects with a ControlFault: the thread's own fault, 504 when it does not answer in time, 503 when it has ended. */
  call(method: string, params: unknown = [], timeoutMs = DEFAULT_TIMEOUT_MS): Promise<unknown> {
    if (this.#closed !== null) return Promise.reject(new ControlFault({ code: 503, message: this.#closed }))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#startTimer(() => {
        this.#pending.delete(id)
        reject(new ControlFault({ code: 504, message: `The SIP thread did not answer ${method} within ${timeoutMs} ms` }))
      }, timeoutMs)
      this.#pending.set(id, { resolve, reject, cancelTimer })
      this.#port.postMessage({ id, method, params })
    })
  }

  post(message: ToWorker): void {
    if (this.#closed === null) this.#port.postMessage(message)
  }

  /** The thread has ended: whoever waits for it is told why. */
  close(reason: string): void {
    this.#closed = reason
    for (const command of this.#pending.values()) {
      command.cancelTimer()
      command.reject(new ControlFault({ code: 503, message: reason }))
    }
    this.#pending.clear()
  }

  #receive(message: FromWorker): void {
    if (!('id' in message)) return this.#onMessage(message)
    const command = this.#pending.get(message.id)
    if (command === undefined) return
    this.#pending.delete(message.id)
    command.cancelTimer()
    if ('error' in message) command.reject(new ControlFault(message.error))
    else command.resolve(message.result)
  }
}
