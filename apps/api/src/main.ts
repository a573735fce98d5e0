import { createConnection } from 'node:net'
import { acceptFailureLog } from '@signalbox/contract'
import { buildApp } from './app.ts'
import { ConfigError, readConfig, type Config } from './config.ts'
import { textLines } from './text-lines.ts'

const BAD_ARGUMENTS = 2

function configOrExit(): Config {
  try {
    return readConfig(process.argv.slice(2), process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`signalbox api: ${error.message}\n`)
    process.exit(BAD_ARGUMENTS)
  }
}

/** One sentence for what the operating system refuses. */
function listenFailure(error: unknown, address: string): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return `${address} is taken: stop what listens there, or choose another with --http HOST:PORT`
  if (code === 'EACCES') return `${address} is not allowed for this user: choose a port from 1024 up with --http HOST:PORT`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `${address} is no address of this machine: choose another with --http HOST:PORT`
  return `${address}: ${message}`
}

const config = configOrExit()
const address = `${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`
const app = await buildApp({
  connect: () => createConnection(config.engineSocket),
  token: config.token,
  webDist: config.webDist,
  log: process.stderr.isTTY ? textLines(process.stderr) : process.stderr,
})

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await app.close()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
// Started by the launcher with a channel: when the launcher is gone, nobody would stop this process.
process.on('disconnect', () => void stop())

try {
  const url = await app.listen({ host: config.host, port: config.port })
  // The system may have no room for a connection, out of memory for example; those that there are go on.
  app.server.on(
    'error',
    acceptFailureLog(app.log, () => performance.now()),
  )
  if (process.send === undefined)
    process.stdout.write(`signalbox api: ${url} (engine ${config.engineSocket}${config.token === null ? '' : ', token needed'})\n`)
  else process.send({ type: 'ready', http: url })
} catch (error) {
  process.stderr.write(`signalbox api: ${listenFailure(error, address)}\n`)
  process.exit(1)
}
