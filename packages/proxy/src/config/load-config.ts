import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { parseLogLevel } from '@signalbox/contract'
import { AddressError, parseGateway, parseHttp, parseListen, parseNameServer } from './address.ts'
import { parseCommandLine } from './command-line.ts'
import { ConfigError } from './config-error.ts'
import { parseConfigFile, type ConfigFile } from './config-file.ts'
import type { Config, HttpAddress, ListenAddress, Origin } from './config.ts'
import { parseEnvironment, type Environment } from './environment.ts'
import { options, type OptionKey } from './options.ts'
import { nameSetting, type Layer, type Setting } from './setting.ts'

/** What was asked for: text to print, or a configuration to run with. */
export type Request = { readonly kind: 'help' } | { readonly kind: 'version' } | { readonly kind: 'run'; readonly config: Config }

/** What the process knows of the machine; the defaults are the real one. */
export interface Surroundings {
  readonly environment: Environment
  /** The folder that the process was started in. */
  readonly folder: string
  /** Throws like readFileSync. */
  readonly readText: (path: string) => string
  /** On which SIP threads may run side by side; 1 where the kernel does not spread a shared port over them. */
  readonly cores: number
}

const DEFAULT_FILE = 'signalbox.toml'
/** Longest path of a unix socket in octets: 104 with its final zero on macOS, 108 on Linux. */
const SOCKET_PATH_OCTETS = 103
const MOST_WORKERS = 32
/** Unless asked for more. Each takes memory, and the callers, the kernel and the control plane need cores as well. */
const MOST_WORKERS_BY_CORES = 4
const LONGEST_SHUTDOWN_MS = 3_600_000

/** Reads command line, environment and configuration file, checks everything, and keeps which layer won. Throws ConfigError. */
export function loadConfig(args: readonly string[], surroundings: Surroundings = machine()): Request {
  const { environment, folder, cores } = surroundings
  const commandLine = parseCommandLine(args, folder)
  if (commandLine.help) return { kind: 'help' }
  if (commandLine.version) return { kind: 'version' }
  const strong: Layer = { ...parseEnvironment(environment, folder), ...commandLine.layer }
  const { path, file } = readConfigFile(strong.config, surroundings)
  return {
    kind: 'run',
    config: build(
      { ...file?.layer, ...strong },
      { tm: file?.tm ?? {}, core: file?.core ?? {}, warnings: file?.warnings ?? [] },
      { path, folder, cores },
    ),
  }
}

function machine(): Surroundings {
  return {
    environment: process.env,
    folder: process.cwd(),
    readText: (path) => readFileSync(path, 'utf8'),
    cores: process.platform === 'linux' ? availableParallelism() : 1,
  }
}

function readConfigFile(
  asked: Setting | undefined,
  { folder, readText }: Surroundings,
): { readonly path: string | null; readonly file: ConfigFile | null } {
  const path = resolve(folder, asked?.texts[0] ?? DEFAULT_FILE)
  let text: string
  try {
    text = readText(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (asked === undefined && code === 'ENOENT') return { path: null, file: null }
    const name = asked === undefined ? path : nameSetting('config', asked, asked.texts[0])
    throw new ConfigError(`${name}: ${code === 'ENOENT' ? 'there is no such file' : message}; give a readable TOML file`)
  }
  return { path, file: parseConfigFile(path, text) }
}

function build(
  given: Layer,
  { tm, core, warnings }: Pick<Config, 'tm' | 'core' | 'warnings'>,
  from: { readonly path: string | null; readonly folder: string; readonly cores: number },
): Config {
  const settings = new Settings(given, from.folder)
  const dataDir = settings.read('data-dir', pathIn)[0]
  const controlSocket = join(dataDir, 'control.sock')
  if (Buffer.byteLength(controlSocket) > SOCKET_PATH_OCTETS) {
    throw settings.error(
      'data-dir',
      `is too long a path for a unix socket (${controlSocket}); choose one below ${SOCKET_PATH_OCTETS - 12} octets`,
    )
  }
  const listen = settings.readDistinct('listen', parseListen)
  return {
    listen,
    gateways: settings.readDistinct('gateway', parseGateway),
    dnsServers: settings.readDistinct('dns-server', parseNameServer),
    script: settings.read('script', pathIn).at(0) ?? null,
    http: settings.read('http', httpOrNone)[0],
    dataDir,
    controlSocket,
    registrationSync: settings.read('registration-sync', syncMoment)[0],
    workers: workersFor(settings, listen, from.cores),
    logLevel: settings.read('log-level', levelNumber)[0],
    demo: settings.read('demo', yesOrNo)[0],
    engineOnly: settings.read('engine-only', yesOrNo)[0],
    shutdownTimeoutMs: settings.read('shutdown-timeout', numberFrom(0, LONGEST_SHUTDOWN_MS))[0],
    tm,
    core,
    warnings,
    configFile: from.path,
    origins: settings.origins(),
  }
}

/** The threads share ports, so a port must have its number before the first of them opens it. */
function workersFor(settings: Settings, listen: readonly ListenAddress[], cores: number): number {
  const asked = settings.read('workers', numberFrom(1, MOST_WORKERS)).at(0)
  const anyPort = listen.some(({ port }) => port === 0)
  if (asked === undefined) return anyPort ? 1 : Math.min(Math.max(1, Math.floor(cores / 2)), MOST_WORKERS_BY_CORES)
  if (asked > 1 && anyPort) throw settings.error('workers', 'cannot be more than 1 with --listen on port 0; give a port')
  return asked
}

type Reader<T> = (text: string, folder: string) => T

/** The winning setting of every option. */
class Settings {
  readonly #settings: Readonly<Record<OptionKey, Setting>>

  constructor(given: Layer, folder: string) {
    const origin: Origin = { layer: 'default', place: 'default' }
    const entries = options.map(({ key, initial }) => [key, given[key] ?? { texts: initial, origin, folder }])
    this.#settings = Object.fromEntries(entries) as Record<OptionKey, Setting>
  }

  read<T>(key: OptionKey, reader: Reader<T>): readonly T[] {
    const setting = this.#settings[key]
    return setting.texts.map((text) => {
      try {
        return reader(text, setting.folder)
      } catch (error) {
        if (error instanceof AddressError) throw new ConfigError(`${nameSetting(key, setting, text)} ${error.message}`)
        throw error
      }
    })
  }

  readDistinct<T>(key: OptionKey, reader: Reader<T>): readonly T[] {
    const values = this.read(key, reader)
    const seen = new Set<string>()
    for (const [i, value] of values.entries()) {
      const text = JSON.stringify(value)
      if (seen.has(text)) throw this.error(key, 'is given twice; remove one', i)
      seen.add(text)
    }
    return values
  }

  error(key: OptionKey, reason: string, index = 0): ConfigError {
    return new ConfigError(`${nameSetting(key, this.#settings[key], this.#settings[key].texts[index])} ${reason}`)
  }

  origins(): Readonly<Record<OptionKey, Origin>> {
    const entries = Object.entries(this.#settings).map(([key, setting]) => [key, setting.origin])
    return Object.fromEntries(entries) as Record<OptionKey, Origin>
  }
}

function pathIn(text: string, folder: string): string {
  if (text === '') throw new AddressError('is empty; give a path')
  return isAbsolute(text) ? text : resolve(folder, text)
}

function httpOrNone(text: string): HttpAddress | null {
  return text === 'none' ? null : parseHttp(text)
}

function levelNumber(text: string): number {
  const level = parseLogLevel(text)
  if (level === null)
    throw new AddressError('is no log level; use alert, bug, critical, error, warn, notice, info or debug, or a number from -3 to 4')
  return level
}

function yesOrNo(text: string): boolean {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true
  if (['false', '0', 'no', 'off'].includes(text.toLowerCase())) return false
  throw new AddressError('is neither true nor false; write true, yes, on or 1, or false, no, off or 0')
}

function syncMoment(text: string): 'second' | 'always' {
  if (text === 'second' || text === 'always') return text
  throw new AddressError('is no moment to sync: use second or always')
}

function numberFrom(min: number, max: number): Reader<number> {
  return (text) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) < min || Number(text) > max) {
      throw new AddressError(`is no whole number from ${min} to ${max}`)
    }
    return Number(text)
  }
}
