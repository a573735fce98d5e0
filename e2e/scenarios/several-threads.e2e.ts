import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { freePort } from '../harness/free-port.ts'
import { registeredContacts } from '../harness/location.ts'
import { missing } from '../harness/need.ts'
import type { RawMessage } from '../harness/raw-message.ts'
import { cseqMethod, headerValue, readRaw } from '../harness/raw-message.ts'
import type { RawPort } from '../harness/raw-port.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa, uniqueToken } from '../harness/raw-ua.ts'
import { RpcFault, tmStats } from '../harness/rpc.ts'
import { startUac, startUas } from '../harness/sipp.ts'
import type { Signalbox, SignalboxOptions } from '../harness/start-signalbox.ts'
import { runSignalbox, startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

const THREADS = ['--workers', '2']
/** The kernel spreads ports over the threads: of so many, each thread gets some. */
const PORTS = 16
/** On a machine that others keep busy, a phone may take its time: nothing is repeated but what a test repeats. */
const NO_REPEATS = { retr_timer1: 60_000 }

/** Over this port the kernel knows nothing of SIP, so that half of the messages come to the wrong thread. */
const HANDED_OVER = { SIGNALBOX_DATAGRAM_PORT: 'dgram' }

async function start(options: SignalboxOptions = {}): Promise<Signalbox> {
  const flags = [...THREADS, ...(options.flags ?? [])]
  const box = await startSignalbox({ environment: HANDED_OVER, ...options, tm: { ...NO_REPEATS, ...options.tm }, flags })
  onTestFinished(() => box.kill())
  return box
}

function proxyOf(box: Signalbox): { readonly host: string; readonly port: number } {
  return { host: '127.0.0.1', port: box.sipPort }
}

/** User agents at ports of their own. */
async function agents(box: Signalbox, count = PORTS): Promise<readonly RawUa[]> {
  const ports = await Promise.all(Array.from({ length: count }, () => openUdp()))
  onTestFinished(async () => {
    await Promise.all(ports.map((port) => port.close()))
  })
  return ports.map((port, i) => new RawUa(`caller${i}`, port, proxyOf(box)))
}

/** One after another from each of the ports, so that both threads get it whatever the kernel does. */
async function fromEverywhere(senders: readonly RawUa[], text: string): Promise<void> {
  for (const sender of senders) await sender.send(text)
}

function countOf(port: RawPort, fits: (message: RawMessage) => boolean): number {
  return port.inbox.all.filter(({ message }) => fits(message)).length
}

async function metric(box: Signalbox, name: string): Promise<number> {
  const text = await (await fetch(`${box.url}/metrics`)).text()
  const lines = text.split('\n').filter((line) => line.startsWith(name))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

/** The threads have seen so many requests that repeat one. */
async function absorbed(box: Signalbox, count: number): Promise<void> {
  const repeats = (): Promise<number> => metric(box, 'signalbox_retransmissions_total{direction="absorbed",kind="request"}')
  await waitUntil(`${count} repeats to be absorbed`, async () => ((await repeats()) >= count ? true : undefined))
}

async function noTransactionLeft(box: Signalbox): Promise<void> {
  await waitUntil('current to be 0', async () => ((await tmStats(box.rpc)).current === 0 ? true : undefined))
}

describe('two SIP threads: whatever belongs to a transaction reaches it', () => {
  it('retransmissions of a request from other ports are absorbed, RFC 3261 17.2.3', async () => {
    const box = await start()
    const [phone, caller, ...others] = await agents(box)
    await phone.register()
    const invite = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy(phone.user) })
    const ringing = await phone.takeRequest('INVITE')
    phone.answer(ringing, 180, 'Ringing')
    await caller.takeReply(180)
    await fromEverywhere(others, invite)
    await absorbed(box, others.length)
    expect((await tmStats(box.rpc)).current).toBe(1)
    phone.answer(ringing, 486, 'Busy Here')
    // What was sent before it is there before it.
    await phone.takeRequest('ACK')
    expect(countOf(phone.port, ({ method }) => method === 'INVITE')).toBe(1)
    await caller.takeReply(486)
    // Each of them got the 180 again, where the INVITE's Via says, at most; none made a transaction.
    expect((await tmStats(box.rpc)).created).toBe(1)
    expect(await metric(box, 'signalbox_thread_messages_total{outcome="passed"}')).toBeGreaterThan(0)
    expect(await metric(box, 'signalbox_thread_messages_total{outcome="dropped"}')).toBe(0)
  })

  it('the same request at several ports at the same moment makes one transaction', async () => {
    const box = await start()
    const [phone, ...callers] = await agents(box)
    await phone.register()
    for (let call = 0; call < 20; call++) {
      const text = callers[0].request({ method: 'INVITE', uri: phone.uriAtProxy(phone.user) })
      await Promise.all(callers.map((caller) => caller.send(text)))
    }
    await absorbed(box, 20 * (callers.length - 1))
    for (let call = 0; call < 20; call++) phone.answer(await phone.takeRequest('INVITE'), 486, 'Busy Here')
    for (let call = 0; call < 20; call++) await phone.takeRequest('ACK')
    expect(countOf(phone.port, ({ method }) => method === 'INVITE')).toBe(20)
    expect((await tmStats(box.rpc)).created).toBe(20)
  })

  it('a CANCEL from another port ends the call, and so does the ACK from a third, RFC 3261 9.2, 17.1.1.3', async () => {
    // Who misses an ACK keeps its transaction until fr_timer is over, and that is longer than anybody here waits.
    const box = await start({ tm: { wt_timer: 500, fr_timer: 100_000 } })
    const [phone, caller, ...others] = await agents(box)
    await phone.register()
    for (const other of others) {
      const text = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy(phone.user) })
      const ringing = await phone.takeRequest('INVITE')
      phone.answer(ringing, 180, 'Ringing')
      await caller.takeReply(180)
      const invite = readRaw(text)
      await other.send(other.cancel(invite))
      const cancel = await phone.takeRequest('CANCEL')
      phone.answer(cancel, 200, 'OK')
      phone.answer(ringing, 487, 'Request Terminated')
      await phone.takeRequest('ACK')
      const terminated = await caller.takeReply(487, 'INVITE')
      const [last] = others.filter((candidate) => candidate !== other)
      await last.send(last.negativeAck(invite, terminated))
    }
    await noTransactionLeft(box)
    expect(await tmStats(box.rpc)).toMatchObject({ created: 2 * others.length, '4xx': others.length })
    expect(countOf(caller.port, (message) => message.status === 487 && cseqMethod(message) === 'INVITE')).toBe(others.length)
  })
})

describe('two SIP threads: one location table', () => {
  it('a phone is called through every thread as soon as its 200 is there', async () => {
    const box = await start()
    const callers = await agents(box)
    const [phones] = await agents(box, 1)
    for (let i = 0; i < 40; i++) {
      const phone = new RawUa(`phone${i}`, phones.port, proxyOf(box))
      await phone.register()
      await Promise.all(callers.map((caller) => caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy(phone.user) })))
      for (const _ of callers) phone.answer(await phone.takeRequest('MESSAGE'), 200, 'OK')
      await Promise.all(callers.map((caller) => caller.takeReply(200, 'MESSAGE')))
    }
    expect((await registeredContacts(box.rpc)).size).toBe(40)
    // And it is gone as soon as the 200 to its last REGISTER is there.
    const phone = new RawUa('phone7', phones.port, proxyOf(box))
    await phone.register(['Expires: 0'])
    await Promise.all(callers.map((caller) => caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy('phone7') })))
    for (const caller of callers) expect((await caller.takeReply(404, 'MESSAGE')).status).toBe(404)
  })

  it('a REGISTER of the greatest size keeps nothing that others register from the threads', async () => {
    const box = await start()
    const callers = await agents(box)
    const [phones] = await agents(box, 1)
    const large = [`User-Agent: ${'x'.repeat(45_000)}`, 'Contact: <sip:two@127.0.0.1:9>', 'Contact: <sip:three@127.0.0.1:9>']
    for (const user of ['large0', 'large1', 'large2']) await new RawUa(user, phones.port, proxyOf(box)).register(large)
    for (let i = 0; i < 8; i++) {
      const phone = new RawUa(`phone${i}`, phones.port, proxyOf(box))
      await phone.register()
      await Promise.all(callers.map((caller) => caller.sendRequest({ method: 'MESSAGE', uri: caller.uriAtProxy(phone.user) })))
      for (const _ of callers) phone.answer(await phone.takeRequest('MESSAGE'), 200, 'OK')
      await Promise.all(callers.map((caller) => caller.takeReply(200, 'MESSAGE')))
    }
  })

  it('REGISTERs of one user over many ports leave one binding each and answer in order of CSeq', async () => {
    const box = await start()
    const phones = await agents(box, 8)
    const registered = phones.map(async (phone) => {
      const bob = new RawUa('bob', phone.port, proxyOf(box))
      for (let cseq = 1; cseq <= 5; cseq++) {
        await bob.sendRequest({
          method: 'REGISTER',
          uri: `sip:127.0.0.1:${box.sipPort}`,
          to: `<${bob.uriAtProxy('bob')}>`,
          callId: `register-${phone.user}`,
          cseq,
          headers: ['Expires: 600'],
        })
        await bob.takeReply(200, 'REGISTER')
      }
    })
    await Promise.all(registered)
    expect((await registeredContacts(box.rpc)).get('bob')).toHaveLength(phones.length)
  })

  it('calls from all threads reach a phone over the one TCP connection that it registered on', async () => {
    const box = await start()
    const socket = connect(box.sipPort, '127.0.0.1')
    await once(socket, 'connect')
    onTestFinished(() => void socket.destroy())
    // Nobody listens at this address: a second connection would be refused.
    const address = `127.0.0.1:${socket.localPort}`
    const received: RawMessage[] = []
    let rest = ''
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1')
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        received.push(readRaw(rest.slice(0, end + 4)))
        rest = rest.slice(end + 4)
      }
    })
    socket.write(
      [
        `REGISTER sip:127.0.0.1:${box.sipPort} SIP/2.0`,
        `Via: SIP/2.0/TCP ${address};branch=z9hG4bK${uniqueToken()}`,
        'Max-Forwards: 70',
        'From: <sip:tina@example.com>;tag=1',
        `To: <sip:tina@127.0.0.1>`,
        `Call-ID: ${uniqueToken()}`,
        'CSeq: 1 REGISTER',
        `Contact: <sip:tina@${address};transport=tcp>`,
        'Content-Length: 0\r\n\r\n',
      ].join('\r\n'),
    )
    await waitUntil('the 200', () => (received.some(({ status }) => status === 200) ? true : undefined))
    const callers = await agents(box)
    for (const caller of callers) {
      for (let call = 0; call < 4; call++) await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('tina') })
    }
    const invites = () => received.filter(({ method }) => method === 'INVITE')
    await waitUntil('all INVITEs', () => (invites().length >= 4 * PORTS ? true : undefined))
    for (const invite of invites()) {
      const vias = invite.headers.filter(([name]) => name.toLowerCase() === 'via').map(([, value]) => `Via: ${value}`)
      const kept = ['from', 'call-id', 'cseq'].map((name) => `${name}: ${headerValue(invite, name)}`)
      const to = `To: ${headerValue(invite, 'to')};tag=tina`
      socket.write(['SIP/2.0 486 Busy Here', ...vias, ...kept, to, 'Content-Length: 0\r\n\r\n'].join('\r\n'))
    }
    for (const caller of callers) for (let call = 0; call < 4; call++) await caller.takeReply(486, 'INVITE')
    expect(await box.rpc('core.tcp_info')).toMatchObject({ opened_connections: 1 })
    expect((await tmStats(box.rpc))['4xx']).toBe(4 * PORTS)
  })

  it('kill -9 after 200 acknowledged REGISTERs: all 200 are there after the restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-threads-'))
    onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
    const first = await start({ dataDir })
    const phones = await agents(first)
    const users = phones.map(async (phone, i) => {
      for (let n = 0; n < 200 / PORTS; n++) await new RawUa(`user${i}-${n}`, phone.port, proxyOf(first)).register()
    })
    await Promise.all(users)
    process.kill(first.pidOf('engine'), 'SIGKILL')
    await first.kill()
    const second = await start({ dataDir })
    expect((await registeredContacts(second.rpc)).size).toBe(Math.ceil(200 / PORTS) * PORTS)
  })
})

const MARKED = (marker: string): string => `function ksr_request_route() {
  if (KSR.is_method("OPTIONS")) { KSR.sl.send_reply(200, "${marker}"); return 1; }
  KSR.sl.send_reply(404, "No");
}
`

async function reasons(callers: readonly RawUa[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const caller of callers) {
    await caller.sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${caller.proxy.port}` })
    found.add((await caller.takeReply(200, 'OPTIONS')).reason)
  }
  return found
}

describe('two SIP threads under one control', () => {
  it('reload: all threads change, or none does', async () => {
    const box = await start({ script: MARKED('one') })
    const callers = await agents(box)
    expect(await reasons(callers)).toEqual(new Set(['one']))
    await writeFile(box.scriptFile, MARKED('two'))
    expect(await box.rpc('reload')).toMatchObject({ version: 2 })
    expect(await reasons(callers)).toEqual(new Set(['two']))
    await writeFile(box.scriptFile, `${MARKED('three')}\nnothing.there()`)
    await expect(box.rpc('reload')).rejects.toThrow(RpcFault)
    expect(await reasons(callers)).toEqual(new Set(['two']))
    await writeFile(box.scriptFile, MARKED('four'))
    expect(await box.rpc('reload')).toMatchObject({ version: 3 })
    expect(await reasons(callers)).toEqual(new Set(['four']))
  })

  it('tm.list has the transactions of all threads, and each is found by its numbers and by its Call-ID', async () => {
    const box = await start()
    const [phone, ...callers] = await agents(box)
    await phone.register()
    await Promise.all(callers.map((caller) => caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy(phone.user) })))
    const calls = []
    for (const _ of callers) calls.push(await phone.takeRequest('INVITE'))
    for (const call of calls) phone.answer(call, 180, 'Ringing')
    for (const caller of callers) await caller.takeReply(180)
    const rows = (await box.rpc('tm.list')) as readonly { readonly tindex: number; readonly tlabel: number }[]
    expect(rows).toHaveLength(callers.length)
    expect(new Set(rows.map(({ tlabel }) => tlabel % 2))).toEqual(new Set([0, 1]))
    const [first, ...others] = rows
    await box.rpc('signalbox.tx.reply', first.tindex, first.tlabel, 480, 'Forced')
    for (const { tindex, tlabel } of others)
      expect(await box.rpc('signalbox.tx.get', tindex, tlabel)).toMatchObject({ row: { index: tindex, label: tlabel } })
    const ids = calls.map(({ message }) => headerValue(message, 'call-id'))
    const outcomes = await Promise.all(ids.map((id) => box.rpc('tm.cancel', id, 1).catch((fault: unknown) => fault)))
    expect(outcomes.filter((outcome) => Array.isArray(outcome))).toHaveLength(callers.length)
    await Promise.all(callers.map(async (caller) => expect((await caller.takeReply(100)).status).toBe(100)))
    expect(await box.rpc('tm.hash_stats')).toMatchObject({ crt_transactions: callers.length })
    const health = async (): Promise<string> => (await fetch(`${box.url}/metrics`)).text()
    const both = ['sip-0', 'sip-1'].map((thread) => `signalbox_event_loop_delay_p99_seconds{thread="${thread}"}`)
    await waitUntil('the health of both threads', async () => {
      const text = await health()
      return both.every((name) => text.includes(name)) ? true : undefined
    })
  })

  it('$shv is the same in all threads, and t_continue of any thread reaches a suspended transaction', async () => {
    const box = await start({
      script: `function ksr_request_route() {
  if (KSR.is_method("INVITE")) {
    KSR.pv.sets("$shv(index)", String(KSR.pv.get("$T(id_index)")))
    if (KSR.tmx.t_suspend() < 0) { KSR.sl.send_reply(500, "No"); return }
    KSR.pv.sets("$shv(index)", String(KSR.pv.get("$T(id_index)")))
    KSR.pv.sets("$shv(label)", String(KSR.pv.get("$T(id_label)")))
    return
  }
  if (KSR.is_method("MESSAGE")) {
    const done = KSR.tmx.t_continue(Number(KSR.pv.get("$shv(index)")), Number(KSR.pv.get("$shv(label)")), "resumed")
    KSR.sl.send_reply(200, "Continued " + done)
  }
}
function resumed() { KSR.tm.t_reply(480, "Resumed") }
`,
    })
    const callers = await agents(box)
    for (const caller of callers) {
      const waker = callers[(callers.indexOf(caller) + 1) % callers.length]
      await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('bob') })
      await caller.takeReply(100)
      await waker.sendRequest({ method: 'MESSAGE', uri: waker.uriAtProxy('bob') })
      expect((await waker.takeReply(200, 'MESSAGE')).reason).toBe('Continued 1')
      expect((await caller.takeReply(480, 'INVITE')).reason).toBe('Resumed')
    }
  })

  it('stops in order: calls of all threads may end first', async () => {
    const box = await start()
    const [phone, ...callers] = await agents(box)
    await phone.register()
    await Promise.all(callers.map((caller) => caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy(phone.user) })))
    const calls = []
    for (const _ of callers) calls.push(await phone.takeRequest('INVITE'))
    const stopped = box.stop()
    await waitUntil('new calls to be refused', async () => {
      await callers[0].sendRequest({ method: 'OPTIONS', uri: `sip:127.0.0.1:${box.sipPort}` })
      return callers[0].takeReply(503, 'OPTIONS', 500).catch(() => undefined)
    })
    for (const call of calls) phone.answer(call, 486, 'Busy Here')
    for (const caller of callers) await caller.takeReply(486, 'INVITE')
    expect(await stopped).toMatchObject({ code: 0 })
  })

  it('does not share its ports with a stranger', async () => {
    const box = await start()
    const port = await freePort()
    const second = await runSignalbox([
      ...THREADS,
      '--engine-only',
      '--listen',
      `udp:127.0.0.1:${box.sipPort}`,
      '--http',
      `127.0.0.1:${port}`,
    ])
    expect(second.code).toBe(1)
    expect(second.output).toContain(`Cannot listen on udp:127.0.0.1:${box.sipPort}: the port is taken by another process`)
  })
})

describe.skipIf(missing('sipp'))('two SIP threads under load', () => {
  it.each([
    { steered: true, transport: 'u1', calls: 5000, rate: 2000, atOnce: 40 },
    { steered: false, transport: 'un', calls: 10_000, rate: 2000, atOnce: 40 },
    { steered: true, transport: 'tn', calls: 2000, rate: 1000, atOnce: 40 },
  ] as const)(
    '$calls calls ($transport, by the kernel: $steered): none fails, none is repeated, no transaction is left',
    async (load) => {
      const uasPort = await freePort()
      const gateway = `sip:127.0.0.1:${uasPort}${load.transport === 'tn' ? ';transport=tcp' : ''}`
      const box = await start({ gateways: [gateway], tm: { wt_timer: 500 }, environment: load.steered ? {} : HANDED_OVER })
      const uas = await startUas(load, uasPort)
      onTestFinished(() => void uas.kill())
      const uac = await startUac(load, `127.0.0.1:${box.sipPort}`)
      onTestFinished(() => void uac.kill())
      const [caller, callee] = [await uac.result(), await uas.finish()]
      const whole = { successful: load.calls, failed: 0, unexpected: 0, retransmissions: 0, errors: '' }
      expect({ caller, callee }).toMatchObject({ caller: whole, callee: whole })
      expect(await tmStats(box.rpc)).toMatchObject({ total: 2 * load.calls, '4xx': 0, '5xx': 0, '6xx': 0 })
      const passed = await metric(box, 'signalbox_thread_messages_total{outcome="passed"}')
      // A datagram comes to the thread of its call by itself, even from one address; a stream has one thread for all calls.
      if (load.steered && load.transport === 'u1') expect(passed).toBe(0)
      else expect(passed).toBeGreaterThan(load.calls)
      expect(await metric(box, 'signalbox_thread_messages_total{outcome="dropped"}')).toBe(0)
      expect(await metric(box, 'signalbox_retransmissions_total')).toBe(0)
      expect(await metric(box, 'signalbox_core_stray_replies_total')).toBe(0)
      await noTransactionLeft(box)
    },
    240_000,
  )
})
