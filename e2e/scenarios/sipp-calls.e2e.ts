import { describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import { missing } from '../harness/need.ts'
import { tmStats } from '../harness/rpc.ts'
import type { CallLoad } from '../harness/sipp.ts'
import { startUac, startUas } from '../harness/sipp.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Load extends CallLoad {
  /** 'gateway': the Request-URI names the proxy; 'request-uri': it names the UAS and the proxy is only the next hop (-rsa). */
  readonly addressed: 'gateway' | 'request-uri'
}

async function noTransactionLeft(box: Signalbox): Promise<void> {
  // wt_timer is 1 s; a transaction that is still there after twenty times that is a leak.
  await waitUntil('current to be 0 after wt_timer', async () => ((await tmStats(box.rpc)).current === 0 ? true : undefined), 20_000, 200)
  const stats = await tmStats(box.rpc)
  expect(stats.freed).toBe(stats.created)
  expect(stats.waiting).toBe(0)
  expect(stats.delayed_free).toBe(0)
}

async function runLoad(load: Load): Promise<void> {
  const uasPort = await freePort()
  const gateway = `sip:127.0.0.1:${uasPort}${load.transport === 't1' ? ';transport=tcp' : ''}`
  const box = await startSignalbox({ gateways: [gateway], tm: { retr_timer1: 60_000, wt_timer: 1000 } })
  onTestFinished(() => box.kill())
  const uas = await startUas(load, uasPort)
  onTestFinished(() => void uas.kill())
  const proxy = `127.0.0.1:${box.sipPort}`
  const uac = await startUac(load, load.addressed === 'gateway' ? proxy : `127.0.0.1:${uasPort}`, proxy)
  onTestFinished(() => void uac.kill())
  const caller = await uac.result()
  const stats = await tmStats(box.rpc)
  expect(caller).toMatchObject({ successful: load.calls, failed: 0, unexpected: 0, retransmissions: 0, errors: '', exitCode: 0 })
  const callee = await uas.finish()
  expect(callee).toMatchObject({ successful: load.calls, failed: 0, unexpected: 0 })
  // Each call is one INVITE and one BYE transaction, each answered with a 200 that was passed on once.
  expect(stats).toMatchObject({ total: 2 * load.calls, '4xx': 0, '5xx': 0, '6xx': 0 })
  expect(stats['2xx']).toBeGreaterThanOrEqual(2 * load.calls)
  await noTransactionLeft(box)
}

describe.skipIf(missing('sipp'))("sipp's own uac and uas through the proxy: zero failed, zero unexpected, no transaction left", () => {
  it('UDP, 10,000 calls', () => runLoad({ transport: 'u1', calls: 10_000, rate: 2000, atOnce: 40, addressed: 'gateway' }), 240_000)
  it('TCP, 2,000 calls', () => runLoad({ transport: 't1', calls: 2000, rate: 1000, atOnce: 40, addressed: 'gateway' }), 240_000)
  it('UDP, the Request-URI naming the UAS, 2,000 calls', () =>
    runLoad({ transport: 'u1', calls: 2000, rate: 2000, atOnce: 40, addressed: 'request-uri' }))
})
