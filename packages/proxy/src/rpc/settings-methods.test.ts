import { describe, expect, it } from 'vitest'
import { tmDefaults, tmParameters } from '../tm/parameters.ts'
import { fakeEngine } from '../../test/rpc/fake-engine.ts'

describe('cfg.*, control-reference 2.1', () => {
  it('list tells every variable as group: variable', async () => {
    const { call } = fakeEngine()
    expect(await call('cfg.list')).toEqual(['core: debug', ...tmParameters.map(({ name }) => `tm: ${name}`)])
    expect(await call('cfg.list', 'core')).toEqual(['core: debug'])
  })

  it('get reads one variable or all of a group, those too that Kamailio cannot read, tm-reference 2', async () => {
    const { call } = fakeEngine()
    expect(await call('cfg.get', 'tm', 'fr_timer')).toBe(30_000)
    expect(await call('cfg.get', 'tm', 'cancel_b_method')).toBe(1)
    expect(await call('cfg.get', 'tm')).toEqual(tmDefaults)
    expect(await call('cfg.get', 'core')).toEqual({ debug: 3 })
  })

  it('set tells every SIP thread and only then holds', async () => {
    const { call, calls, answers } = fakeEngine()
    expect(await call('cfg.set', 'tm', 'fr_timer', 5000)).toEqual({})
    expect(calls.map(({ worker, method, params }) => [worker, method, params])).toEqual([
      [0, 'cfg.apply', ['tm', { fr_timer: 5000 }]],
      [1, 'cfg.apply', ['tm', { fr_timer: 5000 }]],
    ])
    expect(await call('cfg.get', 'tm', 'fr_timer')).toBe(5000)
    answers['cfg.apply#1'] = new Error('broken')
    expect(await call('cfg.set', 'tm', 'fr_timer', 6000)).toMatchObject({ code: 500 })
    expect(await call('cfg.get', 'tm', 'fr_timer')).toBe(5000)
  })

  it('set guesses types, seti and sets insist on them', async () => {
    const { call } = fakeEngine()
    expect(await call('cfg.set', 'tm', 'fr_timer', '4000')).toEqual({})
    expect(await call('cfg.seti', 'tm', 'wt_timer', '4000')).toEqual({})
    expect(await call('cfg.set_now_int', 'tm', 'retr_timer1', 400)).toEqual({})
    expect(await call('cfg.sets', 'tm', 'ac_extra_hdrs', 'X-')).toEqual({})
    expect(await call('cfg.set_now_string', 'tm', 'auto_inv_100_reason', 100)).toEqual({})
    expect(await call('cfg.get', 'tm')).toMatchObject({
      fr_timer: 4000,
      wt_timer: 4000,
      retr_timer1: 400,
      ac_extra_hdrs: 'X-',
      auto_inv_100_reason: '100',
    })
    expect(await call('cfg.seti', 'tm', 'fr_timer', 'long')).toEqual({ code: 400, message: 'Parameter value must be a whole number' })
    expect(await call('cfg.set', 'tm', 'fr_timer', null)).toEqual({ code: 400, message: 'Parameter value must be a number or a text' })
    expect(await call('cfg.set', 'tm')).toEqual({ code: 400, message: 'Parameter name must be a text' })
  })

  it.each([
    [['nothere', 'x', 1], "There is no group 'nothere': the groups are core, tm"],
    [['tm', 'fr_timr', 1], "tm has no parameter 'fr_timr'; did you mean 'fr_timer'?"],
    [['tm', 'fr_timer', -1], "tm parameter 'fr_timer' must be an integer from 0 to 2147483647 (ms), not '-1'"],
    [['tm', 'cancel_b_method', 3], "tm parameter 'cancel_b_method' must be an integer from 0 to 2, not '3'"],
    [['tm', 'max_branches', 5], "tm parameter 'max_branches' can only be set at the start: write it below [tm] in the configuration file"],
    [['core', 'debug', 9], "core parameter 'debug' must be an integer from -3 to 4, not '9'"],
    [['core', 'nothere', 1], "core has no parameter 'nothere'"],
  ])('set refuses %j with 400 that names what is allowed', async (params, message) => {
    const { call, calls } = fakeEngine()
    expect(await call('cfg.set', ...params)).toEqual({ code: 400, message })
    expect(await call('cfg.set_delayed', ...params)).toEqual({ code: 400, message })
    expect(calls).toEqual([])
  })

  it('get and help refuse what does not exist', async () => {
    const { call } = fakeEngine()
    expect(await call('cfg.get', 'tm', 'wt_time')).toEqual({
      code: 400,
      message: "tm has no parameter 'wt_time'; did you mean 'wt_timer'?",
    })
    expect(await call('cfg.get', 'nothere')).toMatchObject({ code: 400 })
    expect(await call('cfg.get')).toEqual({ code: 400, message: 'Parameter group must be a text' })
    expect(await call('cfg.help', 'tm', 'wt_time')).toMatchObject({ code: 400 })
    expect(await call('cfg.list', 'nothere')).toMatchObject({ code: 400 })
    expect(await call('cfg.reset', 'nothere')).toMatchObject({ code: 400 })
  })

  it('help tells meaning, range with unit, and the type', async () => {
    const { call } = fakeEngine()
    expect(await call('cfg.help', 'tm', 'retr_timer1')).toEqual([
      'first retransmission interval over UDP (T1)',
      '0 to 65535 ms, default 500, can be set while running',
      '(parameter type is integer)',
    ])
    expect(await call('cfg.help', 'tm', 'ac_extra_hdrs')).toEqual([
      expect.any(String) as string,
      "any text, default '', can be set while running",
      '(parameter type is string)',
    ])
    expect(await call('cfg.help', 'tm', 'max_branches')).toContain('1 to 31, default 12, set at the start only')
    expect(await call('cfg.help', 'core', 'debug')).toContain('(parameter type is integer)')
  })

  it('delayed changes wait for commit, which sets them together', async () => {
    const { call, calls } = fakeEngine()
    await call('cfg.set_delayed', 'tm', 'fr_timer', 1000)
    await call('cfg.set_delayed_int', 'tm', 'wt_timer', 2000)
    await call('cfg.set_delayed_string', 'tm', 'ac_extra_hdrs', 'X-')
    await call('cfg.set_delayed', 'tm', 'fr_timer', 3000)
    expect(calls).toEqual([])
    expect(await call('cfg.get', 'tm', 'fr_timer')).toBe(30_000)
    expect(await call('cfg.diff')).toEqual([
      { 'group name': 'tm', 'variable name': 'fr_timer', 'old value': 30_000, 'new value': 3000 },
      { 'group name': 'tm', 'variable name': 'wt_timer', 'old value': 5000, 'new value': 2000 },
      { 'group name': 'tm', 'variable name': 'ac_extra_hdrs', 'old value': '', 'new value': 'X-' },
    ])
    expect(await call('cfg.commit')).toEqual({})
    expect(calls.map(({ params }) => params)).toEqual([
      ['tm', { fr_timer: 3000, wt_timer: 2000, ac_extra_hdrs: 'X-' }],
      ['tm', { fr_timer: 3000, wt_timer: 2000, ac_extra_hdrs: 'X-' }],
    ])
    expect(await call('cfg.diff')).toEqual([])
    expect(await call('cfg.get', 'tm', 'wt_timer')).toBe(2000)
  })

  it('rollback forgets them', async () => {
    const { call, calls } = fakeEngine()
    await call('cfg.set_delayed', 'tm', 'fr_timer', 1000)
    expect(await call('cfg.rollback')).toEqual({})
    await call('cfg.commit')
    expect([await call('cfg.diff'), calls]).toEqual([[], []])
  })

  it('reset goes back to the values of the start', async () => {
    const { call, calls } = fakeEngine()
    await call('cfg.set', 'tm', 'fr_timer', 1000)
    await call('cfg.set', 'core', 'debug', 4)
    calls.length = 0
    expect(await call('cfg.reset', 'tm')).toEqual({})
    expect(calls.map(({ params }) => params)).toEqual([
      ['tm', { fr_timer: 30_000 }],
      ['tm', { fr_timer: 30_000 }],
    ])
    expect(await call('cfg.get', 'core', 'debug')).toBe(4)
    await call('cfg.reset', 'core')
    expect(await call('log_level')).toEqual({ 'Log level': 3 })
    calls.length = 0
    await call('cfg.reset', 'tm')
    expect(calls).toEqual([])
  })

  it('an instance has values of its own, every SIP thread is told, and what it has not is that of the group', async () => {
    const { call, calls } = fakeEngine()
    expect(await call('cfg.add_group_inst', 'tm[1]')).toEqual({})
    expect(await call('cfg.set', 'tm[1]', 'fr_timer', 1000)).toEqual({})
    expect(await call('cfg.add_group_inst', 'tm[1]')).toEqual({})
    expect(calls.map(({ worker, method, params }) => [worker, method, params])).toEqual([
      [0, 'cfg.instance', ['tm', 1, {}]],
      [1, 'cfg.instance', ['tm', 1, {}]],
      [0, 'cfg.instance', ['tm', 1, { fr_timer: 1000 }]],
      [1, 'cfg.instance', ['tm', 1, { fr_timer: 1000 }]],
    ])
    expect([await call('cfg.get', 'tm[1]', 'fr_timer'), await call('cfg.get', 'tm', 'fr_timer')]).toEqual([1000, 30_000])
    expect(await call('cfg.get', 'tm[1]')).toMatchObject({ fr_timer: 1000, wt_timer: 5000 })
    expect(await call('cfg.del', 'tm[1]', 'fr_timer')).toEqual({})
    expect(calls.at(-1)?.params).toEqual(['tm', 1, {}])
    expect(await call('cfg.get', 'tm[1]', 'fr_timer')).toBe(30_000)
    expect(await call('cfg.del_group_inst', 'tm[1]')).toEqual({})
    expect(calls.at(-1)?.params).toEqual(['tm', 1, null])
    expect(await call('cfg.get', 'tm[1]', 'fr_timer')).toMatchObject({ code: 400 })
  })

  it('delayed changes of an instance wait for commit, too', async () => {
    const { call, calls } = fakeEngine()
    await call('cfg.add_group_inst', 'tm[7]')
    await call('cfg.set', 'tm[7]', 'fr_timer', 1000)
    calls.length = 0
    expect(await call('cfg.set_delayed', 'tm[7]', 'wt_timer', 2000)).toEqual({})
    expect(await call('cfg.del_delayed', 'tm[7]', 'fr_timer')).toEqual({})
    expect(calls).toEqual([])
    expect(await call('cfg.diff')).toEqual([
      { 'group name': 'tm', 'group id': 7, 'variable name': 'wt_timer', 'old value': 5000, 'new value': 2000 },
      { 'group name': 'tm', 'group id': 7, 'variable name': 'fr_timer', 'old value': 1000, 'new value': 30_000 },
    ])
    await call('cfg.commit')
    expect(calls.map(({ params }) => params)).toEqual([
      ['tm', 7, { wt_timer: 2000 }],
      ['tm', 7, { wt_timer: 2000 }],
    ])
  })

  it.each([
    ['cfg.del', ['tm', 'fr_timer'], 'Wrong group syntax. Use "group[id]"'],
    ['cfg.del_delayed', ['tm', 'fr_timer'], 'Wrong group syntax. Use "group[id]"'],
    ['cfg.add_group_inst', ['tm'], 'Wrong group syntax. Use "group[id]"'],
    ['cfg.del_group_inst', ['tm'], 'Wrong group syntax. Use "group[id]"'],
    ['cfg.del_group_inst', ['tm[1]'], 'Failed to delete the group instance'],
    ['cfg.add_group_inst', ['other[1]'], "There is no group 'other': the groups are core, tm"],
    ['cfg.set', ['tm[1]', 'fr_timer', 1], "There is no group instance 'tm[1]': cfg.add_group_inst makes one"],
    ['cfg.del', ['tm[1]', 'fr_timer'], "There is no group instance 'tm[1]': cfg.add_group_inst makes one"],
    ['cfg.set', ['core[2]', 'debug', 1], "core parameter 'debug' holds for the whole engine, not for instances"],
    ['cfg.set', ['core[2]', 'nothere', 1], "core has no parameter 'nothere'"],
  ])('%s refuses %j with 400', async (method, params, message) => {
    const { call } = fakeEngine()
    await call('cfg.add_group_inst', 'core[2]')
    expect(await call(method, ...params)).toEqual({ code: 400, message })
  })

  it('core: debug is the log level of the whole engine', async () => {
    const { call, calls } = fakeEngine()
    expect(await call('cfg.set_now_int', 'core', 'debug', 1)).toEqual({})
    expect(calls.map(({ method, params }) => [method, params])).toEqual([
      ['log_level', [1]],
      ['log_level', [1]],
    ])
    expect(await call('log_level')).toEqual({ 'Log level': 1 })
    await call('log_level', 'debug')
    expect(await call('cfg.get', 'core', 'debug')).toBe(4)
  })
})
