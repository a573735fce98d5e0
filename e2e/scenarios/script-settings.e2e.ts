import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { headerValue } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox, SignalboxOptions } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'

const SCRIPT = `
function ksr_request_route() {
  if (KSR.is_REGISTER()) {
    KSR.pvx.xavp_child_sets('ulattrs', 'tier', KSR.pv.gete('$hdr(X-Tier)'))
    KSR.registrar.save('location', 0)
    return
  }
  if (KSR.pv.get('$rU') === 'impatient') KSR.x.modf('cfg_select', 'tm', 7)
  if (KSR.registrar.lookup('location') < 0) return KSR.sl.sl_send_reply(404, 'Not Found')
  KSR.hdr.append('X-Tier: ' + KSR.pv.getw('$xavp(ulattrs=>tier)') + '\\r\\n')
  KSR.tm.t_relay()
}
`

let folder: string
let options: SignalboxOptions
let box: Signalbox
let caller: RawUa
let phone: RawUa

async function start(): Promise<void> {
  box = await startSignalbox(options)
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  caller = new RawUa('caller', caller?.port ?? (await openUdp()), proxy)
  phone = new RawUa('phone', phone?.port ?? (await openUdp()), proxy)
}

async function register(user: string, tier: string): Promise<void> {
  const own = phone.uriAtProxy(user)
  await phone.sendRequest({ method: 'REGISTER', uri: own, to: `<${own}>`, headers: ['Expires: 600', `X-Tier: ${tier}`] })
  await phone.takeReply(200, 'REGISTER')
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-e2e-'))
  options = { script: SCRIPT, dataDir: join(folder, 'data'), tm: { fr_timer: 20_000, wt_timer: 500, xavp_contact: 'ulattrs' } }
  await start()
})
afterAll(async () => {
  await box?.stop()
  await Promise.all([caller?.port.close(), phone?.port.close()])
  await rm(folder, { recursive: true, force: true })
})

describe('what a script keeps and selects', () => {
  it('attributes of a contact come back with lookup(), over a restart too', async () => {
    await register('bob', 'gold')
    for (const again of [false, true]) {
      if (again) {
        await box.kill()
        await start()
      }
      await caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy('bob') })
      const request = await phone.takeRequest('MESSAGE')
      expect(headerValue(request.message, 'x-tier')).toBe('gold')
      phone.answer(request, 200, 'OK')
      await caller.takeReply(200, 'MESSAGE')
    }
  })

  it('an instance of a cfg group holds for the messages that select it', async () => {
    await register('impatient', 'iron')
    await box.rpc('cfg.add_group_inst', 'tm[7]')
    await box.rpc('cfg.set', 'tm[7]', 'fr_timer', 600)
    expect([await box.rpc('cfg.get', 'tm[7]', 'fr_timer'), await box.rpc('cfg.get', 'tm', 'fr_timer')]).toEqual([600, 20_000])
    await caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy('impatient') })
    await caller.takeReply(408, 'MESSAGE', 10_000)
    await box.rpc('cfg.del', 'tm[7]', 'fr_timer')
    phone.port.inbox.drop()
    await caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy('impatient') })
    const request = await phone.takeRequest('MESSAGE')
    await expect(caller.takeReply(408, 'MESSAGE', 1200)).rejects.toThrow('no 408')
    phone.answer(request, 200, 'OK')
    await caller.takeReply(200, 'MESSAGE')
    await expect(box.rpc('cfg.del', 'tm', 'fr_timer')).rejects.toMatchObject({ code: 400, message: 'Wrong group syntax. Use "group[id]"' })
  })
})
