import { expect, it, onTestFinished } from 'vitest'

import { headerValue, type RawMessage } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { callerDialog, RawUa } from '../harness/raw-ua.ts'
import { startSignalbox, type Signalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

/** Sends a new OPTIONS now and then until `enough` says so; gives all the answers. */
async function knockUntil(visitor: RawUa, enough: (answers: readonly RawMessage[]) => boolean): Promise<readonly RawMessage[]> {
  const answers: RawMessage[] = []
  visitor.port.inbox.react(({ message }) => {
    answers.push(message)
    return true
  })
  await waitUntil(
    'the answers to OPTIONS',
    async () => {
      await visitor.sendRequest({ method: 'OPTIONS', uri: visitor.uriAtProxy('').replace('@', '') })
      return enough(answers) ? true : undefined
    },
    20_000,
    5,
  )
  return answers
}

async function metric(box: Signalbox, name: string): Promise<number> {
  const text = await (await fetch(`${box.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

it('refuses new requests while a SIP thread is saturated, and finishes the calls that it has taken', async () => {
  // Any load is too much: the thread counts as saturated as soon as it does something.
  const box = await startSignalbox({ core: { overload_control: 0, overload_start: 1, overload_target: 1 } })
  onTestFinished(() => box.kill())
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  const caller = new RawUa('caller', await openUdp(), proxy)
  const callee = new RawUa('callee', await openUdp(), proxy)
  const visitor = new RawUa('visitor', await openUdp(), proxy)
  onTestFinished(async () => void (await Promise.all([caller, callee, visitor].map((ua) => ua.port.close()))))
  await callee.register()
  await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee') })
  callee.answer(await callee.takeRequest('INVITE'), 200, 'OK')
  const dialog = callerDialog(await caller.takeReply(200, 'INVITE'))
  await caller.send(caller.withinDialog('ACK', dialog))
  await callee.takeRequest('ACK')

  await box.rpc('cfg.set_now_int', 'core', 'overload_control', 1)
  const answers = await knockUntil(visitor, (all) => all.filter(({ status }) => status === 503).length >= 20)
  const refusals = answers.filter(({ status }) => status === 503)
  for (const refusal of refusals) expect(headerValue(refusal, 'retry-after')).toMatch(/^([5-9]|10)$/)
  expect(await metric(box, 'signalbox_overload_refused_total')).toBeGreaterThanOrEqual(20)
  await expect.poll(() => box.output(), { timeout: 20_000 }).toContain('is saturated: it refuses new requests with 503')

  await caller.send(caller.withinDialog('BYE', dialog, 2))
  callee.answer(await callee.takeRequest('BYE'), 200, 'OK')
  await caller.takeReply(200, 'BYE')

  await box.rpc('cfg.set_now_int', 'core', 'overload_control', 0)
  await waitUntil('the overload to be over', async () => ((await metric(box, 'signalbox_overload_threads')) === 0 ? true : undefined))
  const later = await knockUntil(visitor, (all) => all.filter(({ status }) => status === 200).length >= 50)
  expect(later.every(({ status }) => status === 200)).toBe(true)
  await waitUntil('the end of the overload in the log', () => (/new requests were refused/.test(box.output()) ? true : undefined))
})
