import { describe, expect, it } from 'vitest'
import { Agent } from '../../test/simulation/agent.ts'
import { SimulatedProxy } from '../../test/simulation/simulated-proxy.ts'
import { World } from '../../test/simulation/world.ts'
import { parameterValue, tmParametersFrom } from '../tm/parameters.ts'
import { parameterCommands } from './parameter-commands.ts'
import { ParameterSelection } from './parameter-selection.ts'
import { ParameterSet } from './parameter-set.ts'

describe('ParameterSet', () => {
  it('changes all or nothing', () => {
    const set = new ParameterSet(tmParametersFrom({ fr_timer: 1000 }), parameterValue)
    set.apply({ fr_timer: '2000', ac_extra_hdrs: 'X-' })
    expect(set.values).toMatchObject({ fr_timer: 2000, ac_extra_hdrs: 'X-' })
    expect(() => set.apply({ fr_timer: 3000, wt_timer: -1 })).toThrow("'wt_timer' must be an integer")
    expect(set.values.fr_timer).toBe(2000)
  })

  it('the values of an instance hold while it is selected', () => {
    const set = new ParameterSet(tmParametersFrom({ fr_timer: 4000 }), parameterValue)
    const selection = new ParameterSelection({ tm: set })
    set.setInstance(1, { fr_timer: '1000', ac_extra_hdrs: 'X-' })
    expect(() => set.setInstance(2, { fr_timer: -1 })).toThrow("'fr_timer' must be an integer")
    expect([selection.select('tm', 2), selection.select('other', 1), selection.reset('other')]).toEqual([false, false, false])
    expect(selection.select('tm', 1)).toBe(true)
    expect(set.values).toMatchObject({ fr_timer: 1000, ac_extra_hdrs: 'X-', wt_timer: 5000 })
    selection.end()
    expect(set.values).toMatchObject({ fr_timer: 4000, ac_extra_hdrs: '' })
    selection.select('tm', 1)
    expect([selection.reset('tm'), set.values.fr_timer]).toEqual([true, 4000])
    set.setInstance(1, null)
    expect(selection.select('tm', 1)).toBe(false)
  })

  it('reaches the engine: new transactions obey, running ones keep the timers they have', () => {
    const world = new World()
    const proxy = new SimulatedProxy(world, { params: { fr_timer: 4000 } })
    const caller = new Agent(world, '10.0.0.2:5060')
    proxy.targets = ['sip:bob@10.0.0.3:5060']
    const statuses = (callId: string) =>
      caller.received.filter((message) => message.header('Call-ID') === callId).map((message) => message.status)
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'old' })
    world.run(10)
    const set = new ParameterSet(proxy.engine.transactions.core.params, parameterValue)
    set.apply({ fr_timer: 1000 })
    caller.request(proxy.address, { method: 'MESSAGE', uri: 'sip:bob@10.0.0.1', callId: 'new' })
    world.run(1100)
    expect([statuses('old'), statuses('new')]).toEqual([[], [408]])
    world.run(3000)
    expect(statuses('old')).toEqual([408])
  })
})

describe('cfg.apply', () => {
  const set = new ParameterSet(tmParametersFrom({}), parameterValue)
  const { 'cfg.apply': apply, 'cfg.instance': instance } = parameterCommands({ tm: set })

  it('changes the group, and refuses with 400 what it does not know', () => {
    expect(apply(['tm', { wt_timer: 1000 }])).toBeNull()
    expect(set.values.wt_timer).toBe(1000)
    expect(() => apply(['tm', { nothere: 1 }])).toThrow(expect.objectContaining({ code: 400 }) as Error)
    expect(instance(['tm', 1, { wt_timer: 2000 }])).toBeNull()
    expect(set.select(1) && set.values.wt_timer).toBe(2000)
    expect(() => instance(['tm', 1, { nothere: 1 }])).toThrow(expect.objectContaining({ code: 400 }) as Error)
  })
})
