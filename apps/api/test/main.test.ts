import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

function start(args: readonly string[]) {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SIGNALBOX_')))
  const child = spawn(process.execPath, [main, '--engine-socket', '/nonexistent/control.sock', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { text: '', errors: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.text += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.errors += chunk.toString()))
  return { child, output, exit: once(child, 'close') as Promise<[number | null]> }
}

// Three process starts on a busy machine.
describe('the process', { timeout: 30_000 }, () => {
  it('MUST refuse a wide bind without a token with exit code 2 and one sentence', async () => {
    const { output, exit } = start(['--http', '0.0.0.0:0'])
    expect((await exit)[0]).toBe(2)
    expect(output.errors).toMatch(/^signalbox api: [^\n]*open to the network: give a token[^\n]*\n$/)
  })

  it('MUST say in one sentence that the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo
    const { output, exit } = start(['--http', `127.0.0.1:${port}`])
    expect((await exit)[0]).toBe(1)
    expect(output.errors).toBe(
      `signalbox api: 127.0.0.1:${port} is taken: stop what listens there, or choose another with --http HOST:PORT\n`,
    )
    blocker.close()
  })

  it('MUST serve without the engine and close cleanly on SIGTERM', async () => {
    const { child, output, exit } = start(['--http', '127.0.0.1:0'])
    await once(child.stdout, 'data')
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output.text)?.[0] ?? ''
    expect((await fetch(`${url}/healthz`)).status).toBe(503)
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`)
    const [closed] = await Promise.all([once(socket, 'close'), once(socket, 'message').then(() => child.kill('SIGTERM'))])
    expect((closed[0] as CloseEvent).code).toBe(1001)
    expect(await exit).toEqual([0, null])
    expect(output.errors).toBe('')
  })
})
