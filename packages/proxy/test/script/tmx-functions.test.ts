import { describe, expect, it } from 'vitest'
import { BOB, CAROL, PROXY, requestRoute, ScriptedCall } from './scripted-call.ts'

const FORK = `KSR.seturi('sip:bob@${BOB}'); KSR.corex.append_branch_uri('sip:carol@${CAROL}');`

function calling(script: string, bob: readonly string[] = ['180 Ringing'], carol: readonly string[] = ['180 Ringing']): ScriptedCall {
  const call = new ScriptedCall(script)
  call.answer(call.bob, { invite: bob })
  call.answer(call.carol, { invite: carol })
  call.invite()
  return call
}

describe('tm-reference 8.2, tmx', () => {
  it('t_precheck_trans(): 1 if the same request is being processed or exists', () => {
    const call = calling(
      requestRoute(`say(KSR.tmx.t_precheck_trans()); KSR.tm.t_newtran(); say(KSR.tmx.t_precheck_trans()); KSR.tm.t_relay()`),
    )
    expect(call.said).toEqual(['-1', '1'])
    const off = new ScriptedCall(requestRoute(`KSR.tm.t_newtran(); say(KSR.tmx.t_precheck_trans())`), { params: { precheck_trans: 0 } })
    off.invite()
    expect(off.said).toEqual(['-1'])
  })

  it.each([
    ['this', 1, 0],
    ['others', 0, 1],
    ['all', 1, 1],
  ] as const)("t_cancel_branches('%s')", (which, bob, carol) => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`,
        `function replied() { if (KSR.pv.get('$rs') === 183) say(KSR.tmx.t_cancel_branches('${which}')) }`,
      ),
    )
    call.bob.reply(PROXY, call.bob.last('INVITE'), '183 Progress')
    call.run(50)
    expect(call.said).toEqual(['1'])
    expect(call.bob.requests('CANCEL')).toHaveLength(bob)
    expect(call.carol.requests('CANCEL')).toHaveLength(carol)
  })

  it('t_cancel_branch_idx(index)', () => {
    const call = calling(
      requestRoute(
        `${FORK} KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`,
        `function replied() { if (KSR.pv.get('$rs') === 183) say(KSR.x.modf('t_cancel_branch_idx', 1), KSR.x.modf('t_cancel_branch_idx', 7)) }`,
      ),
    )
    call.bob.reply(PROXY, call.bob.last('INVITE'), '183 Progress')
    call.run(50)
    expect(call.said).toEqual(['1 -1'])
    expect(call.bob.requests('CANCEL')).toHaveLength(0)
    expect(call.carol.requests('CANCEL')).toHaveLength(1)
  })

  /** Bob rings; then a MESSAGE runs `code`. */
  function aside(code: string, failure = ''): ScriptedCall {
    const call = calling(
      `function ksr_request_route() { if (KSR.is_INVITE()) { ${failure === '' ? '' : "KSR.tm.t_on_failure('failed');"} KSR.tm.t_relay(); return } say(${code}); KSR.sl.send_reply(200, 'OK') }\nfunction failed() { ${failure} }`,
    )
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm1' })
    return call
  }

  it('t_cancel_callid(callid, cseq, flag): cancels that call and sets the flag for its routes; -1 not found', () => {
    const call = aside(
      `KSR.tmx.t_cancel_callid('call-1', '1', 21), KSR.tmx.t_cancel_callid('other', '1', 21)`,
      `say('failed', KSR.isflagset(21))`,
    )
    expect(call.said).toEqual(['1 -1', 'failed true'])
    expect(call.statuses).toEqual([100, 180, 487])
  })

  it('t_cancel_callid_reason(callid, cseq, flag, code), t_cancel_callid(callid, cseq, flag, code): the code is the Reason', () => {
    for (const code of [`KSR.tmx.t_cancel_callid_reason('call-1', '1', 0, 580)`, `KSR.x.modf('t_cancel_callid', 'call-1', '1', 0, 580)`])
      expect(aside(code).bob.last('CANCEL').header('Reason')).toBe('SIP;cause=580')
  })

  it('t_reply_callid(callid, cseq, code, reason): answers that call; -1 not found', () => {
    const call = aside(`KSR.tmx.t_reply_callid('call-1', '1', 480, 'Enough'), KSR.tmx.t_reply_callid('other', '1', 480, 'Enough')`)
    expect(call.said).toEqual(['1 -1'])
    expect(call.last()).toBe('480 Enough')
    expect(call.bob.requests('CANCEL')).toHaveLength(1)
  })

  it('t_flush_flags(), t_flush_xflags(): message flags set after the relay reach later routes', () => {
    const failed = (flush: string): readonly string[] =>
      calling(
        requestRoute(
          `KSR.tm.t_on_failure('failed'); KSR.tm.t_relay(); KSR.setflag(9); ${flush}`,
          `function failed() { say(KSR.isflagset(9)) }`,
        ),
        ['486 Busy Here'],
      ).said
    expect(failed('')).toEqual(['false'])
    expect(failed('KSR.tmx.t_flush_flags()')).toEqual(['true'])
    expect(failed('KSR.tmx.t_flush_xflags()')).toEqual(['true'])
  })

  it('t_is_request_route, t_is_branch_route, t_is_failure_route, t_is_reply_route', () => {
    const call = calling(
      requestRoute(
        `where(); KSR.tm.t_on_branch('where'); KSR.tm.t_on_failure('where'); KSR.tm.t_on_reply('where'); KSR.tm.t_relay()`,
        `function where() { say(KSR.tmx.t_is_request_route(), KSR.tmx.t_is_branch_route(), KSR.tmx.t_is_failure_route(), KSR.tmx.t_is_reply_route()) }`,
      ),
      ['486 Busy Here'],
    )
    expect(call.said).toEqual(['1 -1 -1 -1', '-1 1 -1 -1', '-1 -1 -1 1', '-1 -1 1 -1'])
  })

  it('t_suspend, t_continue(tindex, tlabel, route): the route goes on as a failure route', () => {
    const call = new ScriptedCall(
      `let key = null
       function ksr_request_route() {
         if (KSR.is_INVITE()) { say(KSR.tmx.t_suspend()); key = [KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)')]; return }
         say(KSR.tmx.t_continue(...key, 'resumed'), KSR.tmx.t_continue(...key, 'resumed'), KSR.tmx.t_continue(3, 3, 'resumed'))
         KSR.sl.send_reply(200, 'OK')
       }
       function resumed() { say(KSR.pv.get('$rm'), KSR.tmx.t_is_failure_route(), KSR.tm.t_relay()) }`,
    )
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.invite()
    expect(call.statuses).toEqual([100])
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm1' })
    expect(call.said).toEqual(['1', 'INVITE 1 1', '1 -2 -1'])
    expect(call.statuses).toEqual([100, 180])
  })

  it('t_drop([rcode]): the transaction ends without a word', () => {
    for (const code of ['KSR.tmx.t_drop()', 'KSR.tmx.t_drop_rcode(480)', `KSR.x.modf('t_drop', 480)`]) {
      const call = calling(requestRoute(`KSR.tm.t_newtran(); say(${code})`))
      call.run(6000)
      expect(call.said).toEqual(['1'])
      expect(call.alice.received).toEqual([])
      expect(call.current).toBe(0)
    }
  })

  it('t_reuse_branch(): the failed branch once more', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_branch_failure('lost'); KSR.tm.t_relay()`,
        `function lost() { say(KSR.tmx.t_reuse_branch()); KSR.tm.t_relay() }`,
      ),
      ['480 Later'],
    )
    expect(call.said).toEqual(['1'])
    expect(call.bob.requests('INVITE').map((invite) => invite.uri)).toEqual([`sip:bob@${BOB}`, `sip:bob@${BOB}`])
    expect(call.statuses).toEqual([100, 480])
  })

  it('t_uac_ack_local(callid, cseq, headers, body): the ACK that INVITE. leaves to the script', () => {
    const call = new ScriptedCall(
      requestRoute(`
      if (KSR.pv.get('$rm') === 'INFO') { say(KSR.tmx.t_uac_ack_local('ours', '10', 'Content-Type: application/sdp\\r\\n', 'v=0'), KSR.tmx.t_uac_ack_local('none', '10', '', '')); return }
      KSR.tm.t_uac_send('INVITE.', 'sip:carol@${CAROL}', '.', '.', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>\\r\\nCall-ID: ours\\r\\n', '.')`),
    )
    call.answer(call.carol, { invite: ['200 OK'] })
    call.request({ method: 'MESSAGE', uri: `sip:x@${BOB}`, callId: 'm1' })
    expect(call.carol.requests('ACK')).toHaveLength(0)
    call.request({ method: 'INFO', uri: `sip:x@${BOB}`, callId: 'm2' })
    expect(call.said).toEqual(['1 -1'])
    const ack = call.carol.last('ACK')
    expect(ack.uri).toBe(`sip:callee@${CAROL}`)
    expect(ack.toTag).toBe(`to-${CAROL}`)
    expect(ack.header('Content-Length')).toBe('3')
    expect(ack.text).toMatch(/v=0$/)
  })

  it('t_vbflag_set, t_vbflag_reset, t_vbflag_is_set: flags of the branch at hand', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`,
        `function replied() { const ask = () => KSR.x.modf('t_vbflag_is_set', 4); say(ask(), KSR.x.modf('t_vbflag_set', 4), ask(), KSR.isbflagset(4)); if (KSR.pv.get('$rs') === 200) say(KSR.x.modf('t_vbflag_reset', 4), ask()) }`,
      ),
      ['180 Ringing', '200 OK'],
    )
    expect(call.said).toEqual(['-1 1 1 true', '1 1 1 true', '1 -1'])
  })
})
