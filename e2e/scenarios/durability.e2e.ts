import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { registeredContacts } from '../harness/location.ts'
import { limitFiles } from '../harness/limit-files.ts'
import { missing } from '../harness/need.ts'
import { cseqMethod, headerValue } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

const PHONES = 1000

/** Registers that many users as fast as the answers come and gives the users whose REGISTER was answered 200. */
async function acknowledged(box: Signalbox, enough: number): Promise<ReadonlySet<string>> {
  const port = await openUdp()
  const users = new Set<string>()
  port.inbox.react(({ message }) => {
    if (message.status !== 200 || cseqMethod(message) !== 'REGISTER') return false
    users.add(headerValue(message, 'call-id'))
    return true
  })
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  const sent = Array.from({ length: enough }, (_, index) => new RawUa(`phone${index}`, port, proxy))
  let next = 0
  await waitUntil(
    `${enough} answers`,
    async () => {
      // At most 100 unanswered at a time: this is about the disk, not about a flood.
      while (next < enough && next - users.size < 100) {
        const phone = sent[next]
        next += 1
        if (phone === undefined) break
        await phone.sendRequest({
          method: 'REGISTER',
          uri: `sip:127.0.0.1:${box.sipPort}`,
          to: `<${phone.uriAtProxy(phone.user)}>`,
          callId: phone.user,
          headers: ['Expires: 3600'],
        })
      }
      return users.size >= enough ? true : undefined
    },
    30_000,
    1,
  )
  await port.close()
  return users
}

it('kill -9 of the engine after 1,000 acknowledged REGISTERs: all 1,000 are there after the restart', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-durable-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const first = await startSignalbox({ dataDir })
  onTestFinished(() => first.kill())
  const users = await acknowledged(first, PHONES)
  process.kill(first.pidOf('engine'), 'SIGKILL')
  await first.kill()

  const second = await startSignalbox({ dataDir })
  onTestFinished(() => second.kill())
  const kept = await registeredContacts(second.rpc)
  expect(users.size).toBe(PHONES)
  expect([...users].filter((user) => !kept.has(user))).toEqual([])
  expect(kept.size).toBe(PHONES)
})

it('the launcher starts a killed engine again, with its registrations', async () => {
  const box = await startSignalbox({ withApi: true })
  onTestFinished(() => box.kill())
  await acknowledged(box, 50)
  const before = box.pidOf('engine')
  process.kill(before, 'SIGKILL')
  const kept = await waitUntil(
    'the registrations to be served again',
    async () => {
      if (box.pidOf('engine') === before) return undefined
      const contacts = await registeredContacts(box.rpc)
      return contacts.size === 50 ? contacts : undefined
    },
    20_000,
    100,
  )
  expect(kept.size).toBe(50)
})

it.skipIf(missing('prlimit')).each([{ withApi: false }, { withApi: true }])(
  'registrations that cannot be written get 500, /healthz and /metrics tell it, until they can be; with API: $withApi',
  async ({ withApi }) => {
    const box = await startSignalbox({ withApi })
    onTestFinished(() => box.kill())
    const port = await openUdp()
    onTestFinished(() => port.close())
    const phone = new RawUa('alice', port, { host: '127.0.0.1', port: box.sipPort })
    const register = async (status: number): Promise<void> => {
      const [uri, to] = [`sip:127.0.0.1:${box.sipPort}`, `<${phone.uriAtProxy(phone.user)}>`]
      await phone.sendRequest({ method: 'REGISTER', uri, to, headers: ['Expires: 3600'] })
      await phone.takeReply(status, 'REGISTER')
    }
    const health = async (): Promise<readonly [number, unknown]> => {
      const answer = await fetch(`${box.url}/healthz`)
      return [answer.status, await answer.json()]
    }
    const refusing = async (): Promise<string | undefined> =>
      /^signalbox_registrar_refusing_threads (\d+)$/m.exec(await (await fetch(`${box.url}/metrics`)).text())?.[1]

    await register(200)
    expect([await health(), await refusing()]).toEqual([[200, { status: 'ok' }], '0'])
    await limitFiles(box.pidOf('engine'), 1)
    await register(500)
    const reason: unknown = expect.stringMatching(/^Registrations cannot be written to .* and are refused: /)
    await waitUntil('/healthz to tell it', async () => ((await box.healthy()) ? undefined : true))
    expect([await health(), await refusing()]).toEqual([[503, { status: 'unavailable', reason }], '1'])
    await limitFiles(box.pidOf('engine'), 'unlimited')
    await register(200)
    await waitUntil('/healthz to be well again', async () => ((await box.healthy()) ? true : undefined))
    expect([await health(), await refusing()]).toEqual([[200, { status: 'ok' }], '0'])
  },
)
