import { beforeEach, describe, expect, it } from 'vitest'
import type { Target } from '../../src/forward/target.ts'
import { Agent } from './agent.ts'
import { SimulatedProxy } from './simulated-proxy.ts'
import { World } from './world.ts'

interface Contact {
  readonly name: string
  readonly q?: number
  readonly path?: string
  readonly instance?: string
}

let world: World
let caller: Agent
let phone: Agent

beforeEach(() => {
  world = new World()
  caller = new Agent(world, '10.0.0.2:5060')
  phone = new Agent(world, '10.0.0.3:5060')
})

function target({ name, q = -1, path = '', instance = '' }: Contact): Target {
  return { uri: `sip:${name}@10.0.0.3:5060`, destinationUri: '', path, q, flags: 0, listener: null, instance, ruid: '' }
}

/** A proxy with the article's script (tm-reference 9): load, then one step after the other. */
function serve(contacts: readonly Contact[], mode = 0): SimulatedProxy {
  const next = (
    m: Parameters<NonNullable<ConstructorParameters<typeof SimulatedProxy>[1]>['failure'] & object>[1],
    transactions: SimulatedProxy['engine']['transactions'],
  ): void => {
    if (transactions.nextContacts(m) < 0) return
    transactions.armFailure(m, 'next')
    transactions.relay(m, 0, '')
  }
  const proxy = new SimulatedProxy(world, {
    request: (m, { transactions }) => {
      m.requestUriConsumed = true
      m.targets.push(...contacts.map(target))
      transactions.loadContacts(m, mode)
      next(m, transactions)
    },
    failure: (_name, m, { transactions }) => next(m, transactions),
    branchFailure: (_name, m, { transactions }) => {
      if (transactions.nextContactFlow(m) > 0) transactions.relay(m, 0, '')
    },
  })
  caller.request(proxy.address, { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
  world.run(10)
  return proxy
}

/** Users tried in this step, then everybody is busy. */
function step(proxy: SimulatedProxy, from: number): readonly string[] {
  const invites = phone.requests('INVITE').slice(from)
  for (const invite of invites) phone.reply(proxy.address, invite, '486 Busy Here')
  world.run(10)
  return invites.map((invite) => invite.uri.slice(4, invite.uri.indexOf('@')))
}

function allSteps(proxy: SimulatedProxy): readonly (readonly string[])[] {
  const steps: (readonly string[])[] = []
  for (let tried = 0; phone.requests('INVITE').length > tried; tried += steps.at(-1)?.length ?? 0) steps.push(step(proxy, tried))
  return steps
}

describe('t_load_contacts and t_next_contacts, tm-reference 9', () => {
  it('tries d alone, then b and c together, then a; the last winner is relayed', () => {
    const proxy = serve([{ name: 'a' }, { name: 'b', q: 500 }, { name: 'c', q: 500 }, { name: 'd', q: 1000 }])
    expect(allSteps(proxy)).toEqual([['d'], ['b', 'c'], ['a']])
    expect(caller.last('INVITE').status).toBe(486)
  })

  it('takes contacts with a Path first within a step', () => {
    const proxy = serve([
      { name: 'a', q: 1 },
      { name: 'b', q: 1, path: '<sip:10.0.0.3:5060;lr>' },
    ])
    expect(allSteps(proxy)).toEqual([['b', 'a']])
  })

  it('mode 1 tries every contact on its own, those without q last', () => {
    const proxy = serve([{ name: 'a' }, { name: 'b', q: 500 }, { name: 'c', q: 1000 }], 1)
    const steps = allSteps(proxy)
    expect(steps.map((names) => names.length)).toEqual([1, 1, 1])
    expect(steps.at(-1)).toEqual(['a'])
  })

  it('keeps a second flow of one device aside', () => {
    const proxy = serve([
      { name: 'a', q: 1, instance: '<urn:uuid:1>' },
      { name: 'b', q: 1, instance: '<urn:uuid:1>' },
      { name: 'c', q: 1 },
    ])
    expect(allSteps(proxy)).toEqual([['a', 'c']])
  })
})
