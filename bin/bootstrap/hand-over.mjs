import { spawn } from 'node:child_process'
import { dirname, delimiter, join } from 'node:path'
import { runtimeFolder } from './paths.mjs'

const PARENT_WATCH_MS = 500
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']

/** Runs a script under `node` as if it were this process: same terminal, same signals, same exit code. */
export function handOver(node, script, args) {
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(runtimeFolder, 'compile-cache'),
  }
  // The channel tells the child when this process is killed: it must not live on alone.
  const child = spawn(node, [script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  stopWithNpm(child)
  child.on('error', (error) => {
    console.error(`signalbox: cannot run ${node}: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1
    } else {
      for (const name of SIGNALS) process.removeAllListeners(name)
      process.kill(process.pid, signal)
    }
    if (child.connected) child.disconnect()
  })
}

/** npx runs us below a shell that dies of a signal without passing it on; then nobody would stop us. */
function stopWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, PARENT_WATCH_MS)
  watch.unref()
}
