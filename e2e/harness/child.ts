import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface ChildOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  readonly input?: string
}

/** A process that the harness started, with everything it printed. */
export interface Child {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly running: () => boolean
  readonly output: () => string
  readonly write: (text: string) => void
  readonly signal: (signal: NodeJS.Signals) => void
  /** Sends the signal, waits, and kills what did not end in time. */
  readonly stop: (signal?: NodeJS.Signals, graceMs?: number) => Promise<Exit>
}

const KEPT_OUTPUT = 4_000_000

export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' })
  let text = ''
  let ended = false
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-KEPT_OUTPUT)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  // A child that ends before it read its input gives EPIPE here; its exit code tells the story.
  child.stdin.on('error', () => undefined)
  if (options.input !== undefined) child.stdin.end(options.input)
  const exited = new Promise<Exit>((resolve) => {
    const finish = (exit: Exit): void => {
      ended = true
      resolve(exit)
    }
    child.on('error', (error) => {
      text += `${error.message}\n`
      finish({ code: 127, signal: null })
    })
    child.on('close', (code, signal) => finish({ code, signal }))
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM', graceMs = 10_000): Promise<Exit> => {
    if (!ended) child.kill(signal)
    const late = await Promise.race([exited.then(() => false), sleep(graceMs, true, { ref: false })])
    if (late) child.kill('SIGKILL')
    return exited
  }
  return {
    pid: child.pid ?? -1,
    exited,
    running: () => !ended,
    output: () => text,
    write: (line) => void child.stdin.write(line),
    signal: (signal) => void child.kill(signal),
    stop,
  }
}

/** Runs a program to its end. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly timeoutMs?: number } = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = startChild(command, args, { ...options, input: options.input ?? '' })
  const timer = setTimeout(() => child.signal('SIGKILL'), options.timeoutMs ?? 60_000)
  const { code } = await child.exited
  clearTimeout(timer)
  return { code, output: child.output() }
}
