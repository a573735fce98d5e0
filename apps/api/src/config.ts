import { parseArgs } from 'node:util'
import { isLoopback, isToken, TOKEN_RULE } from '@signalbox/contract'

export interface Config {
  /** Path of the engine's unix socket. */
  readonly engineSocket: string
  readonly host: string
  readonly port: number
  /** null: none needed, bound to loopback. */
  readonly token: string | null
  /** Folder of the built console; null: none. */
  readonly webDist: string | null
}

/** A bad argument; the message is the one line that says what to do. */
export class ConfigError extends Error {}

interface RawConfig {
  readonly 'engine-socket'?: string
  readonly http?: string
  readonly token?: string
  readonly 'web-dist'?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Arguments before environment (SIGNALBOX_ENGINE_SOCKET, _HTTP, _TOKEN, _WEB_DIST) before defaults. Throws ConfigError. */
export function readConfig(args: readonly string[], environment: Environment): Config {
  const raw = { ...fromEnvironment(environment), ...fromArguments(args) }
  const { host, port } = parseAddress(raw.http ?? '127.0.0.1:8060')
  const token = raw.token ?? ''
  if (token !== '' && !isToken(token)) throw new ConfigError(`--token needs ${TOKEN_RULE}`)
  if (token === '' && !isLoopback(host)) {
    throw new ConfigError(
      `--http ${host}:${port} is open to the network: give a token with --token or SIGNALBOX_TOKEN, or bind to 127.0.0.1`,
    )
  }
  return {
    engineSocket: raw['engine-socket'] ?? '.signalbox/control.sock',
    host,
    port,
    token: token === '' ? null : token,
    webDist: raw['web-dist'] ?? null,
  }
}

function fromArguments(args: readonly string[]): RawConfig {
  try {
    const text = { type: 'string' } as const
    return parseArgs({ args: [...args], options: { 'engine-socket': text, http: text, token: text, 'web-dist': text } }).values
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0].replace(/\.? To specify.*/, '') : String(error)
    throw new ConfigError(`${reason}: use --engine-socket PATH, --http HOST:PORT, --token TOKEN, --web-dist DIR`)
  }
}

function fromEnvironment(environment: Environment): RawConfig {
  const entries = Object.entries({
    'engine-socket': environment['SIGNALBOX_ENGINE_SOCKET'],
    http: environment['SIGNALBOX_HTTP'],
    token: environment['SIGNALBOX_TOKEN'],
    'web-dist': environment['SIGNALBOX_WEB_DIST'],
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ''))
}

function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const port = Number(found?.[3])
  if (found === null || port > 65_535)
    throw new ConfigError(`--http ${text} is no address: write HOST:PORT, for example 127.0.0.1:8060 or [::1]:8060`)
  return { host: found[1] ?? found[2], port }
}
