import { describe, expect, it } from 'vitest'
import { Counter } from '../../src/metrics/counter-layout.ts'
import { TextMessage } from '../simulation/text-message.ts'
import { BOB, CAROL, DAVE, PROXY, ScriptedCall } from './scripted-call.ts'

/** An asynchronous request route; CANCELs end what it has begun. */
function asyncRoute(body: string, others = ''): string {
  return `async function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } ${body} }\n${others}`
}

describe('await in ksr_request_route, tm-reference 10', () => {
  it('suspends the transaction and goes on with the message as it was left', () => {
    const call = new ScriptedCall(
      asyncRoute(
        `KSR.hdr.append('X-Before: 1'); await KSR.signalbox.sleep(300); say(KSR.pv.get('$rm'), KSR.pv.get('$fU')); KSR.hdr.append('X-After: 2'); say(KSR.tm.t_relay())`,
      ),
    )
    call.answer(call.bob, { invite: ['200 OK'] })
    const invite = call.invite()
    expect(call.statuses).toEqual([100])
    call.alice.again(PROXY, invite)
    call.run(100)
    expect(call.statuses).toEqual([100, 100])
    expect(call.bob.requests('INVITE')).toEqual([])
    call.run(300)
    expect(call.said).toEqual(['INVITE caller', '1'])
    expect(call.bob.last('INVITE').header('X-Before')).toBe('1')
    expect(call.bob.last('INVITE').header('X-After')).toBe('2')
    expect(call.statuses).toEqual([100, 100, 200])
    call.run(6000)
    expect(call.current).toBe(0)
    expect(call.scripted.proxy.engine.wheel.armed).toBe(0)
  })

  it('costs nothing while a route does not wait: no 100, no transaction', () => {
    const call = new ScriptedCall(asyncRoute(`await null; await 5; KSR.sl.send_reply(403, 'Now')`))
    call.invite()
    expect(call.statuses).toEqual([403])
    expect(call.scripted.proxy.stat('tmTotal')).toBe(0)
  })

  it('waits several times on one branch', () => {
    const call = new ScriptedCall(asyncRoute(`for (let i = 0; i < 20; i++) await KSR.signalbox.sleep(100); say(KSR.tm.t_relay())`))
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.invite()
    call.run(2500)
    expect(call.said).toEqual(['1'])
    expect(call.bob.requests('INVITE')).toHaveLength(1)
  })

  it('answers 500 when the answer that it makes is too long', () => {
    const call = new ScriptedCall(
      asyncRoute(`await KSR.signalbox.sleep(100); KSR.hdr.append_to_reply('X-Long: ' + 'x'.repeat(70000)); KSR.tm.t_reply(480, 'Later')`),
    )
    call.invite()
    call.run(200)
    expect(call.last()).toBe('500 Server Internal Error')
    call.run(60_000)
    expect(call.current).toBe(0)
  })

  it('may answer', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(100); say(KSR.tm.t_reply(480, 'Later'))`))
    call.invite()
    call.run(200)
    expect(call.last()).toBe('480 Later')
  })

  it('answers statelessly asked for go through the transaction', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(100); KSR.sl.send_reply(404, 'Nobody')`))
    call.invite()
    call.run(200)
    expect(call.last()).toBe('404 Nobody')
  })

  it('a rejected promise is a script error and 500', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(100); throw new Error('out of luck')`))
    call.invite()
    call.run(200)
    expect(call.last()).toBe('500 Server Internal Error')
    expect(call.said[0]).toMatch(/^test\.js:\d+:\d+: out of luck \(in ksr_request_route\)$/)
    expect(call.scripted.proxy.counters[Counter.scriptErrors]).toBe(1)
  })

  it('so does one before the first wait', () => {
    const call = new ScriptedCall(asyncRoute(`throw new Error('at once')`))
    call.invite()
    expect(call.statuses).toEqual([500])
  })

  it('a route that ends without reply or relay leads to 500, tm-reference 10', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(100)`))
    call.invite()
    call.run(200)
    expect(call.statuses).toEqual([100, 500])
  })

  it('one whose relay fails leads to the reply for its error, tm-reference 8.3', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(100); KSR.seturi('sip:bob@${BOB}'); say(KSR.tm.t_relay())`))
    call.scripted.proxy.unsendable.add(BOB)
    call.invite()
    call.run(200)
    expect(call.said).toEqual(['-477'])
    expect(call.statuses).toEqual([100, 477])
  })

  it('cannot go on in the place of a failure route that waits because it has waited too long itself', () => {
    const call = new ScriptedCall(
      asyncRoute(
        `KSR.tm.t_on_failure('failed'); await KSR.signalbox.sleep(6000); say('late'); KSR.tm.t_relay(); say('never')`,
        `async function failed() { say('failed'); await KSR.signalbox.sleep(2000); KSR.seturi('sip:carol@${CAROL}'); say(KSR.tm.t_relay()) }`,
      ),
      { params: { fr_inv_timer: 5000 } },
    )
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    call.run(10_000)
    expect(call.said).toEqual(['failed', 'late', '1'])
    expect(call.bob.received).toEqual([])
    expect(call.carol.requests('INVITE')).toHaveLength(1)
    expect(call.statuses).toEqual([100, 200])
  })

  it('is ended by CANCEL: later KSR calls exit, finally blocks still run', () => {
    const call = new ScriptedCall(
      asyncRoute(`try { await KSR.signalbox.sleep(500); say('woke'); KSR.tm.t_relay(); say('never') } finally { say('finally') }`),
    )
    const invite = call.invite()
    call.cancel(invite)
    expect(call.last('CANCEL')).toBe('200 ok -- no more pending branches')
    expect(call.statuses).toEqual([100, 487])
    call.run(1000)
    expect(call.said).toEqual(['woke', 'finally'])
    expect(call.bob.received).toEqual([])
    expect(call.scripted.proxy.counters[Counter.scriptErrors]).toBe(0)
  })

  it('an INVITE whose CANCEL has overtaken it is not waited for, RFC 3261 9.2', () => {
    const call = new ScriptedCall(
      `async function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_newtran(); KSR.tm.t_reply(200, 'OK'); return } await KSR.signalbox.sleep(100); KSR.tm.t_relay(); say('never') }`,
    )
    const invite = new TextMessage(
      `INVITE sip:bob@${BOB} SIP/2.0\r\nVia: SIP/2.0/UDP ${call.alice.address};branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:bob@${BOB}>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n`,
    )
    call.cancel(invite)
    call.alice.again(PROXY, invite)
    call.run(300)
    expect(call.statuses).toEqual([487])
    expect(call.said).toEqual([])
  })

  it('is ended by its final-response timer: 408', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(5000); KSR.tm.t_relay(); say('never')`), {
      params: { fr_inv_timer: 1000 },
    })
    call.invite()
    call.run(1200)
    expect(call.statuses).toEqual([100, 408])
    call.run(40_000)
    expect(call.said).toEqual([])
    expect(call.current).toBe(0)
  })

  it('a wait longer than the life of the transaction ends in nothing', () => {
    const call = new ScriptedCall(asyncRoute(`await KSR.signalbox.sleep(60_000); KSR.tm.t_relay(); say('never')`), {
      params: { fr_inv_timer: 1000 },
    })
    const invite = call.invite()
    call.run(1500)
    call.alice.ack(PROXY, invite, call.alice.last('INVITE'))
    call.run(70_000)
    expect(call.said).toEqual([])
    expect(call.current).toBe(0)
  })

  it('KSR.x.exit() ends it', () => {
    const call = new ScriptedCall(
      asyncRoute(`await KSR.signalbox.sleep(100); KSR.tm.t_relay(); try { KSR.x.exit() } catch {} KSR.tm.t_reply(500, 'no')`),
    )
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.invite()
    call.run(200)
    expect(call.statuses).toEqual([100, 180])
    expect(call.said).toEqual([])
  })

  it('keeps AVPs and $var apart for calls that wait at the same time', () => {
    const call = new ScriptedCall(
      asyncRoute(
        `const id = KSR.pv.get('$ci'); KSR.pv.sets('$avp(id)', id); await KSR.signalbox.sleep(100); say(id, KSR.pv.get('$ci'), KSR.pv.get('$avp(id)')); KSR.tm.t_reply(480, id)`,
      ),
    )
    call.alice.request(PROXY, { method: 'INVITE', uri: `sip:bob@${BOB}`, callId: 'one' })
    call.run(20)
    call.alice.request(PROXY, { method: 'INVITE', uri: `sip:bob@${BOB}`, callId: 'two' })
    call.run(200)
    expect(call.said).toEqual(['one one one', 'two two two'])
  })

  it('keeps runs apart that wait for the same promise', () => {
    const call = new ScriptedCall(`
      let gate = null
      async function ksr_request_route() {
        gate ??= KSR.signalbox.sleep(100)
        await gate
        say(KSR.pv.get('$ci'), KSR.pv.get('$rU'))
        KSR.tm.t_reply(480, 'Later')
      }`)
    for (const name of ['one', 'two', 'three']) call.alice.request(PROXY, { method: 'INVITE', uri: `sip:${name}@${BOB}`, callId: name })
    call.run(200)
    expect(call.said).toEqual(['one one', 'two two', 'three three'])
    expect(call.statuses.filter((status) => status === 480)).toHaveLength(3)
  })

  it('branch routes share the AVPs of the stretch that relays', () => {
    const call = new ScriptedCall(
      asyncRoute(
        `await KSR.signalbox.sleep(10); KSR.pv.sets('$avp(a)', 'x'); KSR.tm.t_on_branch('ksr_branch_one'); KSR.tm.t_relay(); say('after', KSR.pv.get('$avp(a)'))`,
        `function ksr_branch_one() { say('branch', KSR.pv.get('$avp(a)')) }`,
      ),
    )
    call.invite()
    expect(call.said).toEqual(['branch x', 'after x'])
  })

  it('after a relay the rest of the route only looks on', () => {
    const call = new ScriptedCall(
      asyncRoute(`KSR.tm.t_relay(); await KSR.signalbox.sleep(100); say(KSR.pv.get('$rm'), KSR.tm.t_is_canceled())`),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    expect(call.statuses).toEqual([100, 486])
    call.run(100)
    expect(call.said).toEqual(['INVITE -1'])
  })

  it('an ACK and a CANCEL can be waited with, too', () => {
    const call = new ScriptedCall(`
      async function ksr_request_route() { await KSR.signalbox.sleep(20); KSR.tm.t_relay() }`)
    call.answer(call.bob, { invite: ['180 Ringing'] })
    const invite = call.invite()
    call.cancel(invite)
    expect(call.statuses).toEqual([100, 180, 487])
    expect(call.last('CANCEL')).toBe('200 canceling')
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, callId: 'other' })
    expect(call.bob.requests('ACK').at(-1)?.header('Call-ID')).toBe('other')
  })

  it('is refused where nothing could be waited for', () => {
    const sync = new ScriptedCall(`function ksr_request_route() { KSR.signalbox.sleep(5) }`)
    sync.invite()
    expect(sync.said[0]).toContain('KSR.signalbox.sleep must be awaited, so the route that calls it must be async')
    const hidden = new ScriptedCall(`function ksr_request_route() { return later() }\nasync function later() {}`)
    hidden.invite()
    expect(hidden.said[0]).toContain('ksr_request_route() returns a promise: declare it as an async function')
    expect(hidden.statuses).toEqual([500])
  })

  it('a promise that nobody waits for is a script error, with its place', () => {
    const call = new ScriptedCall(asyncRoute(`KSR.sl.send_reply(200, 'OK')`))
    call.scripted.script.rejected(new Error('lost'))
    expect(call.said).toEqual(['test.js: lost (in a promise that nobody waits for)'])
    expect(call.scripted.proxy.counters[Counter.scriptErrors]).toBe(1)
  })

  it('an asynchronous branch route is refused when the script loads, with its line, or when it waits', () => {
    // The prelude of the test has two lines.
    expect(() => new ScriptedCall(`function ksr_request_route() { KSR.tm.t_on_branch('x') }\nasync function x() {}`)).toThrow(
      'test.js:4:1: x() is async, but a branch route cannot wait',
    )
    expect(() => new ScriptedCall(`function ksr_request_route() {}\nasync function ksr_onsend_route() {}`)).toThrow(
      'test.js:4:1: ksr_onsend_route() is async, but a onsend route cannot wait',
    )
    const params = { event_callback: 'local' }
    expect(() => new ScriptedCall(`function ksr_request_route() {}\nconst local = async () => {}`, { params })).not.toThrow()
    const call = new ScriptedCall(
      `function ksr_request_route() { KSR.tm.t_on_branch(String('x')); KSR.tm.t_relay() }\nconst x = globalThis.y = async () => { await KSR.signalbox.sleep(1) }`,
    )
    call.invite()
    expect(call.said.join()).toContain('branch route cannot wait')
  })
})

describe('await in failure routes', () => {
  const serial = (body: string): string =>
    `function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } KSR.tm.t_on_failure('next'); KSR.tm.t_relay() }\nasync function next() { ${body} }`

  it('holds the reply back until the route has relayed', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200); KSR.seturi('sip:carol@${CAROL}'); say(KSR.tm.t_relay())`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.statuses).toEqual([100])
    call.run(300)
    expect(call.said).toEqual(['1'])
    expect(call.statuses).toEqual([100, 200])
  })

  it('relays the winner when the route does nothing', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200)`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 486])
  })

  it('failure_reply_mode 3 drops earlier replies only when branches were added', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200); KSR.seturi('sip:carol@${CAROL}'); KSR.tm.t_relay()`))
    call.answer(call.bob, { invite: ['404 Not Found'] })
    call.answer(call.carol, { invite: ['480 Later'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 480])
  })

  it('t_drop_replies without new branches leads to 500', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200); KSR.tm.t_drop_replies('a')`))
    call.answer(call.bob, { invite: ['404 Not Found'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 500])
  })

  it('CANCEL ends the wait', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200); KSR.tm.t_relay(); say('never')`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    const invite = call.invite()
    call.cancel(invite)
    expect(call.statuses).toEqual([100, 487])
    call.run(300)
    expect(call.said).toEqual([])
  })

  it('a route that fails relays nothing: 500', () => {
    const call = new ScriptedCall(serial(`await KSR.signalbox.sleep(200); null.x`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 500])
  })
})

describe('await in onreply routes', () => {
  const replies = (body: string): string =>
    `function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } KSR.tm.t_on_reply('ksr_onreply_one'); KSR.tm.t_relay() }\nasync function ksr_onreply_one() { ${body} }`

  it('holds a final reply back, and its edits go upstream', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(200); say(KSR.pv.get('$rs')); KSR.hdr.append('X-Late: 1')`))
    call.answer(call.bob, { invite: ['200 OK'] })
    call.invite()
    expect(call.statuses).toEqual([100])
    call.run(300)
    expect(call.said).toEqual(['200'])
    expect(call.statuses).toEqual([100, 200])
    expect(call.alice.last('INVITE').header('X-Late')).toBe('1')
  })

  it('t_is_retr_async_reply: 1 for the repetition of a reply that waits', () => {
    const call = new ScriptedCall(
      replies(
        `if (KSR.tm.t_is_retr_async_reply() > 0) { say('again'); return } say('first', KSR.tm.t_is_retr_async_reply()); await KSR.signalbox.sleep(200)`,
      ),
    )
    call.answer(call.bob, { invite: ['200 OK', '200 OK'] })
    call.invite()
    expect(call.said).toEqual(['first -1', 'again'])
    expect(call.statuses).toEqual([100])
    call.run(300)
    expect(call.statuses).toEqual([100, 200])
  })

  it('drop takes away provisional replies only', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(100); KSR.x.drop()`))
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100])
    call.bob.reply(PROXY, call.bob.last('INVITE'), '486 Busy Here')
    call.run(300)
    expect(call.statuses).toEqual([100, 486])
  })

  it('a branch whose reply is held counts as open', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() { KSR.tm.t_on_reply('ksr_onreply_one'); KSR.seturi('sip:bob@${BOB}'); KSR.corex.append_branch_uri('sip:carol@${CAROL}'); KSR.tm.t_relay() }
       async function ksr_onreply_one() { if (KSR.pv.get('$rs') === 480) await KSR.signalbox.sleep(500) }`,
    )
    call.answer(call.bob, { invite: ['480 Later'] })
    call.answer(call.carol, { invite: ['486 Busy Here'] })
    call.invite()
    expect(call.statuses).toEqual([100])
    call.run(600)
    expect(call.statuses).toEqual([100, 480])
  })

  it('no route holds a reply for ever: fr_timer lets it pass', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(600_000); say('never'); KSR.hdr.append('X-Late: 1')`), {
      params: { fr_timer: 2000 },
    })
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    call.run(2200)
    expect(call.statuses).toEqual([100, 486])
  })
})

describe('await in branch-failure routes', () => {
  const branches = (body: string, others = ''): string =>
    `function ksr_request_route() {
       if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return }
       KSR.tm.t_on_branch_failure('one'); KSR.seturi('sip:bob@${BOB}'); KSR.corex.append_branch_uri('sip:carol@${CAROL}'); KSR.tm.t_relay()
     }
     async function one() { ${body} }\n${others}`

  it('nothing is decided before the route of the last branch has ended, and it may add branches', () => {
    const call = new ScriptedCall(
      branches(
        `await KSR.signalbox.sleep(200); say(KSR.tm.t_get_status_code(), KSR.pv.get('$ru')); KSR.seturi('sip:dave@${DAVE}'); say(KSR.tm.t_relay())`,
      ),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['180 Ringing'] })
    call.answer(call.dave, { invite: ['200 OK'] })
    call.invite()
    expect(call.statuses).toEqual([100, 180])
    call.run(300)
    expect(call.said).toEqual([`486 sip:bob@${BOB}`, '1'])
    expect(call.statuses).toEqual([100, 180, 200])
    call.run(20_000)
    expect(call.current).toBe(0)
    expect(call.scripted.proxy.engine.wheel.armed).toBe(0)
  })

  it('each branch waits for itself', () => {
    const call = new ScriptedCall(
      branches(`const code = KSR.tm.t_get_status_code(); await KSR.signalbox.sleep(code); say(code, KSR.pv.get('$ru'))`),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['404 Not Found'] })
    call.invite()
    call.run(360)
    expect(call.said).toEqual([`404 sip:carol@${CAROL}`])
    expect(call.statuses).toEqual([100])
    call.run(100)
    expect(call.said).toEqual([`404 sip:carol@${CAROL}`, `486 sip:bob@${BOB}`])
    expect(call.statuses).toEqual([100, 404])
  })

  it('a 2xx that the route lets go on is final: no negative reply follows, RFC 3261 16.7 step 5', () => {
    const call = new ScriptedCall(
      `const gate = Promise.withResolvers()
       function ksr_request_route() { KSR.tm.t_on_branch_failure('one'); KSR.tm.t_relay() }
       async function ksr_reply_route() { if (KSR.pv.get('$rs') === 200) await gate.promise }
       function one() { gate.resolve() }`,
    )
    call.answer(call.bob, { invite: ['200 OK', '486 Busy Here'] })
    call.invite()
    call.run(1000)
    expect(call.statuses).toEqual([100, 200])
  })

  it('then the failure route runs, which may wait, too', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() { KSR.tm.t_on_branch_failure('one'); KSR.tm.t_on_failure('all'); KSR.tm.t_relay() }
       async function one() { say('one'); await KSR.signalbox.sleep(200); say('one more') }
       async function all() { say('all'); await KSR.signalbox.sleep(200); KSR.seturi('sip:carol@${CAROL}'); KSR.tm.t_relay() }`,
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    call.run(500)
    expect(call.said).toEqual(['one', 'one more', 'all'])
    expect(call.statuses).toEqual([100, 200])
  })

  it('a branch whose name has no address is waited for like one that was refused', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() { KSR.tm.t_on_branch_failure('one'); KSR.seturi('sip:bob@nowhere.example'); KSR.tm.t_relay() }
       async function one() { await KSR.signalbox.sleep(200); KSR.seturi('sip:dave@${DAVE}'); KSR.tm.t_relay() }`,
    )
    call.answer(call.dave, { invite: ['200 OK'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 200])
  })

  it('CANCEL ends the wait', () => {
    const call = new ScriptedCall(branches(`await KSR.signalbox.sleep(500); KSR.tm.t_relay(); say('never')`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['404 Not Found'] })
    const invite = call.invite()
    call.cancel(invite)
    expect(call.last('CANCEL')).toBe('200 canceling')
    expect(call.statuses).toEqual([100, 404])
    call.run(1000)
    expect(call.said).toEqual([])
  })

  it('a 2xx of another branch ends the call meanwhile', () => {
    const call = new ScriptedCall(branches(`await KSR.signalbox.sleep(500); say(KSR.tm.t_relay())`))
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.statuses).toEqual([100, 200])
    call.run(20_000)
    expect(call.statuses).toEqual([100, 200])
    expect(call.current).toBe(0)
  })

  it('no route holds a branch for ever: fr_timer lets its failure pass', () => {
    const call = new ScriptedCall(branches(`await KSR.signalbox.sleep(600_000); KSR.tm.t_relay(); say('never')`), {
      params: { fr_timer: 2000 },
    })
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['404 Not Found'] })
    call.invite()
    call.run(2200)
    expect(call.statuses).toEqual([100, 404])
  })
})

describe('await in ksr_reply_route', () => {
  const replies = (body: string, others = ''): string =>
    `function ksr_request_route() { if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } KSR.tm.t_relay() }\nasync function ksr_reply_route() { ${body} }\n${others}`

  it('holds every reply back, with its edits, before the transaction knows of it', () => {
    const call = new ScriptedCall(
      replies(`KSR.hdr.append('X-Before: 1'); await KSR.signalbox.sleep(200); say(KSR.pv.get('$rs')); KSR.hdr.append('X-After: 2')`),
    )
    call.answer(call.bob, { invite: ['180 Ringing', '486 Busy Here'] })
    call.invite()
    expect(call.statuses).toEqual([100])
    expect(call.scripted.proxy.stat('tmRplReceived')).toBe(0)
    call.run(300)
    expect(call.said).toEqual(['180', '486'])
    expect(call.statuses).toEqual([100, 180, 486])
    expect(call.alice.last('INVITE').header('X-Before') + call.alice.last('INVITE').header('X-After')).toBe('12')
    expect(call.bob.requests('ACK')).toHaveLength(1)
    call.run(60_000)
    expect(call.current).toBe(0)
  })

  it('the copies of a retransmitted reply wait one by one; the transaction takes the first', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(200); say(KSR.pv.get('$rs'))`))
    call.answer(call.bob, { invite: ['486 Busy Here', '486 Busy Here'] })
    call.invite()
    call.run(300)
    expect(call.said).toEqual(['486', '486'])
    expect(call.statuses).toEqual([100, 486])
  })

  it.each([
    ['a promise that nobody keeps', 'await new Promise(() => {})'],
    ['a sleep of an hour', 'await KSR.signalbox.sleep(3_600_000)'],
  ])('%s: the reply passes after fr_timer, and the rest of the route is over', (_what, wait) => {
    const call = new ScriptedCall(replies(`if (KSR.pv.get('$rs') < 200) return; ${wait}; say('never', KSR.pv.get('$rs'))`), {
      params: { fr_timer: 2000 },
    })
    call.answer(call.bob, { invite: ['180 Ringing', '486 Busy Here'] })
    call.invite()
    call.run(1900)
    expect(call.statuses).toEqual([100, 180])
    call.run(200)
    expect(call.statuses).toEqual([100, 180, 486])
    call.run(3_700_000)
    expect(call.said).toEqual([])
    expect(call.current).toBe(0)
  })

  it('a 200 that waits less overtakes a 180; the 180 stays here then', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(KSR.pv.get('$rs') === 180 ? 300 : 100)`))
    call.answer(call.bob, { invite: ['180 Ringing', '200 OK'] })
    call.invite()
    call.run(500)
    expect(call.statuses).toEqual([100, 200])
  })

  it('drop before or after the wait discards the reply', () => {
    const before = new ScriptedCall(replies(`KSR.set_drop(); await KSR.signalbox.sleep(100)`))
    const after = new ScriptedCall(replies(`await KSR.signalbox.sleep(100); KSR.x.drop()`))
    for (const call of [before, after]) {
      call.answer(call.bob, { invite: ['486 Busy Here'] })
      call.invite()
      call.run(300)
      expect(call.statuses).toEqual([100])
      expect(call.scripted.proxy.stat('tmRplReceived')).toBe(0)
    }
  })

  it('a route that fails lets the reply pass', () => {
    const call = new ScriptedCall(replies(`await KSR.signalbox.sleep(100); null.x`))
    call.answer(call.bob, { invite: ['200 OK'] })
    call.invite()
    call.run(300)
    expect(call.statuses).toEqual([100, 200])
    expect(call.scripted.proxy.counters[Counter.scriptErrors]).toBe(1)
  })

  it('keeps AVPs apart from those of other messages', () => {
    const call = new ScriptedCall(
      replies(`KSR.pv.sets('$avp(s)', String(KSR.pv.get('$rs'))); await null; await KSR.signalbox.sleep(100); say(KSR.pv.get('$avp(s)'))`),
    )
    call.answer(call.bob, { invite: ['180 Ringing', '183 Progress'] })
    call.invite()
    call.run(300)
    expect(call.said).toEqual(['180', '183'])
  })

  it('so does the route for replies of no transaction; returning 0 stops the reply', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() {}\nasync function stray(event) { await KSR.signalbox.sleep(100); say(event, KSR.pv.get('$rs')); return KSR.pv.get('$rs') === 200 ? 1 : 0 }`,
      { params: { on_sl_reply: 'stray' } },
    )
    const invite = `Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bKnobody\r\nVia: SIP/2.0/UDP ${call.alice.address};branch=z9hG4bKa`
    for (const status of ['200 OK', '486 Busy Here'])
      call.bob.send(
        PROXY,
        `SIP/2.0 ${status}\r\n${invite}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n`,
      )
    call.run(50)
    expect(call.alice.received).toEqual([])
    call.run(100)
    expect(call.said).toEqual(['on_sl_reply 200', 'on_sl_reply 486'])
    expect(call.statuses).toEqual([200])
  })
})

describe('await on promises of any kind', () => {
  it("the script's own asynchronous functions, Promise.all, Promise.race, thenables, asynchronous iteration", () => {
    const call = new ScriptedCall(
      asyncRoute(
        `say(await later(100, 'a'))
         say(await Promise.all([later(200, 'b'), later(100, 'c')]))
         say(await Promise.race([later(300, 'd'), later(100, 'e')]))
         say(await { then: (keep) => void later(50, 'f').then(keep) })
         for await (const word of words()) say(word)
         try { await Promise.any([broken()]) } catch (error) { say(error.errors[0].message) }
         say(KSR.pv.get('$rm')); KSR.tm.t_relay()`,
        `async function later(ms, value) { await KSR.signalbox.sleep(ms); return value }
         async function* words() { yield later(20, 'g'); yield later(20, 'h') }
         async function broken() { await KSR.signalbox.sleep(10); throw new Error('i') }`,
      ),
    )
    call.answer(call.bob, { invite: ['200 OK'] })
    call.invite()
    call.run(1000)
    expect(call.said).toEqual(['a', 'b,c', 'e', 'f', 'g', 'h', 'i', 'INVITE'])
    expect(call.statuses).toEqual([100, 200])
    call.run(10_000)
    expect(call.current).toBe(0)
  })

  /** An INVITE that waits for what a MESSAGE brings; `how` is the kind of function that takes the MESSAGE. */
  const gate = (how: string, before = ''): string => `
    const gates = new Map()
    ${how} ksr_request_route() {
      if (KSR.is_INVITE()) return wait()
      ${before}
      gates.get(KSR.pv.get('$rU'))?.resolve('sip:carol@${CAROL}')
      KSR.pv.sets('$avp(mine)', 'message')
      KSR.sl.send_reply(200, 'OK')
      say('sent', KSR.pv.get('$rm'), KSR.pv.get('$avp(mine)'))
    }
    async function wait() {
      const gate = Promise.withResolvers()
      gates.set(KSR.pv.get('$rU'), gate)
      KSR.pv.sets('$avp(mine)', 'invite')
      const target = await gate.promise
      KSR.seturi(target)
      say('relayed', KSR.pv.get('$rm'), KSR.pv.get('$avp(mine)'), KSR.tm.t_relay())
    }`

  it('a promise that another message keeps', () => {
    const call = new ScriptedCall(gate('async function'))
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    call.run(5000)
    expect(call.statuses).toEqual([100])
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'other' })
    expect(call.said).toEqual(['sent MESSAGE message', 'relayed INVITE invite 1'])
    expect(call.statuses).toEqual([100, 200])
    call.run(10_000)
    expect(call.current).toBe(0)
    expect(call.scripted.proxy.engine.wheel.armed).toBe(0)
  })

  it('one that it keeps before it waits itself: both go on with their own', () => {
    const call = new ScriptedCall(
      gate(
        'async function',
        `KSR.pv.sets('$avp(early)', 'early'); gates.get(KSR.pv.get('$rU'))?.resolve('sip:carol@${CAROL}'); await null; say(KSR.pv.get('$rm'), KSR.pv.get('$avp(early)')); await KSR.signalbox.sleep(100)`,
      ),
    )
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'other' })
    expect(call.said).toEqual(['relayed INVITE invite 1', 'MESSAGE early'])
    call.run(200)
    expect(call.said.slice(2)).toEqual(['sent MESSAGE message'])
    expect(call.alice.statuses('MESSAGE')).toEqual([200])
  })

  it('one that a route without await keeps', () => {
    const call = new ScriptedCall(
      `const gate = Promise.withResolvers()
       function ksr_request_route() { KSR.tm.t_on_failure('held'); KSR.tm.t_relay() }
       async function held() { await gate.promise; say('on', KSR.pv.get('$rm')); KSR.tm.t_reply(480, 'Now') }
       function ksr_reply_route() { if (KSR.pv.get('$rs') === 202) gate.resolve() }`,
    )
    call.answer(call.bob, { invite: ['486 Busy Here'], other: '202 Accepted' })
    call.invite()
    call.run(1000)
    expect(call.statuses).toEqual([100])
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'other' })
    expect(call.said).toEqual(['on INVITE'])
    expect(call.statuses).toEqual([100, 480])
    expect(call.alice.statuses('MESSAGE')).toEqual([202])
  })

  it('one that nobody keeps: the final-response timer ends the wait', () => {
    const call = new ScriptedCall(asyncRoute(`await new Promise(() => {}); say('never')`), { params: { fr_inv_timer: 1000 } })
    call.invite()
    call.run(1200)
    expect(call.statuses).toEqual([100, 408])
    call.run(60_000)
    expect(call.current).toBe(0)
  })

  it('a route of an event may wait, too, and looks on', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() { KSR.tm.t_newtran(); KSR.tm.t_reply(404, 'Nobody') }\nasync function sent(event) { await KSR.signalbox.sleep(100); say(event, KSR.pv.get('$rs')) }`,
      { params: { event_callback_lres_sent: 'sent' } },
    )
    call.invite()
    call.run(100)
    expect(call.said).toEqual(['tm:local-response-sent 404'])
  })
})

describe('routes within routes', () => {
  it('a failure route that continues another transaction keeps its own message', () => {
    const call = new ScriptedCall(
      `let held = null
       function ksr_request_route() {
         if (KSR.pv.get('$ci') === 'first') { KSR.tmx.t_suspend(); held = [KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')]; return }
         KSR.tm.t_on_failure('outer'); KSR.tm.t_relay()
       }
       function outer() { KSR.tmx.t_continue(held[0], held[1], 'continued'); say('outer', KSR.pv.get('$ci'), KSR.tm.t_reply(480, 'Outer')) }
       function continued() { KSR.seturi('sip:x@${DAVE}'); KSR.tm.t_on_failure('inner'); KSR.tm.t_relay() }
       function inner() { say('inner', KSR.pv.get('$ci')) }`,
    )
    call.scripted.proxy.unsendable.add(DAVE)
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite({ callId: 'first' })
    call.invite({ callId: 'second' })
    expect(call.said.at(-1)).toBe('outer second 1')
    expect(call.last()).toBe('480 Outer')
  })
})
