import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
let caller: RawUa
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'written-'))
  expect(spawnSync('sh', ['-c', `mkfifo ${join(folder, 'fifo')}`]).status).toBe(0)
  box = await startSignalbox({
    tm: { fr_timer: 1500, tw_append: 'app: UA=$ua; Kind=$hdr(X-Kind)' },
    script: `
      function ksr_request_route() {
        KSR.tm.t_newtran()
        const write = KSR.kx.get_ruser() === 'socket' ? KSR.tm.t_write_unix : KSR.tm.t_write_req
        if (write('mail/app', '${folder}/' + KSR.kx.get_ruser()) < 0) KSR.tm.t_reply(503, 'Nobody there')
      }
    `,
  })
  caller = new RawUa('caller', await openUdp(), { host: '127.0.0.1', port: box.sipPort })
})
afterAll(async () => {
  await caller?.port.close()
  await box?.stop()
  await rm(folder, { recursive: true })
})

const SOCKET_READER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print('ready', flush=True)
print(s.recv(65535).decode(), flush=True)
`

/** What a program prints, from its start on. */
function printedBy(command: string, args: readonly string[]): () => string {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (data) => (text += String(data)))
  return () => text
}

async function message(user: string): Promise<string> {
  const callId = `${user}-${performance.now()}@written`
  await caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy(user), callId, headers: ['X-Kind: note'] })
  return callId
}

/** The program has the request, and answers it. */
async function answered(printed: () => string, callId: string): Promise<void> {
  const text = await waitUntil('the request to be written', () => (printed().includes('\n.\n.\n') ? printed() : undefined))
  const lines = text.slice(text.indexOf('0.3')).split('\n')
  expect([lines[1], lines[2], lines[11]]).toEqual(['sip_request.mail', 'MESSAGE', callId])
  expect(lines).toContain('Kind: note')
  await box.rpc('tm.reply', 202, 'Stored', lines[15] ?? '', '', '.', '')
  expect((await caller.takeReply(202)).startLine).toBe('SIP/2.0 202 Stored')
}

describe('requests that other programs answer, tm-reference 8.2', () => {
  it('t_write_req: over a FIFO', async () => {
    const printed = printedBy('cat', [join(folder, 'fifo')])
    await answered(printed, await message('fifo'))
  })

  it.skipIf(spawnSync('python3', ['-V']).status !== 0)('t_write_unix: over a unix datagram socket', async () => {
    const printed = printedBy('python3', ['-c', SOCKET_READER, join(folder, 'socket')])
    await waitUntil('the reader', () => (printed().startsWith('ready') ? true : undefined))
    await answered(printed, await message('socket'))
  })

  it('a FIFO that nobody reads stops nobody', async () => {
    await message('fifo')
    expect((await caller.takeReply(503)).startLine).toBe('SIP/2.0 503 Nobody there')
    await expect.poll(() => box.output(), { timeout: 20_000 }).toContain('fifo: ENXIO')
  })

  it('a program that reads and says nothing costs the caller fr_timer', async () => {
    printedBy('cat', [join(folder, 'fifo')])
    await new Promise((done) => setTimeout(done, 200))
    await message('fifo')
    expect((await caller.takeReply(408)).status).toBe(408)
  })
})

describe('every parameter of tm', () => {
  it('can be read, and changed where it says so, tm-reference 2', async () => {
    const all = (await box.rpc('cfg.get', 'tm')) as Readonly<Record<string, number | string>>
    expect(Object.keys(all).length).toBeGreaterThan(60)
    for (const name of ['fr_inv_timer_next', 'callid_cseq_matching', 'reparse_invite', 'enable_uac_fr', 'unix_tx_timeout']) {
      const changed = all[name] === 1 ? 0 : 1
      await box.rpc('cfg.set_now_int', 'tm', name, changed)
      expect(await box.rpc('cfg.get', 'tm', name)).toBe(changed)
    }
    await expect(box.rpc('cfg.set_now_int', 'tm', 'headers_mode', 1)).rejects.toThrow('set at the start')
  })
})
