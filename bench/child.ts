import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'

export interface ChildOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
}

/** Milliseconds that a process may take to end by itself. */
const PATIENCE = 15_000

const living = new Set<Child>()
// Nothing that was started here outlives us, however we end.
process.on('exit', () => {
  for (const child of living) child.killGroup()
})

/** A process of the benchmark with everything that it starts: what it prints is kept for the message that says why it failed. */
export class Child {
  readonly process: ChildProcess
  readonly #name: string
  #printed = ''

  constructor(command: string, args: readonly string[], options: ChildOptions) {
    this.#name = command
    const { cwd, env = process.env } = options
    this.process = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    living.add(this)
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#printed = (this.#printed + text).slice(-4000)))
    }
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null
  }

  get printed(): string {
    return this.#printed
  }

  /** Resolves when `ready()` is true; rejects when the process has ended before, or after ten seconds. */
  async until(ready: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 10_000
    // Each look depends on time having passed since the last one.
    // oxlint-disable-next-line no-await-in-loop
    while (!(await ready())) {
      if (!this.running) throw new Error(`${this.#name} has ended:\n${this.#printed}`)
      if (performance.now() > deadline) throw new Error(`${this.#name} does not get ready:\n${this.#printed}`)
      // oxlint-disable-next-line no-await-in-loop
      await pause(50)
    }
  }

  /** Its exit code; -1 when a signal ended it. */
  async end(): Promise<number> {
    if (this.running) await once(this.process, 'exit')
    return this.process.exitCode ?? -1
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.running) {
      this.process.kill(signal)
      const late = setTimeout(() => this.process.kill('SIGKILL'), PATIENCE)
      await this.end()
      clearTimeout(late)
    }
    this.killGroup()
    living.delete(this)
  }

  /** What is left of the process and of those that it has started. */
  killGroup(): void {
    try {
      process.kill(-this.pid, 'SIGKILL')
    } catch {
      // Nothing is left.
    }
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds))
}
