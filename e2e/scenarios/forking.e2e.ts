import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Incoming } from '../harness/inbox.ts'
import { headerValue, headerValues, readRaw } from '../harness/raw-message.ts'
import type { RawMessage } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { callerDialog, RawUa } from '../harness/raw-ua.ts'
import { tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
let caller: RawUa
/** Three phones of one user. */
let phones: readonly RawUa[]

beforeAll(async () => {
  box = await startSignalbox({ tm: { fr_timer: 2000, wt_timer: 1000 } })
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  const ports = await Promise.all([openUdp(), openUdp(), openUdp(), openUdp()])
  const [callerPort, ...calleePorts] = ports
  caller = new RawUa('caller', callerPort, proxy)
  phones = calleePorts.map((port) => new RawUa('fork', port, proxy))
  for (const phone of phones) await phone.register()
})
afterAll(async () => {
  await Promise.all([caller, ...(phones ?? [])].map((ua) => ua?.port.close()))
  await box?.stop()
})
beforeEach(() => {
  for (const ua of [caller, ...phones]) ua.port.inbox.drop()
})

interface Fork {
  readonly invite: RawMessage
  readonly branches: readonly Incoming[]
}

async function ringAll(): Promise<Fork> {
  const text = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('fork') })
  const branches = await Promise.all(phones.map((phone) => phone.takeRequest('INVITE')))
  phones.forEach((phone, index) => phone.answer(branches[index], 180, 'Ringing', { toTag: `leg${index}` }))
  return { invite: readRaw(text), branches }
}

/** Answers the CANCEL and the INVITE of a branch as a callee does. */
async function obeyCancel(index: number, invite: Incoming): Promise<RawMessage> {
  const phone = phones[index]
  const cancel = await phone.takeRequest('CANCEL')
  phone.answer(cancel, 200, 'OK', { toTag: `leg${index}` })
  phone.answer(invite, 487, 'Request Terminated', { toTag: `leg${index}` })
  await phone.takeRequest('ACK')
  return cancel.message
}

async function everythingEnds(): Promise<void> {
  await waitUntil('no transaction to be left', async () => ((await tmStats(box.rpc)).current === 0 ? true : undefined))
  const stats = await tmStats(box.rpc)
  expect(stats.freed).toBe(stats.created)
}

describe('parallel forking, RFC 3261 16.6 and 16.7', () => {
  it('MUST give each branch a branch parameter of its own, 16.6 step 8', async () => {
    const { invite, branches } = await ringAll()
    const vias = branches.map(({ message }) => headerValues(message, 'via')[0] ?? '')
    expect(new Set(vias.map((via) => /branch=([^;]+)/.exec(via)?.[1])).size).toBe(3)
    expect(branches.map(({ message }) => message.requestUri)).toEqual(phones.map((phone) => `sip:fork@${phone.address}`))
    for (const [index, branch] of branches.entries()) phones[index].answer(branch, 486, 'Busy Here', { toTag: `leg${index}` })
    await caller.send(caller.negativeAck(invite, await caller.takeReply(486)))
    await everythingEnds()
  })

  it('the first 200 goes upstream and the losers get CANCEL, 16.7 step 10; 487 of the losers is not forwarded', async () => {
    const { branches } = await ringAll()
    phones[1].answer(branches[1], 200, 'OK', { toTag: 'leg1' })
    const ok = await caller.takeReply(200, 'INVITE')
    expect(headerValue(ok, 'to')).toContain('leg1')
    await caller.send(caller.withinDialog('ACK', callerDialog(ok)))
    const [first, third] = await Promise.all([obeyCancel(0, branches[0]), obeyCancel(2, branches[2])])
    await phones[1].takeRequest('ACK')
    // tm-reference 2.4: local_cancel_reason
    for (const cancel of [first, third]) expect(headerValue(cancel, 'reason')).toMatch(/cause=200/)
    for (const [index, cancel] of [first, third].entries()) {
      const sentInvite = branches[index === 0 ? 0 : 2].message
      expect(headerValues(cancel, 'via')).toEqual(headerValues(sentInvite, 'via').slice(0, 1))
      expect(cancel.requestUri).toBe(sentInvite.requestUri)
    }
    await everythingEnds()
    expect(caller.port.inbox.count((message) => message.status >= 300)).toBe(0)
  })

  it('waits for all branches and sends the best negative reply once, 16.7 step 6; each gets its ACK hop by hop, 17.1.1.2', async () => {
    const { invite, branches } = await ringAll()
    const finals = [
      [486, 'Busy Here'],
      [500, 'Server Internal Error'],
      [404, 'Not Found'],
    ] as const
    for (const [index, [status, reason]] of finals.entries()) {
      expect(caller.port.inbox.count((message) => message.status >= 300)).toBe(0)
      phones[index].answer(branches[index], status, reason, { toTag: `leg${index}` })
      await phones[index].takeRequest('ACK')
    }
    // 404 before 486 within 4xx, 4xx before 5xx (tm-reference 6.1)
    await caller.send(caller.negativeAck(invite, await caller.takeReply(404)))
    await everythingEnds()
    expect(caller.port.inbox.count((message) => message.status >= 300)).toBe(0)
  })

  it('6xx cancels the other branches and wins, 16.7 step 5', async () => {
    const { invite, branches } = await ringAll()
    phones[2].answer(branches[2], 603, 'Decline', { toTag: 'leg2' })
    await Promise.all([obeyCancel(0, branches[0]), obeyCancel(1, branches[1])])
    await caller.send(caller.negativeAck(invite, await caller.takeReply(603)))
    await everythingEnds()
  })

  it('CANCEL of the caller reaches every branch, 16.10; 487 to the INVITE, 200 to the CANCEL', async () => {
    const { invite, branches } = await ringAll()
    await caller.send(caller.cancel(invite, ['Reason: SIP;cause=200;text="tired"']))
    await caller.takeReply(200, 'CANCEL')
    const cancels = await Promise.all(branches.map((branch, index) => obeyCancel(index, branch)))
    // tm-reference 2.4: e2e_cancel_reason copies Reason
    for (const cancel of cancels) expect(headerValue(cancel, 'reason')).toContain('tired')
    await caller.send(caller.negativeAck(invite, await caller.takeReply(487)))
    await everythingEnds()
  })

  it('one phone answers, one is busy, one is dead: 200 goes upstream and the dead branch ends', async () => {
    const text = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('fork') })
    const branches = await Promise.all(phones.map((phone) => phone.takeRequest('INVITE')))
    phones[0].answer(branches[0], 486, 'Busy Here', { toTag: 'leg0' })
    phones[1].answer(branches[1], 200, 'OK', { toTag: 'leg1' })
    const ok = await caller.takeReply(200, 'INVITE')
    await caller.send(caller.withinDialog('ACK', callerDialog(ok)))
    await phones[1].takeRequest('ACK')
    expect(readRaw(text).method).toBe('INVITE')
    await everythingEnds()
  })
})

describe('retransmissions, RFC 3261 17', () => {
  it('MUST absorb a retransmitted INVITE and answer it with the last provisional, 17.2.1', async () => {
    const text = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('fork') })
    const branches = await Promise.all(phones.map((phone) => phone.takeRequest('INVITE')))
    phones[0].answer(branches[0], 180, 'Ringing', { toTag: 'leg0' })
    await caller.takeReply(180)
    const seen = phones.map((phone) => phone.port.inbox.all.length)
    await caller.send(text)
    await caller.takeReply(180)
    expect(phones.map((phone) => phone.port.inbox.all.length)).toEqual(seen)
    for (const [index, branch] of branches.entries()) phones[index].answer(branch, 486, 'Busy Here', { toTag: `leg${index}` })
    await caller.send(caller.negativeAck(readRaw(text), await caller.takeReply(486)))
    await everythingEnds()
  })

  it('repeats a negative final reply until the ACK comes, 17.2.1, and answers a repeated 486 of the callee with ACK only, 17.1.1.2', async () => {
    const { invite, branches } = await ringAll()
    for (const [index, branch] of branches.entries()) phones[index].answer(branch, 486, 'Busy Here', { toTag: `leg${index}` })
    const first = await caller.takeReply(486)
    const again = await caller.takeReply(486)
    expect(again.text).toBe(first.text)
    await caller.send(caller.negativeAck(invite, first))
    for (const phone of phones) phone.port.inbox.drop()
    phones[0].answer(branches[0], 486, 'Busy Here', { toTag: 'leg0' })
    await phones[0].takeRequest('ACK')
    await everythingEnds()
  })

  it('repeats a request to a silent phone after 0.5, 1.5 and 3.5 s, 17.1.1.2 and tm-reference 2.1', async () => {
    const quiet = await startSignalbox({ tm: { fr_timer: 6500 } })
    const proxy = { host: '127.0.0.1', port: quiet.sipPort }
    const phone = new RawUa('quiet', await openUdp(), proxy)
    await phone.register()
    const asking = new RawUa('asking', await openUdp(), proxy)
    const begun = performance.now()
    const text = await asking.sendRequest({ method: 'INVITE', uri: asking.uriAtProxy('quiet') })
    const late = await asking.takeReply(408, 'INVITE')
    await asking.send(asking.negativeAck(readRaw(text), late))
    const times = phone.port.inbox.all.filter(({ message }) => message.method === 'INVITE').map(({ at }) => at - begun)
    await Promise.all([phone.port.close(), asking.port.close(), quiet.stop()])
    expect(times).toHaveLength(4)
    // Never early; late only by what a busy machine makes of it.
    for (const [index, wanted] of [0, 500, 1500, 3500].entries()) {
      expect(times[index]).toBeGreaterThan(wanted - 20)
      expect(times[index]).toBeLessThan(wanted + 1000)
    }
  })
})
