import { describe, expect, it } from 'vitest'
import { EventKind } from '../../src/bus/event-kind.ts'
import { EventRecord, PADDING, recordKind, recordSize } from '../../src/bus/event-record.ts'
import { EventRingReader, EventRingWriter, ringBytes } from '../../src/bus/event-ring.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy, type ProxyOptions } from './simulated-proxy.ts'
import { World } from './world.ts'

interface Recorded {
  readonly kind: number
  readonly key: string
  readonly b: number
  /** Call-ID of the message, '' for events without one. */
  readonly callId: string
}

/** A proxy with the real ring, which records `budget` transactions a second. */
function setup(budget: number, options: ProxyOptions = {}) {
  const world = new World()
  const shared = new ArrayBuffer(ringBytes(1 << 22))
  const ring = new EventRingWriter(shared, world, () => budget)
  const reader = new EventRingReader(shared)
  reader.setEnabled(true)
  const proxy = new SimulatedProxy(world, { ...options, bus: ring })
  const caller = new Agent(world, '10.0.0.2:5060')
  const phone = new Agent(world, '10.0.0.3:5060')
  proxy.targets = [`sip:bob@${phone.address}`]
  phone.onMessage = (message) => {
    if (message.method !== 'ACK') phone.reply(proxy.address, message, '200 OK')
  }
  const call = (callId: string, uri = 'sip:bob@10.0.0.1'): void => {
    caller.request(proxy.address, { method: 'INVITE', uri, callId })
    caller.request(proxy.address, { method: 'BYE', uri: `sip:bob@${phone.address}`, callId, cseq: 2, toTag: 'x' })
  }
  return { world, ring, reader, proxy, caller, phone, call, events: () => take(reader) }
}

function take(reader: EventRingReader): Recorded[] {
  const all: Recorded[] = []
  const record = new EventRecord()
  const calls = new Map<string, string>()
  reader.take((view, bytes, start, end) => {
    for (let at = start; at < end && recordKind(view, at) !== PADDING; at += recordSize(view, at)) {
      record.load(view, bytes, at)
      const key = `${record.index}:${record.label}`
      const raw = Buffer.from(record.bytes.subarray(record.start, record.end)).toString('latin1')
      const callId = /^Call-ID: (.*)\r$/m.exec(raw)?.[1] ?? calls.get(key) ?? ''
      if (record.label > 0) calls.set(key, callId)
      all.push({ kind: record.kind, key, b: record.b, callId })
    }
  })
  return all
}

const countOf = (events: readonly Recorded[], kind: number): number => events.filter((event) => event.kind === kind).length

describe('recording', () => {
  it('records every call while there is little load', () => {
    const { world, call, events } = setup(100)
    for (let i = 0; i < 20; i++) call(`call-${i}`)
    world.run(40_000)
    const all = events()
    expect(countOf(all, EventKind.created)).toBe(40)
    expect(countOf(all, EventKind.destroyed)).toBe(40)
  })

  it('MUST record a call with all its transactions and all their events, or not at all', () => {
    const { world, ring, reader, call, events } = setup(20)
    for (let second = 0; second < 6; second++) {
      for (let i = 0; i < 200; i++) call(`warm-${second}-${i}`)
      world.run(1000)
      ring.tick()
    }
    world.run(60_000)
    events()
    expect(reader.oneIn).toBeGreaterThanOrEqual(8)
    for (let i = 0; i < 400; i++) call(`call-${i}`)
    world.run(60_000)
    const all = events()
    const calls = Map.groupBy(all, ({ callId }) => callId)
    expect(calls.has('')).toBe(false)
    expect(calls.size).toBeGreaterThan(2)
    expect(calls.size).toBeLessThan(200)
    const kinds = [...calls.values()].map((one) => [countOf(one, EventKind.created), countOf(one, EventKind.destroyed), one.length])
    // The share may halve between the two requests of a call at the moment at which the load sets in.
    const whole = kinds.filter(([created]) => created === 2)
    expect(whole.length).toBeGreaterThan(calls.size / 2)
    expect(new Set(whole.map((one) => one.join())).size).toBe(1)
    for (const [created, destroyed] of kinds) expect(destroyed).toBe(created)
  })

  it('MUST record a traced call whatever the load, and only that', () => {
    const { world, ring, call, events } = setup(0)
    ring.traces.set([{ kind: 'call-id', value: 'wanted', until: Infinity }])
    for (let i = 0; i < 50; i++) call(i === 31 ? 'wanted' : `call-${i}`)
    world.run(60_000)
    const all = events()
    expect(new Set(all.map(({ callId }) => callId))).toEqual(new Set(['wanted']))
    expect(countOf(all, EventKind.created)).toBe(2)
    expect(countOf(all, EventKind.destroyed)).toBe(2)
  })

  it('records a transaction from the moment on at which it fails here, whatever its call', () => {
    const { world, proxy, call, phone, events } = setup(0)
    proxy.unsendable.add(phone.address)
    call('unlucky')
    world.run(60_000)
    const all = events()
    const created = all.filter(({ kind }) => kind === EventKind.created)
    expect(created.map(({ b, callId }) => [b, callId])).toEqual([
      [2, 'unlucky'],
      [2, 'unlucky'],
    ])
    expect(countOf(all, EventKind['msg-out'])).toBeGreaterThan(0)
    expect(countOf(all, EventKind.destroyed)).toBe(2)
  })

  it('records no more than 50 of these a second', () => {
    const { world, ring, proxy, phone, call, events } = setup(0)
    proxy.unsendable.add(phone.address)
    for (let i = 0; i < 100; i++) call(`unlucky-${i}`)
    world.run(10)
    expect(countOf(events(), EventKind.created)).toBe(50)
    ring.tick()
    call('later')
    world.run(10)
    expect(countOf(events(), EventKind.created)).toBe(2)
  })

  it('tells that a destination was blocklisted, and why', () => {
    const { world, proxy, phone, call, events } = setup(0, { core: { use_dst_blocklist: 1 } })
    proxy.unsendable.add(phone.address)
    call('unlucky')
    world.run(10)
    expect(countOf(events(), EventKind.blocklisted)).toBeGreaterThan(0)
  })

  it('records nothing once it is switched off', () => {
    const { world, reader, call, events } = setup(100)
    reader.setEnabled(false)
    call('unseen')
    world.run(60_000)
    expect(events()).toEqual([])
  })
})
