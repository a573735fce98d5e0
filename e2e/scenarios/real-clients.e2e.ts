import { networkInterfaces } from 'node:os'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import type { Baresip, BaresipOptions } from '../harness/baresip.ts'
import { startBaresip } from '../harness/baresip.ts'
import { runToEnd } from '../harness/child.ts'
import { freePort } from '../harness/free-port.ts'
import { registeredContacts } from '../harness/location.ts'
import { missing, toolPath } from '../harness/need.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
beforeAll(async () => {
  box = await startSignalbox()
})
afterAll(() => box?.stop())

// baresip 1.0 does not start where loopback is the only interface.
const onlyLoopback = Object.values(networkInterfaces()).every((addresses) => addresses?.every((address) => address.internal) ?? true)
if (onlyLoopback) console.warn('SKIPPED: scenarios with baresip, which needs an interface besides loopback')

async function phone(options: Omit<BaresipOptions, 'proxyPort'>): Promise<Baresip> {
  const baresip = await startBaresip({ ...options, proxyPort: box.sipPort })
  onTestFinished(() => baresip.stop())
  return baresip
}

describe.skipIf(missing('baresip') || onlyLoopback)('real-clients 1: baresip', () => {
  it.for(['udp', 'tcp'] as const)('registers twice, calls, hangs up, over %s', async (transport) => {
    const callee = await phone({ user: `bob-${transport}`, transport, answer: 'auto' })
    await callee.printed(/200 OK .*\[1 binding\]/)
    const before = await tmStats(box.rpc)
    const caller = await phone({
      user: `alice-${transport}`,
      transport,
      answer: 'manual',
      execute: [`/dial sip:bob-${transport}@127.0.0.1:${box.sipPort}`],
    })
    await caller.printed(/200 OK .*\[1 binding\]/)
    await caller.printed(/Call established/)
    await callee.printed(/Call established/)
    await callee.printed(/incoming rtp for 'audio' established/)
    await caller.stop()
    await callee.printed(/session closed|terminated/)
    const after = await tmStats(box.rpc)
    expect(after['2xx'] - before['2xx'], 'INVITE and BYE answered 200').toBe(2)
    expect(after['4xx'] + after['5xx'] + after['6xx']).toBe(before['4xx'] + before['5xx'] + before['6xx'])
  })
})

describe.skipIf(missing('sipsak'))('real-clients 1: sipsak', () => {
  const sipsak = async (...args: readonly string[]): Promise<void> => {
    const { code, output } = await runToEnd(toolPath('sipsak'), args, { timeoutMs: 15_000 })
    expect(code, output).toBe(0)
  }

  it('OPTIONS to the proxy is answered 200', () => sipsak('-s', `sip:127.0.0.1:${box.sipPort}`))

  it('REGISTER puts the contact into the location table', async () => {
    const uri = `sip:sipsak@127.0.0.1:${box.sipPort}`
    await sipsak('-vvv', '-U', '-C', 'sip:sipsak@127.0.0.1:5066', '-s', uri)
    expect((await registeredContacts(box.rpc)).get('sipsak')).toEqual(['sip:sipsak@127.0.0.1:5066'])
  })

  it('its usrloc test registers, finds itself and unregisters', async () => {
    const port = await freePort()
    await sipsak('-U', '-i', '-l', String(port), '-H', '127.0.0.1', '-s', `sip:usrloc@127.0.0.1:${box.sipPort}`)
    await waitUntil('the location table to be read', () => registeredContacts(box.rpc))
  })
})
