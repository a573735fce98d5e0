import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import type { RawMessage } from '../harness/raw-message.ts'
import { headerValue, headerValues, readRaw } from '../harness/raw-message.ts'
import type { RawPort } from '../harness/raw-port.ts'
import { openTcp, openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Rpc } from '../harness/rpc.ts'
import { RpcFault, tmStats } from '../harness/rpc.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { repositoryRoot, startSignalbox } from '../harness/start-signalbox.ts'
import type { TortureMessage } from '../harness/torture.ts'
import { tortureMessages } from '../harness/torture.ts'
import { waitUntil } from '../harness/wait-until.ts'

const messages = existsSync(join(repositoryRoot, 'packages/sip/test/torture/INDEX.tsv')) ? tortureMessages() : []
const requests = messages.filter(({ kind }) => kind.startsWith('request'))
const responses = messages.filter(({ kind }) => kind.startsWith('response'))

let box: Signalbox
let gateway: RawPort

/** A proxy for whatever comes, after the checks of the default script: INDEX.tsv tells what such a proxy does. */
const relayScript = (port: number): string => `function ksr_request_route() {
  if (KSR.maxfwd.process_maxfwd(70) < 0) { KSR.sl.send_reply(483, "Too Many Hops"); return; }
  if (KSR.sanity.sanity_check_defaults() < 0) return;
  if (KSR.is_OPTIONS() && KSR.is_myself_ruri()) { KSR.siputils.options_reply(); return; }
  KSR.setdsturi("sip:127.0.0.1:${port}");
  if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error();
}
`

beforeAll(async () => {
  gateway = await openUdp('127.0.0.1', await freePort())
  box = await startSignalbox({ script: relayScript(gateway.port), tm: { fr_timer: 1000, wt_timer: 500 } })
  const next = new RawUa('gateway', gateway, { host: '127.0.0.1', port: box.sipPort })
  gateway.inbox.react((incoming) => {
    if (incoming.message.method !== 'ACK' && incoming.message.status === 0) next.answer(incoming, 480, 'Temporarily Unavailable')
    return true
  })
})
afterAll(async () => {
  await gateway?.close()
  await box?.kill()
})

/** Whoever sent the message: an address of its own, at the port where a reply by the rules of RFC 3261 18.2.2 goes. */
async function senderOf(message: TortureMessage, index: number): Promise<RawPort> {
  const text = Buffer.from(message.bytes).toString('latin1')
  const sentBy = /^(?:via|v)\s*:\s*SIP\s*\/\s*\S+\s*\/\s*\S+\s+([^;\r\n]+)/im.exec(text)?.[1]?.trim() ?? ''
  const port = Number(/:(\d+)$/.exec(sentBy.startsWith('[') ? sentBy.slice(sentBy.indexOf(']')) : sentBy)?.[1] ?? 5060)
  return openUdp(`127.0.2.${index + 1}`, port)
}

interface Outcome {
  readonly forwarded: RawMessage | null
  readonly status: number
}

async function outcomeOf(message: TortureMessage, index: number, sipPort = box.sipPort): Promise<Outcome> {
  const sender = await senderOf(message, index)
  const before = gateway.inbox.all.length
  const arrived = (): RawMessage | undefined =>
    gateway.inbox.all.slice(before).find((incoming) => incoming.message.method !== 'ACK')?.message
  try {
    await sender.send(message.bytes, '127.0.0.1', sipPort)
    const final = await sender.inbox.take('any final reply', (reply) => reply.status >= 200)
    return { forwarded: arrived() ?? null, status: final.message.status }
  } finally {
    await sender.close()
  }
}

function fits(message: TortureMessage, { forwarded, status }: Outcome): boolean {
  if (forwarded !== null) return message.allowed.includes('forward')
  return message.allowed.includes(String(status)) || (message.allowed.includes('any error') && status >= 400)
}

const branchOf = ({ bytes }: TortureMessage): string =>
  /^v(?:ia)?\s*:[^\r]*branch=([^;\r]+)/im.exec(Buffer.from(bytes).toString('latin1'))?.[1] ?? ''

function sharesTransaction(message: TortureMessage): boolean {
  return requests.some((other) => other.file < message.file && branchOf(other) === branchOf(message))
}

/** Some of the messages share Via, Call-ID and CSeq; the second of them would be a retransmission while the first is remembered. */
async function forgetAll(rpc: Rpc): Promise<void> {
  await waitUntil('current to be 0', async () => ((await tmStats(rpc)).current === 0 ? true : undefined))
}

async function stillServes(): Promise<void> {
  const phone = new RawUa('probe', await openUdp(), { host: '127.0.0.1', port: box.sipPort })
  await phone.sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
  await phone.takeReply(200)
  await phone.port.close()
}

/** Content-Length octets of the body as sent, or all when the message declares none. */
function declaredBody(bytes: Uint8Array): string {
  const message = readRaw(Buffer.from(bytes).toString('latin1'))
  const length = headerValue(message, 'content-length')
  return length === '' ? message.body : message.body.slice(0, Number(length))
}

describe.skipIf(messages.length === 0)('RFC 4475 and RFC 5118 to the real process', () => {
  describe('a request is forwarded or answered, never met with silence', () => {
    it.for(requests.map((message, index) => ({ ...message, index })))('$file: $title', async ({ index, ...message }) => {
      if (sharesTransaction(message)) await forgetAll(box.rpc)
      const outcome = await outcomeOf(message, index)
      const happened = outcome.forwarded === null ? `answered ${outcome.status}` : 'forwarded'
      expect(fits(message, outcome), `${happened}, allowed: ${message.allowed.join(', ')}`).toBe(true)
      if (outcome.forwarded !== null) {
        expect(outcome.forwarded.startLine).toMatch(/^\S+ \S+ SIP\/2\.0$/)
        expect(outcome.forwarded.body).toBe(declaredBody(message.bytes))
        expect(headerValues(outcome.forwarded, 'via')[0]).toContain(`127.0.0.1:${box.sipPort}`)
      }
      await stillServes()
    })
  })

  it('dblreq: the INVITE behind the REGISTER is neither processed nor forwarded', () => {
    const hidden = gateway.inbox.all.filter(
      ({ message }) => headerValue(message, 'call-id').startsWith('dblreq') && message.method === 'INVITE',
    )
    expect(hidden).toEqual([])
  })

  it.for(responses)('$file: $title: a response without transaction reaches nobody', async (message) => {
    const before = gateway.inbox.all.length
    const sender = await openUdp('127.0.0.1')
    await sender.send(message.bytes, '127.0.0.1', box.sipPort)
    await stillServes()
    expect(gateway.inbox.all.length).toBe(before)
    expect(sender.inbox.all).toEqual([])
    await sender.close()
  })

  it('MUST NOT send to a broadcast address', async () => {
    const history = (await box.rpc('signalbox.events.history').catch((fault: unknown) => {
      if (fault instanceof RpcFault) return { events: [] }
      throw fault
    })) as { readonly events: readonly { readonly kind: string; readonly data: { readonly remote?: string } }[] }
    const outgoing = history.events.filter(({ kind }) => kind === 'msg-out').map(({ data }) => data.remote ?? '')
    expect(outgoing.filter((remote) => remote.startsWith('255.255.255.255'))).toEqual([])
  })

  it('leaves no transaction behind', async () => {
    await forgetAll(box.rpc)
    const stats = await tmStats(box.rpc)
    expect(stats.freed).toBe(stats.created)
  })

  it('the whole set over TCP, one connection each, does not stop the process', async () => {
    for (const message of messages) {
      const sender = await openTcp()
      await sender.send(message.bytes, '127.0.0.1', box.sipPort)
      await stillServes()
      await sender.close()
    }
    expect(await box.healthy()).toBe(true)
  })

  it('the default script answers every request, too', async () => {
    const usual = await startSignalbox({ tm: { fr_timer: 1000, wt_timer: 500 } })
    onTestFinished(() => usual.kill())
    const silent: string[] = []
    for (const [index, message] of requests.entries()) {
      if (sharesTransaction(message)) await forgetAll(usual.rpc)
      const { status } = await outcomeOf(message, index, usual.sipPort).catch(() => ({ status: 0 }))
      if (status === 0) silent.push(message.file)
    }
    expect(silent).toEqual([])
    expect(await usual.healthy()).toBe(true)
  })
})
