import { describe, expect, it } from 'vitest'
import { BOB, CAROL, DAVE, PROXY, requestRoute, ScriptedCall } from './scripted-call.ts'

const FORK = `KSR.seturi('sip:bob@${BOB}'); KSR.corex.append_branch_uri('sip:carol@${CAROL}');`

interface Answers {
  readonly bob?: readonly string[]
  readonly carol?: readonly string[]
  readonly dave?: readonly string[]
}

/** A call through `script`, whose phones answer so. */
function calling(script: string, answers: Answers = {}, params: Readonly<Record<string, number | string>> = {}): ScriptedCall {
  const call = new ScriptedCall(script, { params })
  call.answer(call.bob, { invite: answers.bob ?? ['180 Ringing'] })
  call.answer(call.carol, { invite: answers.carol ?? [] })
  call.answer(call.dave, { invite: answers.dave ?? [] })
  call.invite()
  return call
}

/** A route of that kind with this body, armed by a call that relays to Bob. */
function inFailure(body: string, answers: Answers = { bob: ['486 Busy Here'] }, params = {}): ScriptedCall {
  return calling(requestRoute(`KSR.tm.t_on_failure('failed'); KSR.tm.t_relay()`, `function failed() { ${body} }`), answers, params)
}

function inBranch(body: string, answers: Answers = {}): ScriptedCall {
  return calling(requestRoute(`KSR.tm.t_on_branch('branched'); KSR.tm.t_relay()`, `function branched() { ${body} }`), answers)
}

function inReply(body: string, answers: Answers = { bob: ['180 Ringing', '200 OK'] }): ScriptedCall {
  return calling(requestRoute(`KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`, `function replied() { ${body} }`), answers)
}

describe('tm-reference 8.2: making and ending transactions', () => {
  it('t_newtran: 1 created, -10 when there is one; an ACK gets 1 and none', () => {
    const call = calling(requestRoute(`say(KSR.tm.t_newtran(), KSR.tm.t_newtran())`))
    expect(call.said).toEqual(['1 -10'])
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, callId: 'ack' })
    expect(call.said[1]).toBe('1 1')
    expect(call.scripted.proxy.stat('tmTotal')).toBe(1)
  })

  it('t_lookup_request: 1 exists, -1 not', () => {
    const call = calling(
      requestRoute(`say(KSR.tm.t_lookup_request()); KSR.tm.t_newtran(); say(KSR.tm.t_lookup_request()); KSR.tm.t_reply(486, 'Busy')`),
    )
    expect(call.said).toEqual(['-1', '1'])
  })

  it('t_lookup_cancel, t_lookup_cancel([1]), t_lookup_cancel_flags: 1 the INVITE exists; with 1 its flags are copied', () => {
    const call = calling(`function ksr_request_route() {
      if (KSR.is_CANCEL()) { say(KSR.tm.t_lookup_cancel(), KSR.isflagset(5)); say(KSR.x.modf('t_lookup_cancel', 1), KSR.isflagset(5), KSR.tm.t_lookup_cancel_flags(1)); KSR.tm.t_relay_cancel(); return }
      KSR.setflag(5); KSR.tm.t_relay() }`)
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    expect(call.said).toEqual(['1 false', '1 true 1'])
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, callId: 'other' }))
    expect(call.said[2]).toBe('-1 false')
  })

  it('t_check_trans: -1 nothing; CANCEL 1 or -1; in branch, failure and reply routes always 1', () => {
    const call = calling(
      `function ksr_request_route() { say(KSR.pv.get('$rm'), KSR.tm.t_check_trans()); if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return } KSR.tm.t_on_branch('there'); KSR.tm.t_on_reply('there'); KSR.tm.t_on_failure('there'); KSR.tm.t_relay() }
       function there() { say(KSR.tm.t_check_trans()) }`,
    )
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    expect(call.said).toEqual(['INVITE -1', '1', '1', 'CANCEL 1', '1', '1'])
  })

  it('t_check_trans: a reply 1 matched, -1 not', () => {
    const call = calling(`function ksr_request_route() { KSR.tm.t_relay() }\nfunction ksr_reply_route() { say(KSR.tm.t_check_trans()) }`, {
      bob: ['200 OK'],
    })
    call.bob.reply(PROXY, call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}` }), '180 Ringing')
    call.run(50)
    expect(call.said).toEqual(['1', '-1'])
  })

  it('t_check_trans: the ACK to a 2xx of a known INVITE 1', () => {
    const call = calling(requestRoute(`if (KSR.is_ACK()) say(KSR.tm.t_check_trans()); KSR.tm.t_relay()`), { bob: ['200 OK'] })
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, toTag: `to-${BOB}` })
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, callId: 'unknown' })
    expect(call.said).toEqual(['1', '-1'])
  })

  it('t_exists: 1 if the message has a transaction', () => {
    expect(calling(requestRoute(`say(KSR.tm.t_exists()); KSR.tm.t_newtran(); say(KSR.tm.t_exists())`)).said).toEqual(['-1', '1'])
  })

  it('t_release: the message has no transaction any more, and nothing is sent', () => {
    const call = calling(requestRoute(`KSR.tm.t_newtran(); say(KSR.tm.t_release(), KSR.tm.t_exists())`))
    expect(call.said).toEqual(['1 -1'])
    call.run(6000)
    expect(call.current).toBe(0)
    expect(call.statuses).toEqual([])
  })

  it('a transaction that the script has made and left alone is released with a warning, and nothing is sent, tm-reference 4', () => {
    const call = calling(requestRoute(`KSR.tm.t_newtran()`))
    const warning = 'warn the script neither answered nor relayed nor released the transaction that it had made for INVITE (Call-ID '
    expect(call.scripted.log).toEqual([expect.stringContaining(warning)])
    call.run(6000)
    expect(call.current).toBe(0)
    expect(call.statuses).toEqual([])
  })

  it('t_clean: frees what is stuck; 1', () => {
    expect(calling(requestRoute(`say(KSR.tm.t_clean()); KSR.tm.t_relay()`)).said).toEqual(['1'])
  })
})

describe('tm-reference 8.2: replies', () => {
  it('t_reply: stateful; -1 without a transaction, and for ACK', () => {
    const call = calling(requestRoute(`say(KSR.tm.t_reply(480, 'Early')); KSR.tm.t_newtran(); say(KSR.tm.t_reply(480, 'Later'))`))
    expect(call.said).toEqual(['-1', '1'])
    expect(call.last()).toBe('480 Later')
    expect(call.current).toBe(1)
  })

  it('t_reply in a failure route ends the matter', () => {
    expect(inFailure(`say(KSR.tm.t_reply(480, 'Later'))`).last()).toBe('480 Later')
  })

  it('t_reply in an onreply route', () => {
    const call = inReply(`if (KSR.pv.get('$rs') === 180) say(KSR.tm.t_reply(480, 'Never mind'))`, { bob: ['180 Ringing'] })
    expect(call.said).toEqual(['1'])
    expect(call.last()).toBe('480 Never mind')
    expect(call.bob.requests('CANCEL')).toHaveLength(1)
  })

  it('t_send_reply: makes the transaction if needed', () => {
    const call = calling(requestRoute(`say(KSR.tm.t_send_reply(486, 'Busy'))`))
    expect(call.said).toEqual(['1'])
    expect(call.last()).toBe('486 Busy')
    expect(call.scripted.proxy.stat('tmTotal')).toBe(1)
  })

  it('t_reply_error: the code of the last error of TM', () => {
    const call = calling(
      requestRoute(`KSR.seturi('sip:bob@${BOB};transport=tls'); say(KSR.tm.t_relay_to_flags(2) < 0, KSR.tm.t_reply_error())`),
    )
    expect(call.said).toEqual(['true 1'])
    expect(call.last()).toBe("500 I'm terribly sorry, server error occurred (7/TM)")
  })

  it('t_retransmit_reply: the last reply again', () => {
    const call = calling(requestRoute(`KSR.tm.t_newtran(); KSR.tm.t_reply(180, 'Ringing'); say(KSR.tm.t_retransmit_reply())`))
    expect(call.said).toEqual(['1'])
    expect(call.statuses.filter((status) => status === 180)).toHaveLength(2)
  })
})

describe('tm-reference 8.2: arming', () => {
  it('t_on_branch: per branch; drop skips it', () => {
    const call = calling(
      requestRoute(
        `${FORK} say(KSR.tm.t_on_branch('branched')); KSR.tm.t_relay()`,
        `function branched() { say(KSR.pv.get('$T_branch_idx'), KSR.pv.get('$rU')); if (KSR.pv.get('$rU') === 'bob') KSR.x.drop() }`,
      ),
    )
    expect(call.said).toEqual(['1', '0 bob', '0 carol'])
    expect(call.bob.received).toEqual([])
    expect(call.carol.requests('INVITE')).toHaveLength(1)
  })

  it('t_on_failure: once, when every branch has failed; "0" disarms', () => {
    expect(inFailure(`say('failed', KSR.tm.t_get_status_code())`).said).toEqual(['failed 486'])
    const disarmed = calling(
      requestRoute(`KSR.tm.t_on_failure('failed'); say(KSR.tm.t_on_failure('0')); KSR.tm.t_relay()`, `function failed() { say('failed') }`),
      { bob: ['486 Busy Here'] },
    )
    expect(disarmed.said).toEqual(['1'])
  })

  it('t_on_reply: every reply; drop only provisional ones', () => {
    const call = inReply(`say(KSR.pv.get('$rs')); KSR.x.drop()`)
    expect(call.said).toEqual(['180', '200'])
    expect(call.statuses).toEqual([100, 200])
  })

  it('t_on_reply in a branch route is for that branch', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_branch('branched'); KSR.tm.t_relay()`,
        `function branched() { if (KSR.pv.get('$rU') === 'carol') KSR.tm.t_on_reply('replied') }\nfunction replied() { say(KSR.pv.get('$rs')) }`,
      ),
      { bob: ['183 Bob'], carol: ['180 Carol'] },
    )
    expect(call.said).toEqual(['180'])
  })

  it('t_on_branch_failure: each branch that fails, once; it may add branches', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_branch_failure('lost'); KSR.tm.t_relay()`,
        `function lost() { say(KSR.tm.t_get_status_code(), KSR.pv.get('$rU')); if (KSR.pv.get('$rU') === 'bob') { KSR.corex.append_branch_uri('sip:dave@${DAVE}'); say(KSR.tm.t_relay()) } }`,
      ),
      { bob: ['486 Busy Here'], carol: ['480 Later'], dave: ['200 OK'] },
    )
    expect(call.said).toEqual(['486 bob', '1', '480 carol'])
    expect(call.statuses).toEqual([100, 200])
  })

  it('t_is_set: three words, 1 or -1', () => {
    const call = calling(
      requestRoute(
        `const all = () => say(...['branch_route', 'failure_route', 'onreply_route', 'other'].map((one) => KSR.tm.t_is_set(one))); all(); KSR.tm.t_on_branch('x'); KSR.tm.t_on_failure('x'); KSR.tm.t_on_reply('x'); all(); KSR.tm.t_relay()`,
        `function x() {}`,
      ),
    )
    expect(call.said).toEqual(['-1 -1 -1 -1', '1 1 1 -1'])
  })
})

describe('tm-reference 8.2: status', () => {
  it('t_check_status(re): the last code sent, the reply, the winner, the failed branch', () => {
    expect(
      calling(
        requestRoute(
          `KSR.tm.t_newtran(); KSR.tm.t_reply(183, 'Progress'); say(KSR.tm.t_check_status('18[0-9]'), KSR.tm.t_check_status('200'))`,
        ),
      ).said,
    ).toEqual(['1 -1'])
    expect(inReply(`say(KSR.tm.t_check_status('1..'))`).said).toEqual(['1', '-1'])
    expect(inFailure(`say(KSR.tm.t_check_status('4(86|80)'), KSR.tm.t_check_status('408'))`).said).toEqual(['1 -1'])
  })

  it('t_get_status_code: that code, or -1', () => {
    expect(
      calling(requestRoute(`say(KSR.tm.t_get_status_code()); KSR.tm.t_newtran(); KSR.tm.t_reply(404, ''); say(KSR.tm.t_get_status_code())`))
        .said,
    ).toEqual(['-1', '404'])
    expect(inReply(`say(KSR.tm.t_get_status_code())`).said).toEqual(['180', '200'])
    expect(inBranch(`say(KSR.tm.t_get_status_code())`).said).toEqual(['100'])
  })

  it('t_get_branch_index: 0 outside of branches', () => {
    const call = calling(
      requestRoute(
        `${FORK} say(KSR.tm.t_get_branch_index()); KSR.tm.t_on_branch('b'); KSR.tm.t_relay()`,
        `function b() { say(KSR.tm.t_get_branch_index()) }`,
      ),
    )
    expect(call.said).toEqual(['0', '0', '1'])
  })

  it('t_branch_timeout, t_any_timeout, t_branch_replied, t_any_replied in a failure route', () => {
    const all = `say(KSR.tm.t_branch_timeout(), KSR.tm.t_any_timeout(), KSR.tm.t_branch_replied(), KSR.tm.t_any_replied())`
    expect(inFailure(all).said).toEqual(['-1 -1 1 1'])
    const silent = inFailure(all, { bob: [] }, { fr_timer: 1000 })
    silent.run(1100)
    expect(silent.said).toEqual(['1 1 -1 -1'])
  })

  it('t_branch_timeout and t_branch_replied in a branch-failure route are about that branch', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_branch_failure('lost'); KSR.tm.t_relay()`,
        `function lost() { say(KSR.tm.t_branch_timeout(), KSR.tm.t_branch_replied()) }`,
      ),
      { bob: ['486 Busy Here'] },
    )
    expect(call.said).toEqual(['-1 1'])
  })

  it('t_grep_status(code): any branch has it', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_failure('failed'); KSR.tm.t_relay()`,
        `function failed() { say(KSR.tm.t_grep_status(486), KSR.tm.t_grep_status(480), KSR.tm.t_grep_status(404)) }`,
      ),
      { bob: ['486 Busy Here'], carol: ['480 Later'] },
    )
    expect(call.said).toEqual(['1 1 -1'])
  })

  it('t_is_canceled', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_failure('failed'); KSR.tm.t_relay(); say(KSR.tm.t_is_canceled())`,
        `function failed() { say(KSR.tm.t_is_canceled()) }`,
      ),
    )
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    expect(call.said).toEqual(['-1', '1'])
  })

  it('t_is_expired: its lifetime is over', () => {
    const call = inFailure(`say(KSR.tm.t_is_expired())`)
    expect(call.said).toEqual(['-1'])
  })
})

describe('tm-reference 8.2: timers', () => {
  /** Ms from the INVITE to the final reply that nobody's silence leads to. */
  function patience(before: string, answers: Answers = { bob: [] }): number {
    const call = calling(requestRoute(`${before} KSR.tm.t_relay()`), answers, { fr_timer: 3000, fr_inv_timer: 5000 })
    let waited = 0
    while (call.statuses.every((status) => status < 300) && waited < 20_000) {
      call.run(50)
      waited += 50
    }
    return waited
  }

  it('t_set_fr(inv, noninv) and t_set_fr_inv(inv): ms; 0 keeps the value', () => {
    expect(patience('')).toBeCloseTo(3000, -2)
    expect(patience('KSR.tm.t_set_fr(0, 1000);')).toBeCloseTo(1000, -2)
    expect(patience(`KSR.x.modf('t_set_fr', 1500);`, { bob: ['180 Ringing'] })).toBeCloseTo(1500, -2)
    expect(patience('KSR.tm.t_set_fr_inv(2000);', { bob: ['180 Ringing'] })).toBeCloseTo(2000, -2)
    expect(patience('KSR.tm.t_newtran(); KSR.tm.t_set_fr(0, 1000);')).toBeCloseTo(1000, -2)
  })

  it('t_reset_fr: back to the parameters', () => {
    expect(patience('KSR.tm.t_set_fr(0, 1000); KSR.tm.t_reset_fr();')).toBeCloseTo(3000, -2)
  })

  it('t_set_max_lifetime(inv, noninv), t_reset_max_lifetime()', () => {
    expect(patience('KSR.tm.t_set_max_lifetime(2000, 0);')).toBeCloseTo(2000, -2)
    expect(patience('KSR.tm.t_set_max_lifetime(2000, 0); KSR.tm.t_reset_max_lifetime();')).toBeCloseTo(3000, -2)
  })

  it('t_set_retr(t1, t2), t_reset_retr()', () => {
    const sent = (before: string): number => {
      const call = calling(requestRoute(`${before} KSR.tm.t_relay()`), { bob: [] })
      call.run(950)
      return call.bob.requests('INVITE').length
    }
    expect(sent('')).toBe(2)
    expect(sent('KSR.tm.t_set_retr(100, 100);')).toBeGreaterThan(8)
    expect(sent('KSR.tm.t_set_retr(100, 100); KSR.tm.t_reset_retr();')).toBe(2)
  })
})

describe('tm-reference 8.2: flags', () => {
  it('t_set_auto_inv_100(0|1)', () => {
    expect(calling(requestRoute(`say(KSR.tm.t_set_auto_inv_100(0)); KSR.tm.t_relay()`)).statuses).toEqual([180])
    expect(calling(requestRoute(`KSR.tm.t_set_auto_inv_100(1); KSR.tm.t_relay()`), {}, { auto_inv_100: 0 }).statuses).toEqual([100, 180])
  })

  it('t_set_disable_6xx(1): a 6xx does not end the others', () => {
    const script = (flag: string): string => requestRoute(`${FORK} ${flag} KSR.tm.t_relay()`)
    expect(calling(script(''), { bob: ['603 Decline'], carol: ['180 Ringing'] }).carol.requests('CANCEL')).toHaveLength(1)
    expect(
      calling(script('KSR.tm.t_set_disable_6xx(1);'), { bob: ['603 Decline'], carol: ['180 Ringing'] }).carol.requests('CANCEL'),
    ).toHaveLength(0)
  })

  it('t_set_disable_failover(1), t_set_no_auto_ack(1): 1, before and after the transaction is made', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_set_disable_failover(1), KSR.tm.t_set_no_auto_ack(1)); KSR.tm.t_newtran(); say(KSR.tm.t_set_disable_failover(0), KSR.tm.t_set_no_auto_ack(0)); KSR.tm.t_relay()`,
      ),
    )
    expect(call.said).toEqual(['1 1', '1 1'])
  })

  it.each(['KSR.tm.t_set_no_e2e_cancel_reason(1)', "KSR.x.modf('t_disable_e2e_cancel_reason', 1)"])(
    '%s: the Reason of a CANCEL is not copied',
    (code) => {
      const call = calling(requestRoute(`${code}; KSR.tm.t_relay()`))
      call.cancel(
        call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }),
        ['Reason: SIP;cause=200'],
      )
      expect(call.bob.last('CANCEL').header('Reason')).toBe('')
    },
  )

  it('t_set_disable_internal_reply(1): TM does not answer a failing t_relay', () => {
    const call = new ScriptedCall(
      requestRoute(`KSR.tm.t_set_disable_internal_reply(1); say(KSR.tm.t_relay()); KSR.tm.t_reply(503, 'By the script')`),
    )
    call.scripted.proxy.unsendable.add(BOB)
    call.invite()
    expect(call.statuses.at(-1)).toBe(503)
  })
})

describe('tm-reference 8.2: the rest', () => {
  const dropping = (drop: string): ScriptedCall =>
    calling(
      requestRoute(
        `KSR.tm.t_on_failure('first'); KSR.tm.t_relay()`,
        `function first() { ${drop}; KSR.seturi('sip:carol@${CAROL}'); KSR.tm.t_relay() }`,
      ),
      { bob: ['404 Not Found'], carol: ['480 Later'] },
      { failure_reply_mode: 0 },
    )

  it("t_drop_replies('a'), t_drop_replies_all(), t_drop_replies(): earlier replies no longer compete; 'n' none", () => {
    expect(dropping('').last()).toBe('404 Not Found')
    expect(dropping(`KSR.tm.t_drop_replies('n')`).last()).toBe('404 Not Found')
    expect(dropping(`KSR.tm.t_drop_replies('a')`).last()).toBe('480 Later')
    expect(dropping(`KSR.tm.t_drop_replies('l')`).last()).toBe('480 Later')
    expect(dropping(`KSR.tm.t_drop_replies_all()`).last()).toBe('480 Later')
    expect(dropping(`KSR.x.modf('t_drop_replies')`).last()).toBe('480 Later')
  })

  it('t_save_lumps: header changes made after t_newtran are kept for later routes', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_save_lumps()); KSR.tm.t_on_failure('next'); KSR.tm.t_newtran(); KSR.hdr.append('X-Kept: 1'); say(KSR.tm.t_save_lumps()); KSR.tm.t_relay()`,
        `function next() { KSR.seturi('sip:carol@${CAROL}'); KSR.tm.t_relay() }`,
      ),
      { bob: ['486 Busy Here'] },
    )
    expect(call.said).toEqual(['-1', '1'])
    expect(call.carol.last('INVITE').header('X-Kept')).toBe('1')
  })

  it('t_use_uac_headers: CANCEL and ACK carry the headers of the INVITE as it was sent', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_use_uac_headers()); KSR.hdr.remove('From'); KSR.hdr.append('From: <sip:nobody@anonymous.invalid>;tag=anon'); KSR.tm.t_relay()`,
      ),
    )
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    expect(call.said).toEqual(['1'])
    expect(call.bob.last('CANCEL').header('From')).toContain('anonymous.invalid')
  })

  it('t_uac_send: a request of our own; "." for nothing', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_uac_send('MESSAGE', 'sip:carol@${CAROL}', '.', '.', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>\\r\\nContent-Type: text/plain\\r\\n', 'hello')); KSR.tm.t_relay()`,
      ),
    )
    expect(call.said).toEqual(['1'])
    expect(call.carol.last('MESSAGE').text).toMatch(/hello$/)
    expect(call.scripted.proxy.stat('tmTotalLocal')).toBe(1)
  })

  it('t_uac_send: next hop and socket; -1 and a log line for what is wrong', () => {
    const headers = `'From: <sip:us@here>\\r\\nTo: <sip:carol@there>'`
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_uac_send('OPTIONS', 'sip:carol@example.com', 'sip:${CAROL}', 'udp:${PROXY}', ${headers}, '')); say(KSR.tm.t_uac_send('OPTIONS', 'sip:carol@${CAROL}', '', 'udp:9.9.9.9:1', ${headers}, '')); KSR.tm.t_relay()`,
      ),
    )
    expect(call.carol.last('OPTIONS').uri).toBe('sip:carol@example.com')
    expect(call.said[0]).toBe('1')
    expect(call.said[1]).toContain('KSR.tm.t_uac_send: No local socket')
    expect(call.said[2]).toBe('-1')
  })

  it('t_uac_send: a body that is too long is the fault of the script, not of the request at hand', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_uac_send('MESSAGE', 'sip:carol@${CAROL}', '.', '.', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>', 'x'.repeat(70000))); KSR.tm.t_relay()`,
      ),
    )
    expect(call.said[0]).toContain('KSR.tm.t_uac_send: The request would be no SIP message')
    expect(call.said[1]).toBe('-1')
    expect(call.bob.requests('INVITE')).toHaveLength(1)
  })

  it('t_uac_send("INVITE."): the ACK to its 2xx is left to the script', () => {
    const send = (method: string): ScriptedCall =>
      calling(
        requestRoute(
          `KSR.tm.t_uac_send('${method}', 'sip:carol@${CAROL}', '.', '.', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>', '.'); KSR.tm.t_relay()`,
        ),
        { carol: ['200 OK'] },
      )
    expect(send('INVITE').carol.requests('ACK')).toHaveLength(1)
    expect(send('INVITE.').carol.requests('ACK')).toHaveLength(0)
  })

  it('t_msg_apply_changes in a branch route: what was changed can be read', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.hdr.append('X-One: 1'); KSR.tm.t_on_branch('branched'); KSR.tm.t_relay()`,
        `function branched() { if (KSR.pv.get('$rU') === 'bob') say(KSR.pv.get('$hdr(X-One)'), KSR.x.modf('t_msg_apply_changes'), KSR.pv.get('$hdr(X-One)')); KSR.hdr.append('X-Two: 2') }`,
      ),
    )
    expect(call.said).toEqual(['null 1 1'])
    for (const phone of [call.bob, call.carol]) {
      expect(phone.last('INVITE').all('X-One')).toEqual(['1'])
      expect(phone.last('INVITE').all('X-Two')).toEqual(['2'])
    }
  })

  it('t_msg_apply_changes: -1 for changes that would break the message, which stays as it was for this branch and the next', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_branch('branched'); KSR.tm.t_relay()`,
        `function branched() { KSR.hdr.append('X-One: 1'); if (KSR.pv.get('$rU') !== 'bob') return; KSR.hdr.append('CSeq: 9 FOO'); say(KSR.x.modf('t_msg_apply_changes'), KSR.pv.get('$fU'), KSR.pv.get('$ci')); KSR.x.drop() }`,
      ),
    )
    expect(call.said).toEqual(['-1 caller call-1'])
    expect(call.bob.requests('INVITE')).toEqual([])
    expect(call.carol.last('INVITE').all('CSeq')).toEqual(['1 INVITE'])
    expect(call.carol.last('INVITE').all('X-One')).toEqual(['1'])
  })

  it('t_cell_append_branches(tindex, tlabel): -1 not found, -3 final reply sent, else the branches are added there', () => {
    const call = calling(
      `let key = null
       function ksr_request_route() {
         if (KSR.is_INVITE()) { KSR.tm.t_newtran(); key = [KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')]; KSR.tm.t_relay(); return }
         KSR.seturi('sip:carol@${CAROL}')
         say(KSR.x.modf('t_cell_append_branches', 1, 1), KSR.x.modf('t_cell_append_branches', ...key))
         KSR.sl.send_reply(200, 'OK')
       }`,
    )
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm1' })
    expect(call.said).toEqual(['-1 1'])
    expect(call.carol.requests('INVITE')).toHaveLength(1)
    call.bob.reply(PROXY, call.bob.last('INVITE'), '200 OK')
    call.run(50)
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm2' })
    expect(call.said[1]).toBe('-1 -3')
  })

  it('t_cell_append_branches: -2 cancelled', () => {
    const call = calling(
      `let key = null
       function ksr_request_route() {
         if (KSR.is_INVITE()) { KSR.tm.t_newtran(); key = [KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')]; KSR.tm.t_relay(); return }
         if (KSR.is_CANCEL()) { KSR.tm.t_relay_cancel(); return }
         say(KSR.x.modf('t_cell_append_branches', ...key))
       }`,
      { bob: [] },
    )
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm1' })
    expect(call.said).toEqual(['-2'])
  })

  it('t_write_req, t_write_unix: not there, -1', () => {
    expect(calling(requestRoute(`say(KSR.x.modf('t_write_unix', 'a', 'b')); KSR.tm.t_relay()`)).said).toEqual(['-1'])
  })
})
