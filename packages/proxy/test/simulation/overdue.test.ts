import { describe, expect, it } from 'vitest'
import { everything, type EventBus, type EventFact } from '../../src/bus/event-bus.ts'
import { EventKind } from '../../src/bus/event-kind.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

describe('watch over lifetimes', () => {
  it('finds nothing in a call that runs into every timer', () => {
    const world = new World()
    const proxy = new SimulatedProxy(world)
    proxy.targets = ['sip:nobody@10.0.0.3:5060']
    new Agent(world, '10.0.0.2:5060').request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    for (let second = 0; second < 200; second++) {
      world.run(1000)
      expect(proxy.engine.transactions.watchLifetimes()).toBe(0)
    }
  })

  it('reports a transaction that nothing will ever end, once, with the timer that keeps it', () => {
    const world = new World()
    const reports: string[] = []
    const bus: EventBus = {
      ...everything,
      emit: (kind, subject, _branch, fact: EventFact) => {
        if (kind === EventKind.overdue) reports.push(`${subject.label > 0} ${fact.a} ${fact.b > 180_000}`)
      },
    }
    const proxy = new SimulatedProxy(world, { bus })
    const phone = new Agent(world, '10.0.0.3:5060')
    proxy.targets = [`sip:bob@${phone.address}`]
    new Agent(world, '10.0.0.2:5060').request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    world.run(10)
    phone.reply(proxy.address, phone.last('INVITE'), '180 Ringing')
    world.run(10)
    // A defect as it might be: the final-response timer is lost.
    const [cell] = [...proxy.engine.transactions.core.table.cells()]
    proxy.engine.wheel.cancel(cell.branches[0].timeoutTimer)
    world.run(300_000)
    expect(proxy.engine.transactions.watchLifetimes()).toBe(1)
    expect(proxy.engine.transactions.watchLifetimes()).toBe(0)
    expect(reports).toEqual(['true 0 true'])
    expect(proxy.stat('overdueTransactions')).toBe(1)
  })
})
