import { beforeEach, describe, expect, it } from 'vitest'
import { Method } from '@signalbox/sip'
import { Counter } from '../../src/metrics/counter-layout.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import type { TextMessage } from './text-message.ts'
import { World } from './world.ts'

const PHONE = '10.0.0.3:5060'

let world: World
let proxy: SimulatedProxy
let caller: Agent
let phone: Agent
let suspended: { index: number; label: number }
/** Return codes of what the routes called, and names of the resumed routes. */
let results: number[]
let routes: string[]
/** What the resumed route does. */
let onResume: 'relay' | 'reply' | 'nothing'

beforeEach(() => {
  world = new World()
  onResume = 'relay'
  results = []
  routes = []
  proxy = new SimulatedProxy(world, {
    params: { fr_inv_timer: 5000 },
    request: (m, { transactions }) => {
      if (m.message.method !== Method.INVITE) return void transactions.relay(m, 0, '')
      m.requestUri = `sip:bob@${PHONE}`
      m.edits.insert(m.message.headersEnd, 'X-Before: yes\r\n')
      results.push(transactions.suspend(m))
      suspended = { index: m.cell?.index ?? 0, label: m.cell?.label ?? 0 }
    },
    failure: (name, m, { transactions }) => {
      routes.push(name)
      if (onResume === 'relay') results.push(transactions.relay(m, 0, ''))
      if (onResume === 'reply') results.push(transactions.reply(m, 480, 'Not now'))
    },
  })
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, PHONE)
})

function invite(): TextMessage {
  const request = caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return request
}

function resume(): number {
  const result = proxy.engine.transactions.resume(suspended.index, suspended.label, 'resumed')
  proxy.wake()
  world.run(10)
  return result
}

describe('suspend and continue, tm-reference 10', () => {
  it('sends 100 and waits; retransmissions are absorbed', () => {
    const request = invite()
    caller.again(proxy.address, request)
    world.run(1000)
    expect(caller.statuses('INVITE')).toEqual([100, 100])
    expect(phone.received).toHaveLength(0)
    expect(proxy.current).toBe(1)
  })

  it('goes on with what the script had decided before', () => {
    invite()
    world.run(1000)
    expect(resume()).toBe(0)
    expect(phone.last('INVITE').uri).toBe(`sip:bob@${PHONE}`)
    expect(phone.last('INVITE').header('X-Before')).toBe('yes')
    expect(results).toEqual([1, 1])
    expect(routes).toEqual(['resumed'])
    phone.reply(proxy.address, phone.last('INVITE'), '200 OK')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(200)
    world.run(6000)
    expect(proxy.current).toBe(0)
    expect(proxy.engine.wheel.armed).toBe(0)
  })

  it('the blind branch does not compete with the replies of real ones', () => {
    invite()
    resume()
    phone.reply(proxy.address, phone.last('INVITE'), '604 Nowhere')
    world.run(10)
    expect(caller.last('INVITE').status).toBe(604)
  })

  it('answers when the route does', () => {
    onResume = 'reply'
    invite()
    resume()
    expect(caller.last('INVITE').startLine).toBe('SIP/2.0 480 Not now')
  })

  it('a route that does nothing leads to 500', () => {
    onResume = 'nothing'
    invite()
    resume()
    expect(caller.last('INVITE').status).toBe(500)
  })

  it('times out like a branch: 408, and continuing is refused', () => {
    invite()
    world.run(5100)
    expect(caller.statuses('INVITE')).toContain(408)
    expect(resume()).toBe(1)
  })

  it('is ended by CANCEL with 487', () => {
    const request = invite()
    caller.cancel(proxy.address, request)
    world.run(10)
    expect(caller.last('CANCEL').status).toBe(200)
    expect(caller.last('INVITE').status).toBe(487)
    expect(resume()).toBe(1)
  })

  it('counts those that wait: until they go on, are cancelled or time out', () => {
    const counts = (): readonly number[] => [proxy.counters[Counter.suspended], proxy.counters[Counter.suspensions]]
    invite()
    expect(counts()).toEqual([1, 1])
    resume()
    expect(counts()).toEqual([0, 1])
    caller.cancel(proxy.address, caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1', callId: 'two' }))
    world.run(10)
    expect(counts()).toEqual([0, 2])
    caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1', callId: 'three' })
    world.run(10)
    expect(counts()).toEqual([1, 3])
    world.run(5100)
    expect(counts()).toEqual([0, 3])
    world.run(60_000)
    expect([proxy.current, ...counts()]).toEqual([0, 0, 3])
  })

  it('-1 for a transaction that is gone, -2 for one that is not suspended', () => {
    invite()
    expect(resume()).toBe(0)
    expect(resume()).toBe(-2)
    world.run(200_000)
    expect(resume()).toBe(-1)
  })
})
