import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import { cseqMethod } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { callerDialog, RawUa } from '../harness/raw-ua.ts'
import { runSignalbox, startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-start-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('command line', () => {
  const badArguments: readonly { readonly args: readonly string[]; readonly names: string }[] = [
    { args: ['--lissen', 'udp:127.0.0.1:5060'], names: '--lissen' },
    { args: ['--listen', 'carrier-pigeon:127.0.0.1:5060'], names: 'carrier-pigeon' },
    { args: ['--listen', 'udp:127.0.0.1:99999'], names: '99999' },
    { args: ['--listen'], names: '--listen' },
    { args: ['--gateway', 'mailto:somebody'], names: 'mailto:somebody' },
    { args: ['--workers', 'many'], names: 'many' },
    { args: ['--log-level', 'loud'], names: 'loud' },
    { args: ['--http', 'nowhere'], names: 'nowhere' },
  ]

  it.for(badArguments)('$args: exit code 2 and one line that says what to do', async ({ args, names }) => {
    // Without the console nothing has to be built first, whose progress would be printed.
    const { code, output } = await runSignalbox(['--engine-only', ...args])
    expect(code, output).toBe(2)
    expect(output.trim().split('\n'), output).toHaveLength(1)
    expect(output).toContain(names)
  })

  it('--version and --help answer and leave with 0', async () => {
    const version = await runSignalbox(['--version'])
    expect(version).toMatchObject({ code: 0 })
    expect(version.output).toMatch(/^signalbox \d+\.\d+\.\d+/)
    const help = await runSignalbox(['--help'])
    expect(help.code).toBe(0)
    for (const flag of [
      '--listen',
      '--gateway',
      '--script',
      '--http',
      '--data-dir',
      '--workers',
      '--log-level',
      '--demo',
      '--engine-only',
    ]) {
      expect(help.output).toContain(flag)
    }
  })
})

describe('start-up errors', () => {
  async function failedStart(args: readonly string[]): Promise<string> {
    const folder = await temporaryFolder()
    const { code, output } = await runSignalbox(['--data-dir', join(folder, 'data'), ...args])
    expect(code, output).not.toBe(0)
    expect(code, 'ended by itself').not.toBeNull()
    // A stack trace is no explanation.
    expect(output).not.toMatch(/^\s+at /m)
    return output
  }

  it('names the SIP address that is taken, UDP', async () => {
    const port = await freePort()
    const holder = createSocket('udp4').bind(port, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const output = await failedStart(['--listen', `udp:127.0.0.1:${port}`, '--http', `127.0.0.1:${await freePort()}`])
    expect(output).toContain(`udp:127.0.0.1:${port}`)
    expect(output).toMatch(/in use|taken/i)
  })

  it('names the SIP address that is taken, TCP', async () => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const output = await failedStart(['--listen', `tcp:127.0.0.1:${port}`, '--http', `127.0.0.1:${await freePort()}`])
    expect(output).toContain(`tcp:127.0.0.1:${port}`)
    expect(output).toMatch(/in use|taken/i)
  })

  it.for([[], ['--engine-only']])('names the HTTP address that is taken, %s', async (mode) => {
    const port = await freePort()
    const holder = createServer().listen(port, '127.0.0.1')
    await once(holder, 'listening')
    onTestFinished(() => void holder.close())
    const output = await failedStart(['--listen', `udp:127.0.0.1:${await freePort()}`, '--http', `127.0.0.1:${port}`, ...mode])
    expect(output).toContain(`127.0.0.1:${port}`)
    expect(output).toMatch(/in use|taken/i)
  })

  it('names file, line and reason of a script that does not load', async () => {
    const folder = await temporaryFolder()
    const script = join(folder, 'broken.js')
    await writeFile(script, 'function ksr_request_route() {\n  return (1;\n}\n')
    const output = await failedStart([
      '--listen',
      `udp:127.0.0.1:${await freePort()}`,
      '--http',
      `127.0.0.1:${await freePort()}`,
      '--script',
      script,
    ])
    expect(output).toContain(`${script}:2`)
  })

  it('names a script file that is not there', async () => {
    const output = await failedStart([
      '--listen',
      `udp:127.0.0.1:${await freePort()}`,
      '--http',
      `127.0.0.1:${await freePort()}`,
      '--script',
      '/nowhere/route.js',
    ])
    expect(output).toContain('/nowhere/route.js')
  })

  it('names the unknown parameter of [tm] and the nearest known one', async () => {
    await expect(startSignalbox({ tm: { fr_timr: 1000 } })).rejects.toThrow(/fr_timr[^]*fr_timer/)
  })
})

describe('SIGTERM', () => {
  it.for([{ withApi: false }, { withApi: true }])(
    'lets the running call be answered, takes no new one, ends with 0; with API: $withApi',
    async ({ withApi }) => {
      const box = await startSignalbox({ withApi })
      onTestFinished(() => box.kill())
      const proxy = { host: '127.0.0.1', port: box.sipPort }
      const caller = new RawUa('caller', await openUdp(), proxy)
      const callee = new RawUa('callee', await openUdp(), proxy)
      onTestFinished(() => caller.port.close())
      onTestFinished(() => callee.port.close())
      await callee.register()
      await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
      const invite = await callee.takeRequest('INVITE')
      callee.answer(invite, 180, 'Ringing')
      await caller.takeReply(180)
      box.signal('SIGTERM')
      await waitUntil('/healthz to say that it stops', async () => ((await box.healthy()) ? undefined : true))
      expect(box.running()).toBe(true)
      // Console and API go first; from the first 503 on nothing new is taken.
      await waitUntil('a request to be refused', async () => {
        await caller.sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
        const { message } = await caller.port.inbox.take('an answer to OPTIONS', (reply) => cseqMethod(reply) === 'OPTIONS')
        return message.status === 503 ? true : undefined
      })
      await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
      await caller.takeReply(503, 'INVITE')
      expect(callee.port.inbox.count((message) => message.method === 'INVITE')).toBe(0)

      callee.answer(invite, 200, 'OK')
      const ok = await caller.takeReply(200, 'INVITE')
      await caller.send(caller.withinDialog('ACK', callerDialog(ok)))
      await callee.takeRequest('ACK')
      expect(await box.stop()).toEqual({ code: 0, signal: null })
    },
  )

  it('an idle proxy ends at once', async () => {
    const box = await startSignalbox({ withApi: true })
    const begun = performance.now()
    expect(await box.stop()).toEqual({ code: 0, signal: null })
    expect(performance.now() - begun).toBeLessThan(3000)
  })
})

describe('start', () => {
  it('serves within 3 s', async () => {
    const begun = performance.now()
    const box = await startSignalbox({ withApi: true })
    const took = performance.now() - begun
    await box.stop()
    expect(took).toBeLessThan(3000)
  })
})

describe('environment', () => {
  it('SIGNALBOX_* mirror the flags, and a flag wins', async () => {
    const taken = { SIGNALBOX_LOG_LEVEL: 'loud' }
    const refused = await runSignalbox([], taken)
    expect(refused.code).toBe(2)
    expect(refused.output).toContain('SIGNALBOX_LOG_LEVEL')
    expect(await runSignalbox(['--version'], taken)).toMatchObject({ code: 0 })
  })
})
