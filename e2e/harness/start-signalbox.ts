import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import type { Exit } from './child.ts'
import { startChild } from './child.ts'
import { freePort } from './free-port.ts'
import { descendants, isAlive } from './process-tree.ts'
import type { Rpc } from './rpc.ts'
import { rpcOver } from './rpc.ts'
import { waitUntil } from './wait-until.ts'

/** Whatever should end by itself and does not is killed after this. */
const START_LIMIT = 60_000

export const repositoryRoot = resolve(import.meta.dirname, '../..')
const command = join(repositoryRoot, 'bin/signalbox.mjs')

export interface SignalboxOptions {
  /** Default: UDP and TCP on 127.0.0.1 at one free port. `PORT` in a text becomes that port. */
  readonly listen?: readonly string[]
  readonly gateways?: readonly string[]
  /** Text of a routing script; the file can be changed later for reload. */
  readonly script?: string
  /** The [tm] table of the configuration file, in the parameter names of tm. */
  readonly tm?: Readonly<Record<string, number | string>>
  /** Its [core] table, in the parameter names of Kamailio's core. */
  readonly core?: Readonly<Record<string, number | string>>
  /** The engine alone unless told otherwise: it starts faster, and serves /RPC, /metrics and /healthz itself. */
  readonly withApi?: boolean
  readonly flags?: readonly string[]
  /** Variables beside those of whoever runs the tests. */
  readonly environment?: NodeJS.ProcessEnv
  /** A folder that outlives this process: used by tests that start twice. */
  readonly dataDir?: string
}

export interface Signalbox {
  readonly pid: number
  readonly sipPort: number
  readonly url: string
  readonly dataDir: string
  readonly scriptFile: string
  readonly rpc: Rpc
  readonly output: () => string
  readonly exited: Promise<Exit>
  readonly running: () => boolean
  /** Process id of the engine, or of the API, found among the children by what they run. */
  readonly pidOf: (part: 'engine' | 'api' | 'demo') => number
  readonly healthy: () => Promise<boolean>
  readonly signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, and an error when it does not end by itself. */
  readonly stop: () => Promise<Exit>
  /** kill -9 to every process of it, like a power cut. */
  readonly kill: () => Promise<void>
}

const partOf = { engine: 'packages/proxy/src/main.ts', api: 'apps/api/src/main.ts', demo: 'apps/demo/src/main.ts' } as const

/** Where many tests share a machine, a thread may look saturated that only has to wait: overload is for the test of overload. */
function toml({ tm = {}, core = {} }: SignalboxOptions): string {
  const lines = (table: object): string[] => Object.entries(table).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
  return ['[tm]', ...lines(tm), '[core]', ...lines({ overload_control: 0, ...core }), ''].join('\n')
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).status === 200
  } catch {
    return false
  }
}

function commandLine(
  options: SignalboxOptions,
  sipPort: number,
  files: { readonly dataDir: string; readonly scriptFile: string },
): string[] {
  const listen = options.listen ?? ['udp:127.0.0.1:PORT', 'tcp:127.0.0.1:PORT']
  return [
    command,
    ...listen.flatMap((address) => ['--listen', address.replace('PORT', String(sipPort))]),
    ...(options.gateways ?? []).flatMap((gateway) => ['--gateway', gateway]),
    ...(options.script === undefined ? [] : ['--script', files.scriptFile]),
    '--data-dir',
    files.dataDir,
    ...(options.withApi === true ? [] : ['--engine-only']),
    ...(options.flags ?? []),
  ]
}

/** Runs the command with these arguments in an empty folder and gives what it printed; for start-up errors and --help. */
export async function runSignalbox(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Exit & { readonly output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-e2e-'))
  const child = startChild(process.execPath, [command, ...args], { cwd: folder, env: { ...cleanEnvironment(), ...environment } })
  const timer = setTimeout(() => child.signal('SIGKILL'), START_LIMIT)
  const exit = await child.exited
  clearTimeout(timer)
  await rm(folder, { recursive: true, force: true })
  return { ...exit, output: child.output() }
}

/** Without the settings of whoever runs the tests. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('SIGNALBOX_') && name !== 'NODE_OPTIONS')
  return Object.fromEntries(kept)
}

/** Starts the real thing with free ports and a data folder of its own, and waits until /healthz answers 200. */
export async function startSignalbox(options: SignalboxOptions = {}): Promise<Signalbox> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-e2e-'))
  const dataDir = options.dataDir ?? join(folder, 'data')
  const scriptFile = join(folder, 'route.js')
  await mkdir(dataDir, { recursive: true })
  if (options.script !== undefined) await writeFile(scriptFile, options.script)
  await writeFile(join(folder, 'signalbox.toml'), toml(options))
  const sipPort = await freePort()
  const httpPort = await freePort()
  const url = `http://127.0.0.1:${httpPort}`
  const args = [...commandLine(options, sipPort, { dataDir, scriptFile }), '--http', `127.0.0.1:${httpPort}`]
  // As many SIP threads on every machine.
  const environment = { ...cleanEnvironment(), SIGNALBOX_WORKERS: '1', ...options.environment }
  const child = startChild(process.execPath, args, { cwd: folder, env: environment })

  const clear = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true })
  }
  const kill = async (): Promise<void> => {
    const victims = [child.pid, ...descendants(child.pid).map((entry) => entry.pid)]
    for (const pid of victims) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    await child.exited
    await waitUntil('all processes to be gone', () => (victims.some(isAlive) ? undefined : true))
    await clear()
  }
  const stop = async (): Promise<Exit> => {
    const family = descendants(child.pid)
    const exit = await child.stop('SIGTERM', START_LIMIT)
    await waitUntil('the child processes to end', () => (family.some((entry) => isAlive(entry.pid)) ? undefined : true))
    await clear()
    return exit
  }
  const pidOf = (part: keyof typeof partOf): number => {
    const entry = descendants(child.pid).find((candidate) => candidate.commandLine.includes(partOf[part]))
    if (entry === undefined) throw new Error(`no ${part} process among the children of ${child.pid}`)
    return entry.pid
  }
  try {
    await waitUntil('/healthz to answer 200', async () => ((await answers(url)) || !child.running() ? true : undefined), START_LIMIT)
    if (!child.running()) throw new Error('it ended at once')
  } catch (problem) {
    const printed = child.output()
    await kill()
    throw new Error(`Signalbox did not start; it printed:\n${printed}`, { cause: problem })
  }
  return {
    pid: child.pid,
    sipPort,
    url,
    dataDir,
    scriptFile,
    rpc: rpcOver(`${url}/RPC`),
    output: child.output,
    exited: child.exited,
    running: child.running,
    pidOf,
    healthy: () => answers(url),
    signal: child.signal,
    stop,
    kill,
  }
}
