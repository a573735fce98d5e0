import { describe, expect, it } from 'vitest'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

const CALLER = '10.0.0.2:5060'
const FIRST = '10.0.0.3:5060'
const SECOND = '10.0.0.4:5060'

/** A call that forks to two phones over a network that loses a third of its datagrams and is cancelled after a while. */
function cancelledForkedCall(seed: number): { world: World; proxy: SimulatedProxy; caller: Agent; phones: readonly Agent[] } {
  const world = new World(seed, { latency: 2, jitter: 8, loss: 0.3, duplication: 0.1 })
  const proxy = new SimulatedProxy(world)
  const caller = new Agent(world, CALLER)
  const phones = [FIRST, SECOND].map((address) => new Agent(world, address))
  proxy.targets = [`sip:a@${FIRST}`, `sip:b@${SECOND}`]
  for (const phone of phones) {
    phone.onMessage = (message, from) => {
      if (message.method === 'INVITE') phone.reply(from, message, '180 Ringing')
      if (message.method === 'CANCEL') {
        phone.reply(from, message, '200 OK')
        const invite = phone.requests('INVITE').at(-1)
        if (invite !== undefined) phone.reply(from, invite, '487 Request Terminated')
      }
    }
  }
  const invite = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:forked@10.0.0.1' })
  caller.onMessage = (message) => {
    if (message.method === 'INVITE' && message.status >= 300) caller.ack(proxy.address, invite, message)
  }
  for (const at of [500, 1500, 3500]) world.after(at, () => caller.statuses('INVITE').length === 0 && caller.again(proxy.address, invite))
  for (const at of [5000, 5500, 6500, 8500])
    world.after(at, () => caller.statuses('CANCEL').length === 0 && caller.cancel(proxy.address, invite))
  world.run(200_000)
  return { world, proxy, caller, phones }
}

describe('a whole call in simulated time', () => {
  it('forks, retransmits, is cancelled and leaves nothing behind', () => {
    const { proxy, caller } = cancelledForkedCall(7)
    expect(caller.statuses('INVITE')).toContain(180)
    expect(caller.statuses('INVITE').at(-1)).toBe(487)
    expect(caller.statuses('CANCEL')).toContain(200)
    expect(proxy.stat('requestRetransmissions')).toBeGreaterThan(0)
    expect(proxy.current).toBe(0)
    expect(proxy.stat('tmWaiting')).toBe(0)
    expect(proxy.stat('tmCreated')).toBe(proxy.stat('tmFreed'))
    expect(proxy.engine.wheel.armed).toBe(0)
    expect(proxy.engine.transactions.core.slab.usage().blocks).toBe(0)
  })

  it('gives identical bytes at identical times for the same seed', () => {
    expect(cancelledForkedCall(11).world.fingerprint()).toBe(cancelledForkedCall(11).world.fingerprint())
    expect(cancelledForkedCall(11).world.fingerprint()).not.toBe(cancelledForkedCall(12).world.fingerprint())
  })
})
