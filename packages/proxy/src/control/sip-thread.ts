import type { FromWorker, ReadyMessage, ToWorker, WorkerNotice } from './worker-messages.ts'
import { WorkerPort, type StartTimer } from './worker-port.ts'

/** The part of a Worker that is needed here. */
export interface WorkerLike {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
}

/** A SIP thread that could not begin to serve; the message is for the operator. */
export class StartError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StartError'
  }
}

export interface SipThreadUse {
  readonly startTimer: StartTimer
  /** All but `ready` and `failed`. */
  readonly onNotice: (notice: WorkerNotice) => void
  /** It ended although nobody stopped it. */
  readonly onDeath: (reason: string) => void
}

/** One SIP thread from its start to its end. */
export class SipThread {
  readonly port: WorkerPort
  /** Rejects with StartError. */
  readonly ready: Promise<ReadyMessage>
  #settle: { resolve: (ready: ReadyMessage) => void; reject: (error: StartError) => void } | null = null
  #failure: string | null = null
  #stopping = false

  constructor(worker: WorkerLike, use: SipThreadUse) {
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
    })
    this.port = new WorkerPort(worker, use.startTimer, (notice) => this.#hear(notice, use))
    worker.on('error', (error) => {
      this.#failure = error.stack ?? String(error)
    })
    worker.on('exit', (code) => this.#ended(this.#failure ?? `it exited with code ${code}`, use))
  }

  /** From now on its end is expected. */
  expectEnd(): void {
    this.#stopping = true
  }

  #hear(notice: WorkerNotice, use: SipThreadUse): void {
    if (notice.type === 'ready') this.#settle?.resolve(notice)
    else if (notice.type === 'failed') this.#fail(notice.message)
    else use.onNotice(notice)
    if (notice.type === 'ready') this.#settle = null
  }

  #fail(message: string): void {
    this.#stopping = true
    this.#settle?.reject(new StartError(message))
    this.#settle = null
  }

  #ended(reason: string, use: SipThreadUse): void {
    this.port.close('The SIP thread has ended')
    if (this.#settle !== null) this.#fail(`The SIP thread ended before it served: ${reason}`)
    else if (!this.#stopping) use.onDeath(reason)
  }
}
