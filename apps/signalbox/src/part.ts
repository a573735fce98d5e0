import { fork, type ChildProcess } from 'node:child_process'
import { parsePartMessage, type ReadyMessage } from './part-message.ts'

export interface PartPlan {
  /** As sentences name it: `the API`. */
  readonly name: string
  readonly script: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** False: what it prints is for people who start it by hand. Its errors are always shown. */
  readonly talks: boolean
}

export interface PartExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** How long it ran, ms. */
  readonly lived: number
}

/** It ended, or said that it cannot serve, before it was ready. The message is empty when it has told the operator itself. */
export class PartFailure extends Error {
  override readonly name = 'PartFailure'
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }
}

/** One running process of Signalbox. */
export class Part {
  readonly ready: Promise<ReadyMessage>
  readonly exited: Promise<PartExit>
  readonly #child: ChildProcess
  #ended = false

  constructor(plan: PartPlan) {
    const started = performance.now()
    // In a group of its own: a terminal sends Ctrl-C to the launcher alone, which then stops its parts in order.
    this.#child = fork(plan.script, plan.args, {
      env: plan.env,
      detached: true,
      stdio: ['ignore', plan.talks ? 'inherit' : 'ignore', 'inherit', 'ipc'],
    })
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null): void => {
        this.#ended = true
        resolve({ code, signal, lived: performance.now() - started })
      }
      this.#child.on('error', () => end(1, null))
      this.#child.on('exit', end)
    })
    this.ready = this.#untilReady(plan.name)
    // Whoever stops waiting for it must not end the process.
    this.ready.catch(() => undefined)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** SIGTERM, then SIGKILL for what does not end within `limit` ms. */
  async stop(limit: number): Promise<PartExit> {
    if (!this.#ended) this.#child.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), limit)
    const exit = await this.exited
    clearTimeout(timer)
    return exit
  }

  kill(): void {
    if (!this.#ended) this.#child.kill('SIGKILL')
  }

  #untilReady(name: string): Promise<ReadyMessage> {
    return new Promise((resolve, reject) => {
      this.#child.on('message', (raw) => {
        const message = parsePartMessage(raw)
        if (message?.type === 'ready') resolve(message)
        if (message?.type === 'failed') reject(new PartFailure(message.message, message.exitCode))
      })
      void this.exited.then((exit) => {
        const told = exit.signal === null
        reject(new PartFailure(told ? '' : `${name} ${describeExit(exit)} before it served.`, exitCodeOf(exit)))
      })
    })
  }
}

/** `ended with code 1`, `was ended by SIGKILL`. */
export function describeExit({ code, signal }: PartExit): string {
  return signal === null ? `ended with code ${code}` : `was ended by ${signal}`
}

/** A process that a signal ended counts as failed. */
export function exitCodeOf({ code }: PartExit): number {
  return code ?? 1
}
