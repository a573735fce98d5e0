import { methods as contract } from '@signalbox/contract'
import { describe, expect, it } from 'vitest'
import { ControlFault } from '../control/control-fault.ts'
import { fakeEngine as setup, nobody } from '../../test/rpc/fake-engine.ts'

describe('methods', () => {
  it('MUST all be there, system.listMethods sorted', async () => {
    const { dispatcher } = setup()
    const subscriber = { send: () => undefined, backlog: () => 0 }
    expect(await dispatcher.call('system.listMethods', [], { subscriber })).toEqual({ ok: true, result: Object.keys(contract).sort() })
  })

  it('system.listMethods leaves out over HTTP what only a connection can do', async () => {
    const left = Object.keys(contract).filter((name) => !/^signalbox\.(un)?subscribe$/.test(name))
    expect(await setup().call('system.listMethods')).toEqual(left.sort())
  })

  it('tm.stats reads the counters and asks no SIP thread', async () => {
    const { call, calls } = setup()
    expect(await call('tm.stats')).toMatchObject({ current: 0, delayed_free: 0 })
    expect(calls).toEqual([])
  })

  it('tm.list puts the lists of the SIP threads together', async () => {
    expect(await setup().call('tm.list')).toEqual([{ tindex: 1 }, { tindex: 1 }])
  })

  it('log_level tells and sets, control-reference 4.3', async () => {
    const { call, calls, services } = setup()
    expect(await call('log_level')).toEqual({ 'Log level': 3 })
    expect(await call('log_level', 'debug')).toEqual({ 'New global log level': 4 })
    expect(calls.map(({ worker, method, params }) => [worker, method, params])).toEqual([
      [0, 'log_level', [4]],
      [1, 'log_level', [4]],
    ])
    expect(services.logLevel.level).toBe(4)
    expect(await call('log_level', 9)).toMatchObject({ code: 400 })
    expect(await call('log_level', {})).toMatchObject({ code: 400 })
  })

  it('reload tells what serves now, and hands a refusal on', async () => {
    const { call, answers, loaded } = setup()
    expect(await call('reload')).toEqual({ script: 'route.js', version: 2, loaded_at: 5 })
    expect(loaded).toEqual([{ file: 'route.js', version: 2, loadedAt: 5 }])
    answers['reload.prepare'] = new ControlFault({ code: 500, message: 'route.js:3: Unexpected token' })
    expect(await call('reload')).toEqual({ code: 500, message: 'route.js:3: Unexpected token' })
    expect(loaded).toHaveLength(1)
  })

  it('reload gives every SIP thread the same text and switches when all have compiled it', async () => {
    const { call, calls } = setup()
    await call('reload')
    const source = { file: 'route.js', text: 'function ksr_request_route() {}' }
    expect(calls.map(({ worker, method, params }) => [worker, method, params])).toEqual([
      [0, 'reload.prepare', [source]],
      [1, 'reload.prepare', [source]],
      [0, 'reload.commit', []],
      [1, 'reload.commit', []],
    ])
  })

  it('reload leaves every SIP thread with its script when one refuses the new one', async () => {
    const { call, calls, answers } = setup()
    answers['reload.prepare#1'] = new ControlFault({ code: 500, message: 'route.js:3: Unexpected token' })
    await call('reload')
    expect(calls.map(({ worker, method }) => `${worker} ${method}`)).toEqual([
      '0 reload.prepare',
      '1 reload.prepare',
      '0 reload.drop',
      '1 reload.drop',
    ])
  })

  it('reloads come one after the other', async () => {
    const { call, calls } = setup()
    await Promise.all([call('reload'), call('reload')])
    expect(calls.filter(({ worker }) => worker === 0).map(({ method }) => method)).toEqual([
      'reload.prepare',
      'reload.commit',
      'reload.prepare',
      'reload.commit',
    ])
  })

  it('core.version names the machine as uname does', async () => {
    expect(await setup().call('core.version')).toBe('signalbox 0.1.0 (x86_64/linux)')
  })

  it('core.uptime writes times as ctime does, control-reference 2', async () => {
    expect(await setup().call('core.uptime')).toEqual({ now: 'Mon Nov  2 20:46:42 2026', up_since: 'Mon Nov  2 20:45:41 2026', uptime: 61 })
  })

  it('ul.dump asks one SIP thread', async () => {
    const { call, calls } = setup()
    expect(await call('ul.dump', 'brief')).toEqual({ Domains: [] })
    expect(calls.map(({ worker, method, params }) => [worker, method, params])).toEqual([[0, 'ul.dump', ['brief']]])
    expect(await call('ul.dump', 'loud')).toMatchObject({ code: 400 })
  })

  it('system.methodHelp explains', async () => {
    const { call } = setup()
    expect(await call('system.methodHelp', 'tm.stats')).toBe(contract['tm.stats'].help)
    expect(await call('system.methodHelp', 'no.such')).toEqual({ code: 400, message: 'no such method: no.such' })
    expect(await call('system.methodHelp')).toMatchObject({ code: 400 })
  })

  it('signalbox.metrics and signalbox.info', async () => {
    const { call, services } = setup()
    expect(await call('signalbox.metrics')).toContain('# TYPE signalbox_tm_stats_current gauge')
    expect(await call('signalbox.info')).toEqual(services.info())
  })

  it('signalbox.tx.get of an unknown transaction is 404 Transaction not found', async () => {
    const { call } = setup()
    expect(await call('signalbox.tx.get', 1, '2')).toEqual({ code: 404, message: 'Transaction not found' })
    expect(await call('signalbox.tx.get', -1, 2)).toMatchObject({ code: 400 })
    expect(await call('signalbox.tx.get', 1)).toMatchObject({ code: 400 })
  })

  it('signalbox.events.history of an empty log', async () => {
    expect(await setup().call('signalbox.events.history')).toEqual({ events: [], oldest: 0, newest: 0, lost: 0 })
  })

  it('topics need a connection', async () => {
    const { call, dispatcher, services } = setup()
    expect(await call('signalbox.subscribe', 'events')).toMatchObject({ code: 400 })
    const caller = { subscriber: { send: () => undefined, backlog: () => 0 } }
    expect(await dispatcher.call('signalbox.subscribe', ['events', { since: 5 }], caller)).toMatchObject({
      ok: true,
      result: { topic: 'events' },
    })
    expect(await dispatcher.call('signalbox.unsubscribe', ['events'], caller)).toMatchObject({ ok: true })
    services.subscriptions.close()
  })
})

describe('Dispatcher', () => {
  const one = async (text: string) => setup().dispatcher.receive(text, nobody)

  it('MUST answer as JSON-RPC 2.0 section 5 has it', async () => {
    expect(await one('{"jsonrpc":"2.0","method":"core.version","id":"a"}')).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      result: 'signalbox 0.1.0 (x86_64/linux)',
    })
    expect(await one('{"jsonrpc":"2.0","method":"no.such","id":1}')).toMatchObject({ id: 1, error: { code: -32601 } })
    expect(await one('{')).toMatchObject({ id: null, error: { code: -32700 } })
    for (const text of ['1', 'null', '[]', '{"id":7}', '{"jsonrpc":"2.0","id":7}'])
      expect(await one(text)).toMatchObject({ error: { code: -32600 } })
  })

  it('MUST NOT answer a notification, JSON-RPC 2.0 section 4.1', async () => {
    expect(await one('{"jsonrpc":"2.0","method":"core.version"}')).toBeNull()
    expect(await one('[{"jsonrpc":"2.0","method":"core.version"}]')).toBeNull()
  })

  it('MUST answer a batch with an array, JSON-RPC 2.0 section 6', async () => {
    expect(await one('[{"jsonrpc":"2.0","method":"core.version","id":1},null]')).toMatchObject([{ id: 1 }, { error: { code: -32600 } }])
  })

  it('takes parameters by name and refuses strange ones', async () => {
    expect(await one('{"jsonrpc":"2.0","method":"log_level","params":{"level":"error"},"id":1}')).toMatchObject({
      result: { 'New global log level': 0 },
    })
    expect(await one('{"jsonrpc":"2.0","method":"log_level","params":{"lvl":1},"id":1}')).toMatchObject({
      error: { code: 400, message: 'log_level has no parameter lvl: it takes level' },
    })
    expect(await one('{"jsonrpc":"2.0","method":"log_level","params":3,"id":1}')).toMatchObject({ error: { code: 400 } })
  })

  it('keeps the words of a bug to itself and hands them to the log', async () => {
    const { dispatcher, answers, bugs } = setup()
    answers['tm.list'] = new TypeError('secret')
    expect(await dispatcher.receive('{"jsonrpc":"2.0","method":"tm.list","id":1}', nobody)).toMatchObject({
      error: { code: 500, message: 'Internal error: the log of the engine says why' },
    })
    expect(bugs).toHaveLength(1)
  })

  it('on POST /RPC an unknown method is 500 Method Not Found, control-reference 8.3', async () => {
    expect(await setup().dispatcher.call('no.such', [], nobody)).toEqual({ ok: false, fault: { code: 500, message: 'Method Not Found' } })
  })
})
