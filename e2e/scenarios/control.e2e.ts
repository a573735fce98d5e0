import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openLiveSocket } from '../harness/live-socket.ts'
import type { LiveMessage } from '../harness/live-socket.ts'
import { readRaw } from '../harness/raw-message.ts'
import { openUdp } from '../harness/raw-port.ts'
import { RawUa } from '../harness/raw-ua.ts'
import type { Signalbox } from '../harness/start-signalbox.ts'
import { startSignalbox } from '../harness/start-signalbox.ts'
import { waitUntil } from '../harness/wait-until.ts'

let box: Signalbox
let caller: RawUa
let callee: RawUa

beforeAll(async () => {
  box = await startSignalbox({ withApi: true, tm: { wt_timer: 1000 } })
  const proxy = { host: '127.0.0.1', port: box.sipPort }
  caller = new RawUa('caller', await openUdp(), proxy)
  callee = new RawUa('callee', await openUdp(), proxy)
  await callee.register()
})
afterAll(async () => {
  await Promise.all([caller?.port.close(), callee?.port.close()])
  await box?.stop()
})

/** Rings, runs the look, then ends the call with 486. */
async function whileRinging(look: (callId: string) => Promise<void>): Promise<void> {
  const callId = `ringing-${performance.now()}@harness`
  const invite = await caller.sendRequest({ method: 'INVITE', uri: caller.uriAtProxy('callee'), callId })
  const incoming = await callee.takeRequest('INVITE')
  callee.answer(incoming, 180, 'Ringing')
  await caller.takeReply(180)
  try {
    await look(callId)
  } finally {
    callee.answer(incoming, 486, 'Busy Here')
    await caller.send(caller.negativeAck(readRaw(invite), await caller.takeReply(486)))
    await waitUntil('the list to be empty', async () => (((await box.rpc('tm.list')) as unknown[]).length === 0 ? true : undefined))
  }
}

describe('RPC', () => {
  it('tm.list shows the ringing INVITE in the shape of tm-reference 12', () =>
    whileRinging(async (callId) => {
      const rows = (await box.rpc('tm.list')) as Readonly<Record<string, unknown>>[]
      expect(rows).toHaveLength(1)
      const [row] = rows
      const keys = 'cell tindex tlabel method from to callid cseq uas_request tflags outgoings ref_count lifetime expires_in'
      expect(Object.keys(row ?? {}).join(' ')).toBe(keys)
      expect(row).toMatchObject({ method: 'INVITE', callid: `Call-ID: ${callId}\r\n`, cseq: 'CSeq: 1', uas_request: 'yes', outgoings: 1 })
      // INVITE + auto-100
      expect(row?.['tflags']).toBe(65)
      expect(row?.['from']).toMatch(/^From: .*\r\n$/)
    }))

  it('system.listMethods names every method of the first issue', async () => {
    const methods = await box.rpc('system.listMethods')
    for (const name of ['tm.list', 'tm.stats', 'log_level', 'reload', 'core.version', 'core.uptime', 'ul.dump', 'system.listMethods']) {
      expect(methods).toContain(name)
    }
  })

  it('log_level reads and sets', async () => {
    const before = (await box.rpc('log_level')) as { readonly 'Log level': number }
    expect(await box.rpc('log_level', 3)).toEqual({ 'New global log level': 3 })
    expect(await box.rpc('log_level')).toEqual({ 'Log level': 3 })
    await box.rpc('log_level', before['Log level'])
  })

  it('an unknown method is a fault', async () => {
    await expect(box.rpc('no.such.method')).rejects.toThrow(/not found/i)
  })
})

describe('WebSocket', () => {
  const data =
    (topic: string) =>
    (message: LiveMessage): boolean =>
      message.op === 'data' && message['topic'] === topic

  it('tm.stats comes at 5 Hz with rising sequence numbers', async () => {
    const socket = await openLiveSocket(box.url)
    await socket.take('hello', ({ op }) => op === 'hello')
    socket.send({ op: 'subscribe', topic: 'tm.stats' })
    await socket.take('the first sample', data('tm.stats'))
    const begun = performance.now()
    const sequence: number[] = []
    for (let sample = 0; sample < 10; sample += 1) sequence.push(Number((await socket.take('a sample', data('tm.stats')))['seq']))
    const took = performance.now() - begun
    socket.close()
    expect(took).toBeGreaterThan(1500)
    expect(took).toBeLessThan(3000)
    expect(sequence).toEqual(sequence.map((_, index) => (sequence[0] ?? 0) + index))
  })

  it('transactions: the ringing call is added, changes and leaves; its own topic tells every message', async () => {
    const socket = await openLiveSocket(box.url)
    socket.send({ op: 'subscribe', topic: 'transactions' })
    await socket.take('the snapshot', (message) => data('transactions')(message) && message['reset'] === true)
    let key = ''
    await whileRinging(async (callId) => {
      await socket.take('the new row', (message) => {
        if (!data('transactions')(message)) return false
        const { upsert } = message['data'] as { readonly upsert: readonly { readonly key: string; readonly callId: string }[] }
        key = upsert.find((row) => row.callId === callId)?.key ?? key
        return key !== ''
      })
      const detail = await openLiveSocket(box.url)
      detail.send({ op: 'subscribe', topic: `tx:${key}` })
      const first = await detail.take('its history', data(`tx:${key}`))
      const kinds = (first['data'] as { readonly events: readonly { readonly kind: string }[] }).events.map(({ kind }) => kind)
      expect(kinds[0]).toBe('created')
      expect(kinds).toEqual(expect.arrayContaining(['msg-in', 'msg-out', 'timer-armed', 'state']))
      detail.close()
    })
    await socket.take('the removal', (message) => {
      if (!data('transactions')(message)) return false
      return (message['data'] as { readonly remove: readonly string[] }).remove.includes(key)
    })
    socket.close()
  })

  it('resumes after the last sequence number that the client saw', async () => {
    const first = await openLiveSocket(box.url)
    first.send({ op: 'subscribe', topic: 'events' })
    await first.take('the snapshot', data('events'))
    await callee.register()
    const seen = Number((await first.take('the events of a REGISTER', data('events')))['seq'])
    first.close()
    await callee.register()
    const second = await openLiveSocket(box.url)
    second.send({ op: 'subscribe', topic: 'events', since: seen })
    const next = await second.take('what was missed', data('events'))
    second.close()
    expect(next['seq']).toBe(seen + 1)
    expect(next['reset']).toBeUndefined()
  })
})
