import { describe, expect, it } from 'vitest'
import { Counter } from '../metrics/counter-layout.ts'
import { invite, ScriptWorld } from '../../test/script/script-world.ts'
import { ScriptError } from './script-error.ts'

const WORKING = `function ksr_request_route() { KSR.sl.send_reply(200, 'first') }`

function loadError(text: string): ScriptError {
  const world = new ScriptWorld()
  try {
    world.load(text, '/etc/route.js')
  } catch (error) {
    if (error instanceof ScriptError) return error
    throw error
  }
  throw new Error('it loaded')
}

describe('loading', () => {
  it('names file, line and column of a syntax error', () => {
    const error = loadError('var a = 1\n\nfunction ksr_request_route( {\n  KSR.info("x")\n}\n')
    expect(error).toMatchObject({ file: '/etc/route.js', line: 4 })
    expect(error.reason).toContain('SyntaxError')
    expect(error.message).toContain('/etc/route.js:4')
  })

  it('names file, line and column of what the top level throws', () => {
    const error = loadError('function ksr_request_route() {}\nconst x = null\nx.y()\n')
    expect(error).toMatchObject({ file: '/etc/route.js', line: 3 })
    expect(error.reason).toContain('TypeError')
  })

  it('refuses a script without ksr_request_route', () => {
    expect(loadError('function route() {}').message).toBe('/etc/route.js:1:1: the script does not define the function ksr_request_route()')
    expect(loadError('const ksr_request_route = 5').message).toContain('does not define')
  })

  it('refuses a function that does not exist, with its place and the nearest name', () => {
    const error = loadError(`function ksr_request_route() {\n  // KSR.tm.t_foo()\n  const s = "KSR.tm.t_bar()"\n  KSR.tm.t_relya()\n}`)
    expect(error).toMatchObject({ line: 4, column: 3, reason: 'KSR.tm.t_relya does not exist; did you mean KSR.tm.t_relay?' })
    expect(loadError(`function ksr_request_route() { KSR.is_INVIT() }`).reason).toBe(
      'KSR.is_INVIT does not exist; did you mean KSR.is_INVITE?',
    )
  })

  it('takes comments, strings, templates and regular expressions for what they are', () => {
    const world = new ScriptWorld()
    world.load(String.raw`
      /* KSR.no.such() */ const a = 'KSR.a.b()', b = /["'KSR.c.d()]/.test('x'), c = ${'`KSR.e.f()`'}
      const half = 4 / 2 // KSR.g.h() / 2
      function ksr_request_route() { KSR.info('ok') }`)
    expect(world.log).toEqual([])
  })

  it('warns of routes that a name is given for and that are not there', () => {
    const world = new ScriptWorld({ params: { on_sl_reply: 'strays' } })
    world.load(`function ksr_request_route() {
      KSR.tm.t_on_failure('lost'); KSR.tm.t_on_reply(''); KSR.tm.t_on_branch('0'); KSR.tm.t_on_branch('here')
    }\nfunction here() {}`)
    expect(world.log).toEqual([
      'warn test.js: a tm parameter names the function strays(), which the script does not define',
      "warn test.js:2: KSR.tm.t_on_failure names the route 'lost', but the script does not define lost()",
    ])
  })

  it('event_callback hears of failed branches whose route has no function of its own', () => {
    const world = new ScriptWorld({ params: { event_callback: 'events' } })
    world.load(`function ksr_request_route() { KSR.tm.t_on_branch_failure('any') }\nfunction events() {}`)
    expect(world.log).toEqual([])
  })

  it('warns of modules that this version does not have, and lets portable scripts ask for them', () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { if (KSR.pike) KSR.pike.pike_check_req() }`)
    expect(world.log).toEqual(['warn test.js:1: there is no module KSR.pike in this version; a call of it ends the script'])
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(true)
  })

  it('stops a top level that does not end', () => {
    expect(loadError('while (true) {}').reason).toContain('timed out')
  }, 10_000)

  it('keeps the old version serving when the new one is refused', () => {
    const world = new ScriptWorld()
    world.load(WORKING)
    expect(() => world.load('syntax error')).toThrow(ScriptError)
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(true)
    expect(world.calls).toEqual([['reply', 200, 'first', '']])
    expect(world.script.version).toMatchObject({ version: 1, file: 'test.js' })
  })

  it('counts versions and tells them apart by their hash', () => {
    const world = new ScriptWorld()
    world.load(WORKING)
    const { hash } = world.script.version
    world.load(`${WORKING}\n`)
    expect(world.script.version.version).toBe(2)
    expect(world.script.version.hash).toMatch(/^[0-9a-f]{12}$/)
    expect(world.script.version.hash).not.toBe(hash)
  })

  it('calls routes by name in the newest version, also those that are const', () => {
    const world = new ScriptWorld()
    world.load(`${WORKING}\nconst ksr_branch = () => KSR.x.drop()`)
    world.receive(invite())
    expect(world.script.branchRoute('ksr_branch', world.m)).toBe(false)
    world.load(`${WORKING}\nfunction ksr_branch() {}`)
    expect(world.script.branchRoute('ksr_branch', world.m)).toBe(true)
  })

  it('gives the script nothing but the language, KSR and console', () => {
    const world = new ScriptWorld()
    world.receive(invite())
    expect(world.run(`return [typeof process, typeof require, typeof setTimeout, typeof fetch]`)).toEqual([
      'undefined',
      'undefined',
      'undefined',
      'undefined',
    ])
    expect(() => world.run(`return eval('1')`)).toThrow('Code generation from strings disallowed')
    expect(world.run(`try { KSR.tm = 1; KSR.tm.t_relay = 2 } catch {}; return typeof KSR.tm.t_relay`)).toBe('function')
  })
})

describe('errors at run time', () => {
  it('are logged with file and line, counted, and leave the answer to others', () => {
    const world = new ScriptWorld()
    world.load('function ksr_request_route() {\n  const none = null\n  none.call()\n}')
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(false)
    expect(world.log[0]).toMatch(/^error test\.js:3:\d+: TypeError: .* \(in ksr_request_route\)$/)
    expect(world.counters[Counter.scriptErrors]).toBe(1)
  })

  it('name the nearest function when one is called that does not exist', () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { const name = 't_relai'; KSR.tm[name]() }`)
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(false)
    expect(world.log[0]).toContain('KSR.tm.t_relai does not exist; did you mean KSR.tm.t_relay?')
  })

  it('say what a wrong argument is', () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { KSR.hdr.append(undefined) }`)
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(false)
    expect(world.log[0]).toContain('KSR.hdr.append wants a string, not undefined')
  })

  it("are the sender's when a header is malformed: 400, and no script error", () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { KSR.siputils.has_totag(); KSR.sl.send_reply(200, 'no') }`)
    world.receive(invite().replace('To: <sip:bob@127.0.0.1>', 'To: "Bob <sip:bob@127.0.0.1>'))
    expect(world.script.request(world.m)).toBe(true)
    expect(world.calls[0]?.[1]).toBe(400)
    expect(world.counters[Counter.scriptErrors]).toBe(0)
  })

  it('never come out of the routes that transactions call', () => {
    const world = new ScriptWorld()
    world.load(`${WORKING}\nfunction bad() { throw new Error('boom') }`)
    world.receive(invite())
    expect(world.script.branchRoute('bad', world.m)).toBe(true)
    world.script.failureRoute('bad', world.m)
    world.script.failureRoute('missing', world.m)
    expect(world.log).toHaveLength(3)
    expect(world.log[2]).toContain('there is no function missing()')
    expect(world.counters[Counter.scriptErrors]).toBe(3)
  })
})

describe('KSR.x', () => {
  it('exit ends the script', () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { sub(); KSR.sl.send_reply(500, 'no') }\nfunction sub() { KSR.x.exit() }`)
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(true)
    expect(world.calls).toEqual([])
    expect(world.log).toEqual([])
  })

  it('exit cannot be swallowed by a catch, script-reference 3.4', () => {
    const world = new ScriptWorld()
    world.load(`function ksr_request_route() { try { KSR.x.exit() } catch (e) { KSR.info('caught') } KSR.sl.send_reply(500, 'no') }`)
    world.receive(invite())
    expect(world.script.request(world.m)).toBe(true)
    expect(world.calls).toEqual([])
    world.load(`function ksr_request_route() { try { KSR.x.exit() } catch (e) { throw new Error('other') } }`)
    expect(world.script.request(world.m)).toBe(true)
  })

  it('drop also marks the message', () => {
    const world = new ScriptWorld()
    world.load(`${WORKING}\nfunction ksr_reply_route() { KSR.x.drop() }`)
    expect(world.script.hasReplyRoute).toBe(true)
    world.receive(
      'SIP/2.0 180 Ringing\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>;tag=2\nCall-ID: c\nCSeq: 1 INVITE\nContent-Length: 0\n\n',
    )
    expect(world.script.reply(world.m)).toBe(false)
    world.load(`${WORKING}\nfunction ksr_reply_route() { return 0 }`)
    expect(world.script.reply(world.m)).toBe(true)
  })

  it('exit of a nested route ends that route only', () => {
    const world = new ScriptWorld()
    world.load(`
      function ksr_request_route() { KSR.tm.t_relay(); KSR.sl.send_reply(200, 'went on') }
      function ksr_branch() { KSR.x.exit() }`)
    world.receive(invite())
    world.script.branchRoute('ksr_branch', world.m)
    world.script.request(world.m)
    expect(world.calls.at(-1)).toEqual(['reply', 200, 'went on', ''])
  })

  it('modf calls functions by their own name', () => {
    const world = new ScriptWorld()
    world.receive(invite())
    expect(world.run(`return [KSR.x.modf('t_relay'), KSR.x.modf('no_such')]`)).toEqual([1, -1])
  })
})

describe('AVPs', () => {
  it('stay with the transaction for its later routes', () => {
    const world = new ScriptWorld()
    world.load(`
      function ksr_request_route() { KSR.pv.seti('$avp(n)', 1); KSR.pv.seti('$avp(n)', 2); KSR.tm.t_relay() }
      function ksr_failure() { console.error([KSR.pv.get('$avp(n)'), KSR.pv.get('$(avp(n)[1])'), KSR.pv.get('$(avp(n)[-1])')].join()) }`)
    const cell = { index: 4, label: 9, recorded: false, suspendedBranch: -1 }
    world.receive(invite())
    world.m.cell = cell
    world.script.request(world.m)
    world.receive(invite())
    world.m.cell = cell
    world.script.failureRoute('ksr_failure', world.m)
    expect(world.log).toEqual(['error 2,1,1'])
    // The cell is used for another transaction now.
    cell.label = 10
    world.script.failureRoute('ksr_failure', world.m)
    expect(world.log[1]).toBe('error ,,')
  })

  it('are forgotten with a message that got no transaction', () => {
    const world = new ScriptWorld()
    world.receive(invite())
    expect(world.run(`const before = KSR.pv.get('$avp(x)'); KSR.pv.sets('$avp(x)', 'v'); return before`)).toBeNull()
    expect(world.run(`return KSR.pv.get('$avp(x)')`)).toBeNull()
  })
})
