import { isLoopback } from '@signalbox/contract'
import type { Clock } from './clock/clock.ts'
import { ConfigError } from './config/config-error.ts'
import type { Config } from './config/config.ts'
import { helpText } from './config/help.ts'
import { loadConfig } from './config/load-config.ts'
import { VERSION } from './config/version.ts'
import { ControlPlane } from './control-plane.ts'
import { Shutdown } from './control/shutdown.ts'
import { StartError } from './control/sip-thread.ts'
import { standardError } from './log/standard-error.ts'
import { HttpListenError } from './rpc/listen-http.ts'
import { ControlSocketError } from './rpc/unix-server.ts'
import { tuneV8 } from './thread/tune-v8.ts'
import { spawnSipThread } from './thread/spawn-sip-thread.ts'
import { ListenError } from './transport/listen-spec.ts'
import { probeListeners } from './transport/probe-listeners.ts'
import { ContactStoreError } from './usrloc/contact-store-error.ts'

const Exit = { OK: 0, FAILED: 1, BAD_ARGUMENTS: 2, BUG: 70 } as const
/** Errors whose message is a sentence for the operator. */
const EXPLAINED = [StartError, ListenError, ControlSocketError, HttpListenError, ContactStoreError] as const

const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }

function every(ms: number, action: () => void): () => void {
  const timer = setInterval(action, ms)
  return () => clearInterval(timer)
}

function after(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}

function soon(action: () => void): () => void {
  const immediate = setImmediate(action)
  return () => clearImmediate(immediate)
}

function endWith(code: number, sentence: string): never {
  process.stderr.write(`signalbox: ${sentence}\n`)
  process.exit(code)
}

/** A token for HTTP, from the environment because command lines are for everybody to see. */
function httpToken({ http }: Config): string | null {
  const token = process.env['SIGNALBOX_TOKEN'] ?? ''
  if (token !== '') return token
  if (http === null || isLoopback(http.host)) return null
  return endWith(
    Exit.BAD_ARGUMENTS,
    `--http ${http.host}:${http.port} is open to the network: give a token in SIGNALBOX_TOKEN, or bind to 127.0.0.1`,
  )
}

function configuration(): Config {
  try {
    const request = loadConfig(process.argv.slice(2))
    if (request.kind === 'run') return request.config
    process.stdout.write(request.kind === 'help' ? helpText() : `signalbox ${VERSION}\n`)
    process.exit(Exit.OK)
  } catch (error) {
    if (error instanceof ConfigError) return endWith(error.exitCode, error.message)
    throw error
  }
}

function explain(error: unknown): string {
  if (EXPLAINED.some((kind) => error instanceof kind)) return (error as Error).message
  return `unexpected error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

async function run(config: Config): Promise<void> {
  tuneV8()
  if (config.workers > 1) await probeListeners(config.listen)
  const plane = new ControlPlane({
    config,
    clock,
    timers: { every, after, soon },
    token: httpToken(config),
    sink: standardError(process.stderr.isTTY),
    spawn: spawnSipThread,
    onFatal: (sentence) => endWith(Exit.BUG, sentence),
    kill: () => process.kill(process.pid, 'SIGKILL'),
  })
  for (const warning of config.warnings) plane.log.warn(warning)
  const shutdown = new Shutdown(
    {
      drain: (limitMs) => plane.drainTransactions(limitMs),
      close: () => plane.close(),
      exit: (code) => process.exit(code),
      say: (sentence) => plane.log.notice(sentence),
    },
    { limitMs: config.shutdownTimeoutMs, startTimer: (action, ms) => after(ms, action), clock },
  )
  // Under a launcher the SIGTERM is its own; it has told which signal the operator sent.
  const underLauncher = process.send !== undefined
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void shutdown.signal(underLauncher ? 'Stopping' : signal))
  // The launcher is gone: nobody else would end this process.
  process.on('disconnect', () => void shutdown.signal('launcher gone'))
  await plane.serve()
  const place = plane.place()
  if (process.send === undefined) process.stdout.write(`signalbox engine ready ${JSON.stringify(place)}\n`)
  else process.send({ type: 'ready', ...place })
}

process.on('uncaughtException', (error) => endWith(Exit.BUG, explain(error)))
run(configuration()).catch((error: unknown) =>
  endWith(EXPLAINED.some((kind) => error instanceof kind) ? Exit.FAILED : Exit.BUG, explain(error)),
)
