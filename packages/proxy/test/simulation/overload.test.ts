import { describe, expect, it } from 'vitest'
import type { RequestOptions } from './agent.ts'
import { Scene, type SceneOptions } from './conformance/scene.ts'

/** A scene whose proxy is as busy as `load.busy` says. */
function sceneWith(options: SceneOptions = {}): { readonly scene: Scene; readonly load: { busy: number } } {
  const load = { busy: 0 }
  const scene = new Scene({ busy: () => load.busy, ...options })
  scene.phone.onMessage = (message, from) => {
    if (message.method === 'MESSAGE' || message.method === 'BYE') scene.phone.reply(from, message, '200 OK')
  }
  return { scene, load }
}

/** So many new requests, 100 a second, each a call of its own. */
function offer(scene: Scene, count: number, name: string): void {
  for (let i = 0; i < count; i++) scene.send('MESSAGE', { callId: `${name}-${i}` })
}

function refused(scene: Scene): number {
  return scene.codes('MESSAGE').filter((code) => code === 503).length
}

/** Requests of 20 KB that nobody answers, until `count` were offered. */
function fill(scene: Scene, count: number, options: Partial<RequestOptions> = {}): void {
  const body = 'x'.repeat(20_000)
  for (let i = 0; i < count; i++) scene.send('MESSAGE', { callId: `fill-${i}`, body, ...options })
}

describe('transaction_mem, RFC 3261 21.5.4', () => {
  const silent = (): Scene => new Scene({ core: { transaction_mem: 400 } })

  it('refuses new requests with 503 and Retry-After when the stored messages take that much, and none when they have gone', () => {
    const scene = silent()
    fill(scene, 30)
    expect(scene.proxy.engine.transactions.core.slab.inUse).toBeLessThan(500_000)
    expect(refused(scene)).toBeGreaterThan(20)
    expect(scene.proxy.stat('memoryRefused')).toBe(refused(scene))
    expect(scene.proxy.stat('tmTotal')).toBe(30 - refused(scene))
    expect(Number(scene.caller.last('MESSAGE').header('Retry-After'))).toBeGreaterThanOrEqual(5)
    expect(scene.leftovers()).toEqual({})
    expect(scene.proxy.engine.transactions.core.slab.inUse).toBe(0)
    fill(scene, 1, { callId: 'later' })
    expect(scene.phone.last('MESSAGE').header('Call-ID')).toBe('later')
  })

  it('tells once when requests are refused, and once when there is room again', () => {
    const told: boolean[] = []
    const scene = new Scene({ core: { transaction_mem: 400 }, memoryShort: (short) => void told.push(short) })
    fill(scene, 5)
    expect(told).toEqual([])
    fill(scene, 40)
    expect(told).toEqual([true])
    scene.leftovers()
    fill(scene, 1)
    expect(told).toEqual([true, false])
  })

  it('goes on with calls that it has taken: replies, retransmissions, BYE, CANCEL', () => {
    const scene = silent()
    const call = scene.invite({ callId: 'taken' })
    const second = scene.invite({ callId: 'ringing' })
    scene.answer(180)
    fill(scene, 30)
    scene.again(call)
    scene.cancel(second)
    expect(scene.codes('CANCEL')).toEqual([200])
    scene.phone.reply(scene.proxy.address, scene.phone.requests('INVITE')[0], '200 OK')
    scene.run()
    expect(scene.codes('INVITE')).toContain(200)
    expect(scene.codes('INVITE')).not.toContain(503)
    scene.send('BYE', { callId: 'taken', cseq: 2, toTag: 'phone', uri: `sip:bob@${scene.phone.address}` })
    expect(scene.sent(scene.phone, 'BYE')).toHaveLength(1)
  })

  it('what claims to belong to a call may take a quarter more, not everything', () => {
    const scene = silent()
    fill(scene, 60, { toTag: 'made-up', uri: `sip:bob@10.0.1.0:5060` })
    expect(scene.proxy.engine.transactions.core.slab.inUse).toBeLessThan(600_000)
    expect(refused(scene)).toBeGreaterThan(30)
  })
})

describe('overload, RFC 6357, RFC 3261 21.5.4', () => {
  it('refuses nothing as long as the thread is not saturated', () => {
    const { scene, load } = sceneWith()
    load.busy = 0.97
    offer(scene, 200, 'busy')
    expect(refused(scene)).toBe(0)
  })

  it('refuses new requests with 503 and Retry-After before the script sees them, two tenths of a second after saturation', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 20, 'first')
    expect(refused(scene)).toBeLessThan(3)
    offer(scene, 200, 'then')
    expect(refused(scene)).toBeGreaterThan(150)
    const waits = scene.caller.received.filter(({ status }) => status === 503).map((reply) => Number(reply.header('Retry-After')))
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(5)
    expect(Math.max(...waits)).toBeLessThanOrEqual(10)
    expect(new Set(waits).size).toBeGreaterThan(3)
    expect(scene.proxy.stat('tmTotal')).toBe(220 - refused(scene))
    expect(scene.proxy.stat('overloadRefused')).toBe(refused(scene))
    expect(scene.proxy.stat('overloaded')).toBe(1)
  })

  it('a request that proves broken only now gets its 400, RFC 3261 16.3', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 300, 'fill')
    scene.caller.received.length = 0
    const { text } = scene.caller.request('10.9.9.9:1', { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'broken' })
    scene.caller.send(scene.proxy.address, text.replace(/To: .*/, 'To: "half'))
    scene.run()
    expect(scene.codes('MESSAGE')).toEqual([400])
  })

  it('MUST absorb the ACK to a 503 to INVITE, RFC 3261 17.2.1', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 200, 'fill')
    const invites = Array.from({ length: 20 }, (_, i) => scene.invite({ callId: `invite-${i}` }))
    const before = scene.proxy.stat('slAcks')
    const replies = scene.caller.received.filter(({ method, status }) => method === 'INVITE' && status === 503)
    for (const reply of replies) {
      const invite = invites.find((one) => one.header('Call-ID') === reply.header('Call-ID'))
      if (invite !== undefined) scene.caller.ack(scene.proxy.address, invite, reply)
    }
    scene.run()
    expect(replies.length).toBeGreaterThan(15)
    expect(scene.proxy.stat('slAcks') - before).toBe(replies.length)
    expect(scene.sent(scene.phone, 'ACK')).toEqual([])
  })

  it('goes on with calls that it has taken: replies, ACK, BYE, CANCEL and retransmissions', () => {
    const { scene, load } = sceneWith()
    const call = scene.invite({ callId: 'taken' })
    scene.answer(180)
    const second = scene.invite({ callId: 'ringing' })
    scene.answer(180)
    load.busy = 1
    offer(scene, 300, 'fill')
    expect(refused(scene)).toBeGreaterThan(200)
    scene.again(call)
    scene.cancel(second)
    expect(scene.codes('CANCEL')).toEqual([200])
    scene.phone.reply(scene.proxy.address, scene.phone.requests('INVITE')[0], '200 OK')
    scene.run()
    expect(scene.codes('INVITE').filter((code) => code === 503)).toEqual([])
    expect(scene.codes('INVITE')).toContain(200)
    scene.send('BYE', { callId: 'taken', cseq: 2, toTag: 'phone', uri: `sip:bob@${scene.phone.address}` })
    expect(scene.sent(scene.phone, 'BYE')).toHaveLength(1)
  })

  it('answers a retransmission of a refused request as it did the first time', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 300, 'fill')
    const request = scene.send('MESSAGE', { callId: 'again' })
    const before = refused(scene)
    scene.again(request)
    scene.again(request)
    expect(refused(scene)).toBe(before + 2)
  })

  it('never refuses a call for help, RFC 5031', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 300, 'fill')
    const before = scene.proxy.stat('tmTotal')
    for (let i = 0; i < 20; i++) scene.invite({ callId: `help-${i}`, uri: i % 2 === 0 ? 'urn:service:sos' : 'URN:service:SOS.fire' })
    expect(scene.proxy.stat('tmTotal') - before).toBe(20)
  })

  it('takes everything again within a second after the load has gone', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 300, 'fill')
    load.busy = 0.3
    offer(scene, 100, 'after')
    const before = refused(scene)
    offer(scene, 200, 'then')
    expect(refused(scene)).toBe(before)
    expect(scene.proxy.stat('overloaded')).toBe(0)
  })

  it('refuses nothing with overload_control = 0', () => {
    const { scene, load } = sceneWith({ core: { overload_control: 0 } })
    load.busy = 1
    offer(scene, 300, 'fill')
    expect(refused(scene)).toBe(0)
  })

  it('leaves nothing behind for what it has refused', () => {
    const { scene, load } = sceneWith()
    load.busy = 1
    offer(scene, 100, 'fill')
    expect(scene.leftovers()).toEqual({})
  })
})
