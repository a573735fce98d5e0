import { networkInterfaces } from 'node:os'
import { styleText } from 'node:util'
import { ConfigError } from '@signalbox/proxy/config/config-error.ts'
import type { Config } from '@signalbox/proxy/config/config.ts'
import { helpText } from '@signalbox/proxy/config/help.ts'
import { loadConfig } from '@signalbox/proxy/config/load-config.ts'
import { VERSION } from '@signalbox/proxy/config/version.ts'
import { banner } from './banner.ts'
import { Launcher } from './launcher.ts'
import { partScripts } from './plans.ts'

/** One Ctrl-C may arrive twice, from the terminal and from npm; only a later one means impatience. */
const SAME_KEYPRESS = 500
const STOPPING = 'Stopping: running calls may finish. Ctrl-C again ends them now.'

const strong = (text: string): string => styleText('bold', text, { stream: process.stdout })
const say = (line: string): void => {
  process.stderr.write(`signalbox: ${line}\n`)
}

/** Help and version are answered here; null then. */
function requestedConfig(args: readonly string[]): Config | null {
  const request = loadConfig(args)
  if (request.kind === 'run') return request.config
  process.stdout.write(request.kind === 'help' ? helpText(strong) : `signalbox ${VERSION}\n`)
  return null
}

/** The first IPv4 address of this machine that is not loopback. */
function ownAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? null
}

function stopOnSignals(launcher: Launcher): void {
  let first = 0
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now()
    if (first === 0) {
      first = now
      say(`${signal}. ${STOPPING}`)
      launcher.stop()
    } else if (now - first > SAME_KEYPRESS) {
      launcher.kill()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  // The channel to whoever started us must not keep us alive, but its end means that nobody else would stop us.
  process.channel?.unref()
  process.on('disconnect', () => launcher.stop())
}

async function main(args: readonly string[]): Promise<number> {
  const config = requestedConfig(args)
  if (config === null) return 0
  const launcher = new Launcher({
    config,
    args,
    scripts: partScripts,
    say,
    onServing: (serving) => {
      const facts = { ...serving, version: VERSION, config, ownAddress: ownAddress() }
      process.stdout.write(banner(facts, strong))
    },
  })
  stopOnSignals(launcher)
  return launcher.run()
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  say(error.message)
  process.exitCode = error.exitCode
}
