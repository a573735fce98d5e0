import { describe, expect, it } from 'vitest'
import { ScriptError } from '../../src/script/script-error.ts'
import { ScriptWorld } from './script-world.ts'
import { requestRoute, ScriptedCall } from './scripted-call.ts'

const REQUEST = 'function ksr_request_route() { KSR.tm.t_relay() }\n'

/** Why `text` is refused; '' when it loads. */
function refusal(text: string): string {
  try {
    new ScriptWorld().load(text)
    return ''
  } catch (error) {
    if (error instanceof ScriptError) return error.message
    throw error
  }
}

describe('allowed routes, found when the script loads (tm-reference 8)', () => {
  it.each([
    [
      "function ksr_request_route() { KSR.tm.t_on_branch('b') }\nfunction b() {\n  KSR.tm.t_relay()\n}",
      'test.js:3:3: KSR.tm.t_relay may not be called in a branch route, only in a request, failure, branch-failure or event route',
    ],
    [
      "function ksr_request_route() { KSR.tm.t_on_reply('r') }\nfunction r() { KSR.tm.t_newtran() }",
      "KSR.tm.t_newtran may not be called in a transaction's reply route, only in a request, branch-failure or event route",
    ],
    [
      "function ksr_request_route() { KSR.tm.t_on_failure('f') }\nfunction f() { KSR.tm.t_release() }",
      'KSR.tm.t_release may not be called in a failure route',
    ],
    [
      `${REQUEST}function ksr_reply_route() { KSR.tm.t_drop_replies('a') }`,
      'KSR.tm.t_drop_replies may not be called in a general reply route, only in a failure route',
    ],
    [`${REQUEST}function ksr_branch_manage() { KSR.tm.t_reply(404, '') }`, 'KSR.tm.t_reply may not be called in a branch route'],
    [`${REQUEST}function ksr_onreply_manage() { KSR.tm.t_branch_timeout() }`, 'KSR.tm.t_branch_timeout may not be called'],
    [
      `${REQUEST}const ksr_failure_manage = () => { KSR.tm.t_retransmit_reply() }`,
      'KSR.tm.t_retransmit_reply may not be called in a failure route',
    ],
    [`${REQUEST}function ksr_onsend_route() { KSR.tm.t_relay() }`, 'KSR.tm.t_relay may not be called in a onsend route'],
    ['function ksr_request_route() { KSR.tm.t_branch_replied() }', 'only in a failure, branch-failure or event route'],
    ['function ksr_request_route() { KSR.tmx.t_reuse_branch() }', 'KSR.tmx.t_reuse_branch may not be called in a request route'],
    ["function ksr_request_route() { KSR.x.modf('t_drop_replies', 'a') }", 'KSR.tm.t_drop_replies may not be called in a request route'],
    ["function ksr_request_route() { KSR.x.modf('t_reuse_branch') }", 'KSR.tmx.t_reuse_branch may not be called in a request route'],
  ])('%s', (text, reason) => {
    expect(refusal(text)).toContain(reason)
  })

  it('follows calls to functions that only such routes reach', () => {
    expect(
      refusal(`${REQUEST}function ksr_branch_one() { deep() }\nfunction deep() { deeper() }\nfunction deeper() { KSR.tm.t_relay() }`),
    ).toContain('test.js:4:')
    expect(refusal(`${REQUEST}function ksr_branch_one() { [1].forEach(deep) }\nfunction deep() { KSR.tm.t_relay() }`)).toContain(
      'branch route',
    )
  })

  it('leaves to run time what another route may reach, what nobody is known to call, and what the top level hands around', () => {
    expect(
      refusal(
        "function ksr_request_route() { both(); KSR.tm.t_on_branch('b') }\nfunction b() { both() }\nfunction both() { KSR.tm.t_relay() }",
      ),
    ).toBe('')
    expect(refusal(`${REQUEST}function unused() { KSR.tm.t_branch_timeout() }`)).toBe('')
    expect(refusal(`${REQUEST}const routes = { ksr_branch_one }\nfunction ksr_branch_one() { KSR.tm.t_relay() }`)).toBe('')
    expect(
      refusal("function ksr_request_route() { KSR.tm.t_on_branch(KSR.pv.get('$avp(x)')) }\nfunction b() { KSR.tm.t_relay() }"),
    ).toContain('branch route')
    expect(
      refusal(
        "function ksr_request_route() { KSR.tm.t_on_failure('b'); KSR.tm.t_on_branch(KSR.pv.get('$avp(x)')) }\nfunction b() { KSR.tm.t_relay() }",
      ),
    ).toBe('')
  })

  it('functions for any route load in every one', () => {
    expect(
      refusal(
        "function ksr_request_route() { KSR.tm.t_on_branch('b') }\nfunction b() { KSR.tm.t_is_set('branch_route'); KSR.tm.t_exists(); KSR.tmx.t_is_branch_route(); KSR.tm.t_check_trans(); KSR.tm.t_set_fr(1, 1); KSR.tm.t_on_reply('r') }\nfunction r() {}",
      ),
    ).toBe('')
  })

  it('a script in syntax that the checks do not know loads all the same', () => {
    const world = new ScriptWorld()
    world.load(`${REQUEST}class A { static #x = 1; static has(o) { return #x in o } }`)
    expect(world.log).toEqual([])
  })

  it('a hook of a branch route may name another', () => {
    expect(
      refusal(
        "function ksr_request_route() { KSR.tm.t_on_branch('b') }\nfunction b() { KSR.tm.t_on_reply('r') }\nfunction r() { KSR.tm.t_relay() }",
      ),
    ).toContain("transaction's reply route")
  })
})

describe('allowed routes, found when the call is made', () => {
  it('the error names function, route and allowed routes; the route fails', () => {
    const call = new ScriptedCall(requestRoute(`KSR.tm.t_on_branch('both'); both()`, `function both() { KSR.tm.t_relay() }`))
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.invite()
    expect(call.said[0]).toContain(
      'TypeError: KSR.tm.t_relay may not be called in a branch route, only in a request, failure, branch-failure or event route (in both)',
    )
    expect(call.statuses).toEqual([100, 180])
  })

  it('KSR.x.modf checks, too', () => {
    const call = new ScriptedCall(requestRoute(`const name = 't_drop_replies'; KSR.x.modf(name)`))
    call.invite()
    expect(call.said[0]).toContain('KSR.tm.t_drop_replies may not be called in a request route, only in a failure route')
  })
})
