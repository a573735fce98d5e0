import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
/** Where test runs leave their results. */
export const resultFolder = join(root, '.runtime/results')

export interface ToolRun {
  readonly code: number
  readonly output: string
}

/** A command line of a development tool, `node_modules/.bin` first. */
export interface Tool {
  readonly command: string
  readonly args: readonly string[]
  /** True: its output goes straight to the terminal and is not kept. */
  readonly live?: boolean
  readonly env?: NodeJS.ProcessEnv
  /** Longer than this, ms, means that it hangs: it is ended and has failed. */
  readonly limit?: number
}

const LIMIT = 600_000

/** Runs a tool in the root of the checkout to its end. */
export function runTool({ command, args, live = false, env = {}, limit = LIMIT }: Tool): Promise<ToolRun> {
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env, PATH: path },
    stdio: live ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8')
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const timer = setTimeout(() => {
    output += `${command} did not end within ${limit / 1000} s\n`
    child.kill('SIGKILL')
  }, limit)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ code: code ?? 1, output })
    })
  })
}
