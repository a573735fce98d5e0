import { describe, expect, it } from 'vitest'
import { BOB, CAROL, requestRoute, ScriptedCall } from './scripted-call.ts'

const REPLY = `say(...['$T_reply_code', '$T_reply_reason', '$T_reply_ruid', '$T_reply_last', '$T(reply_code)', '$T(reply_reason)', '$T(reply_type)'].map((name) => KSR.pv.get(name)))`

function calling(script: string, bob: readonly string[], params = {}): ScriptedCall {
  const call = new ScriptedCall(script, { params })
  call.answer(call.bob, { invite: bob })
  call.answer(call.carol, { invite: ['486 Busy Here'] })
  call.invite()
  return call
}

describe('pseudo-variables of transactions, tm-reference 8.4', () => {
  it('$T_reply_code, $T_reply_reason, $T_reply_ruid, $T_reply_last, $T(reply_*) in a reply route', () => {
    const call = calling(requestRoute(`KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`, `function replied() { ${REPLY} }`), [
      '180 Ringing loudly',
      '486 Busy Here',
    ])
    expect(call.said).toEqual(['180 Ringing loudly null 180 180 Ringing loudly 0', '486 Busy Here null 486 486 Busy Here 0'])
  })

  it('the same in a failure route are about the winner; $T_reply_last is null there', () => {
    const call = calling(requestRoute(`KSR.tm.t_on_failure('failed'); KSR.tm.t_relay()`, `function failed() { ${REPLY} }`), [
      '486 Busy Here',
    ])
    expect(call.said).toEqual(['486 Busy Here null null 486 Busy Here 0'])
    const silent = calling(requestRoute(`KSR.tm.t_on_failure('failed'); KSR.tm.t_relay()`, `function failed() { ${REPLY} }`), [], {
      fr_timer: 500,
    })
    silent.run(600)
    expect(silent.said).toEqual(['408 Request Timeout null null 408 Request Timeout 1'])
  })

  it('in a request route: nothing, or the code sent', () => {
    const call = calling(requestRoute(`${REPLY}; KSR.tm.t_newtran(); KSR.tm.t_reply(183, 'Wait'); ${REPLY}`), [])
    expect(call.said).toEqual(['0 null null null 0 null 0', '183 null null 0 183 null 0'])
  })

  it('$T_branch_idx, $T(branch_index), $T_branch(uri|flags|ruid)', () => {
    const call = calling(
      requestRoute(
        `KSR.corex.append_branch_uri('sip:carol@${CAROL}'); KSR.setbflag(3); KSR.tm.t_on_branch('branched'); KSR.tm.t_relay()`,
        `function branched() { say(...['$T_branch_idx', '$T(branch_index)', '$T_branch(uri)', '$T_branch(flags)', '$T_branch(ruid)'].map((name) => KSR.pv.get(name))) }`,
      ),
      [],
    )
    expect(call.said).toEqual([`0 0 sip:bob@${BOB} 8 null`, `1 1 sip:carol@${CAROL} 0 null`])
  })

  it('$T(id_index), $T(id_label): the numbers of tm.list', () => {
    const call = calling(
      requestRoute(
        `say(KSR.pv.get('$T(id_label)'), KSR.pv.get('$T(id_index_n)')); KSR.tm.t_newtran(); say(typeof KSR.pv.get('$T(id_index)'), KSR.pv.get('$T(id_label)') === KSR.pv.get('$T(id_label_n)'))`,
      ),
      [],
    )
    expect(call.said).toEqual(['null 0', 'number true'])
  })

  it('$T_req(pv) in a reply route: the request', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_reply('replied'); KSR.tm.t_relay()`,
        `function replied() { say(KSR.pv.get('$T_req($rm)'), KSR.pv.get('$T_req(rU)'), KSR.pv.get('$T_req($si)'), KSR.pv.get('$rs')) }`,
      ),
      ['180 Ringing'],
    )
    expect(call.said).toEqual(['INVITE bob 10.0.0.2 180'])
  })

  it('$T_rpl(pv) in a failure route: the winning reply', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_failure('failed'); KSR.tm.t_relay()`,
        `function failed() { say(KSR.pv.get('$T_rpl($rs)'), KSR.pv.get('$T_rpl($hdr(Contact))'), KSR.pv.get('$rm')) }`,
      ),
      ['486 Busy Here'],
    )
    expect(call.said).toEqual([`486 <sip:callee@${BOB}> INVITE`])
  })

  it('$T_inv(pv) for a CANCEL: its INVITE', () => {
    const call = calling(
      `function ksr_request_route() { if (KSR.is_CANCEL()) { say(KSR.pv.get('$T_inv($rm)'), KSR.pv.get('$T_inv($hdr(Contact))'), KSR.pv.get('$T_inv($mf)')); KSR.tm.t_relay_cancel(); return } KSR.setflag(2); KSR.tm.t_relay() }`,
      ['180 Ringing'],
    )
    call.cancel(call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }))
    expect(call.said).toEqual(['INVITE <sip:caller@10.0.0.2:5060> 4'])
  })

  it('outside of a transaction they are null', () => {
    const call = calling(requestRoute(`say(KSR.pv.get('$T_req($rm)'), KSR.pv.get('$T_rpl($rs)'), KSR.pv.get('$T_inv($rm)'))`), [])
    expect(call.said).toEqual(['null null null'])
  })
})
