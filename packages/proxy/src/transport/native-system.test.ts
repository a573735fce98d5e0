import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { builtNativeModule } from './native-system.fixture.ts'
import { openNativeSystem } from './native-system.ts'

const file = builtNativeModule()

/** The module text of a worker that opens a port and then does `work`. */
function workerWithPort(work: string): string {
  const at = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href)
  return `
    import { openBatchPort } from ${at('batch-port.ts')}
    import { EndpointTable } from ${at('endpoint.ts')}
    import { openNativeSystem } from ${at('native-system.ts')}
    import { Turn } from ${at('turn.ts')}
    const endpoints = new EndpointTable()
    const consumer = { datagram: () => { throw new Error('contained') }, failed: () => undefined }
    const options = { address: '127.0.0.1', family: 4, port: 0, reusePort: false, steering: null, receiveBuffer: 65536, receiveWindow: 0 }
    const port = openBatchPort(openNativeSystem(${JSON.stringify(file)}), options, { consumer, endpoints, turn: new Turn() })
    process.on('uncaughtException', (error) => { console.log(error.message); process.exit(5) })
    ${work}`
}

/** Runs it in a worker of a process of its own; `main` is what the main thread does. */
function run(work: string, main: string): { readonly status: number | null; readonly output: string } {
  const worker = `data:text/javascript,${encodeURIComponent(workerWithPort(work))}`
  const program = `import { Worker } from 'node:worker_threads'
    const worker = new Worker(new URL(${JSON.stringify(worker)}))
    ${main}`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' })
  return { status, output: `${stdout}${stderr}` }
}

it('is not there where nobody has built it', () => {
  expect(openNativeSystem('/nowhere/datagram.node')).toBeNull()
})

describe.runIf(file !== null)('native module', () => {
  it.each([
    ['the thread exits', 'process.exit(3)', `worker.on('exit', (code) => process.exit(code + 1))`, 4],
    [
      'the port is closed and the thread has nothing left to do',
      'await port.close()',
      `worker.on('exit', (code) => process.exit(code + 1))`,
      1,
    ],
    ['the thread is terminated', '', `worker.on('online', () => setTimeout(() => worker.terminate().then(() => process.exit(7)), 100))`, 7],
    ['the process exits', '', `worker.on('online', () => setTimeout(() => process.exit(8), 100))`, 8],
  ])('leaves the process whole when %s', (_when, work, main, status) => {
    expect(run(work, main)).toEqual({ status, output: '' })
  })

  it('hands on what a receiver throws, once', () => {
    const send = `const endpoint = endpoints.of('127.0.0.1', port.port); port.send(endpoint, new Uint8Array(1), 0, 1)`
    expect(run(send, `worker.on('exit', (code) => process.exit(code))`)).toEqual({ status: 5, output: 'contained\n' })
  })
})
