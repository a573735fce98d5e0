import { beforeEach, describe, expect, it } from 'vitest'
import type { Counter } from '../../src/metrics/counter-layout.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'
const OTHER = '10.0.0.4:5060'

const names = {
  total: 'tmTotal',
  waiting: 'tmWaiting',
  created: 'tmCreated',
  generated: 'tmRplGenerated',
  received: 'tmRplReceived',
  sent: 'tmRplSent',
  '2xx': 'tm2xx',
  '4xx': 'tm4xx',
  '5xx': 'tm5xx',
  '6xx': 'tm6xx',
} as const satisfies Record<string, keyof typeof Counter>

let world: World
let proxy: SimulatedProxy
let caller: Agent
let phone: Agent
let other: Agent
let before: Record<string, number>

/** What changed since the last call, without the zeros. */
function changes(): Record<string, number> {
  const now = Object.fromEntries(Object.entries(names).map(([name, counter]) => [name, proxy.stat(counter)]))
  const changed = Object.fromEntries(
    Object.entries(now)
      .map(([name, value]) => [name, value - before[name]])
      .filter(([, value]) => value !== 0),
  )
  before = now
  return changed
}

function invite(): void {
  caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
}

beforeEach(() => {
  world = new World()
  proxy = new SimulatedProxy(world, { params: { fr_timer: 4000 } })
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
  other = new Agent(world, OTHER)
  proxy.targets = [`sip:bob@${PHONE}`]
  before = Object.fromEntries(Object.keys(names).map((name) => [name, 0]))
})

describe('tm.stats, tm-reference 11 (Observed)', () => {
  it('INVITE relayed, 180, 200, repeated 200', () => {
    invite()
    expect(changes()).toEqual({ total: 1, created: 1, generated: 1, sent: 1 })
    const request = phone.last('INVITE')
    phone.reply(proxy.address, request, '180 Ringing')
    world.run(10)
    expect(changes()).toEqual({ received: 1, sent: 1 })
    phone.reply(proxy.address, request, '200 OK')
    world.run(10)
    expect(changes()).toEqual({ received: 1, sent: 1, '2xx': 1, waiting: 1 })
    phone.reply(proxy.address, request, '200 OK')
    world.run(10)
    expect(changes()).toEqual({ received: 1, sent: 1, '2xx': 1 })
    expect(caller.statuses('INVITE')).toEqual([100, 180, 200, 200])
    world.run(6000)
    expect(proxy.current).toBe(0)
  })

  it('timeout: the 100 and the 408 are generated', () => {
    invite()
    world.run(4100)
    expect(changes()).toEqual({ total: 1, created: 1, generated: 2, sent: 2, '4xx': 1, waiting: 1 })
  })

  it('fork 486 then 404: only the last reply is sent', () => {
    proxy.targets = [`sip:bob@${PHONE}`, `sip:bob@${OTHER}`]
    invite()
    changes()
    phone.reply(proxy.address, phone.last('INVITE'), '486 Busy Here')
    world.run(10)
    expect(changes()).toEqual({ received: 1 })
    other.reply(proxy.address, other.last('INVITE'), '404 Not Found')
    world.run(10)
    expect(changes()).toEqual({ received: 1, sent: 1, '4xx': 1, waiting: 1 })
    expect(caller.statuses('INVITE').at(-1)).toBe(404)
  })

  it('CANCEL while ringing has a transaction of its own', () => {
    const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    changes()
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(changes()).toEqual({ total: 1, created: 1, generated: 1, sent: 1, '2xx': 1, waiting: 1 })
    expect(phone.requests('CANCEL')).toHaveLength(1)
    phone.reply(proxy.address, phone.last('CANCEL'), '200 OK')
    phone.reply(proxy.address, phone.last('INVITE'), '487 Request Terminated')
    world.run(10)
    expect(changes()).toEqual({ received: 2, sent: 1, '4xx': 1, waiting: 1 })
  })

  it('freed follows created after wt_timer', () => {
    invite()
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    expect(proxy.current).toBe(1)
    world.run(5000)
    expect(proxy.current).toBe(0)
    expect(proxy.stat('tmFreed')).toBe(1)
  })
})
