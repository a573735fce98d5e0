import { describe, expect, it } from 'vitest'
import { BOB, CAROL, DAVE, requestRoute, ScriptedCall } from './scripted-call.ts'

const [EVE, VOICEMAIL] = [DAVE, CAROL]

/** The examples of the article that users know the transaction module from, in JavaScript where they were in the native script. */
describe("the article's examples", () => {
  it('parallel forking: every destination at once', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.seturi('sip:a@${BOB}'); KSR.corex.append_branch_uri('sip:b@${CAROL}'); KSR.corex.append_branch_uri('sip:c@${EVE}'); KSR.tm.t_relay()`,
      ),
    )
    call.invite()
    for (const phone of [call.bob, call.carol, call.dave]) expect(phone.requests('INVITE')).toHaveLength(1)
  })

  it('mixed forking: d alone, then b and c together, then a; with the failure route that the article forgets to arm', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.seturi('sip:a@${BOB}')
         KSR.corex.append_branch_uri_q('sip:b@${BOB}', '0.5')
         KSR.corex.append_branch_uri_q('sip:c@${BOB}', '0.5')
         KSR.corex.append_branch_uri_q('sip:d@${BOB}', '1.0')
         KSR.tm.t_load_contacts()
         KSR.tm.t_next_contacts()
         KSR.tm.t_on_failure('serial')
         KSR.tm.t_relay()`,
        `function serial() {
           if (KSR.tm.t_next_contacts() < 0) KSR.x.exit()
           KSR.tm.t_on_failure('serial')
           KSR.tm.t_relay()
         }`,
      ),
      { params: { contacts_avp: 'tm_contacts', contact_flows_avp: 'tm_contact_flows' } },
    )
    const steps: { readonly name: string; readonly at: number }[] = []
    call.bob.onMessage = (message, from) => {
      if (message.method !== 'INVITE') return
      steps.push({ name: message.uri[4], at: call.world.now() })
      call.world.after(40, () => call.bob.reply(from, message, '480 Later'))
    }
    call.invite()
    call.run(500)
    expect(steps.map((step) => step.name).join('')).toBe('dbca')
    expect(steps[2].at).toBe(steps[1].at)
    expect(new Set(steps.map((step) => step.at)).size).toBe(3)
    expect(call.last()).toBe('480 Later')
  })

  it('t_relay that fails: one reply, not two', () => {
    const call = new ScriptedCall(requestRoute(`if (KSR.tm.t_relay() < 0) KSR.sl.sl_reply_error()`))
    call.scripted.proxy.unsendable.add(BOB)
    call.invite()
    expect(call.statuses.filter((status) => status >= 200)).toEqual([477])
  })

  it('t_relay_to_udp("1.2.3.4", "5060") else t_relay_to_tcp()', () => {
    const script = requestRoute(
      `if (KSR.pv.get('$hdr(X-Udp)') !== null) KSR.x.modf('t_relay_to_udp', '${CAROL.split(':')[0]}', '5060'); else KSR.x.modf('t_relay_to_tcp')`,
    )
    const tcp = new ScriptedCall(script)
    tcp.invite()
    expect(tcp.bobOverTcp.requests('INVITE')).toHaveLength(1)
    const udp = new ScriptedCall(script)
    udp.invite({ headers: ['X-Udp: 1'] })
    expect(udp.carol.requests('INVITE')).toHaveLength(1)
  })

  it('event_callback "ksr_tm_event": told of requests of our own', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.tm.t_uac_send('OPTIONS', 'sip:carol@${CAROL}', '', '', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>', ''); KSR.sl.send_reply(200, 'OK')`,
        `function ksr_tm_event(evname) { say('===== TM module triggered event: ' + evname); return 1 }`,
      ),
      { params: { event_callback: 'ksr_tm_event' } },
    )
    call.invite()
    expect(call.said).toEqual(['===== TM module triggered event: tm:local-request'])
    expect(call.carol.requests('OPTIONS')).toHaveLength(1)
  })

  it('t_is_set guards: hooks are armed once', () => {
    const call = new ScriptedCall(
      requestRoute(
        `arm(); arm(); KSR.tm.t_relay()`,
        `function arm() {
           if (!(KSR.tm.t_is_set('branch_route') > 0)) { say('branch'); KSR.tm.t_on_branch('ksr_branch_manage') }
           if (!(KSR.tm.t_is_set('onreply_route') > 0)) { say('reply'); KSR.tm.t_on_reply('ksr_onreply_manage') }
           if (!(KSR.tm.t_is_set('failure_route') > 0) && KSR.is_INVITE()) { say('failure'); KSR.tm.t_on_failure('ksr_failure_manage') }
         }
         function ksr_branch_manage() { say('new branch ' + KSR.pv.get('$T_branch_idx') + ' to ' + KSR.pv.get('$ru')) }
         function ksr_onreply_manage() { say('reply ' + KSR.kx.gets_status()) }
         function ksr_failure_manage() { if (KSR.tm.t_is_canceled() > 0) return; say('failed') }`,
      ),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    expect(call.said).toEqual(['branch', 'reply', 'failure', `new branch 0 to sip:bob@${BOB}`, 'reply 486', 'failed'])
  })

  it('branch_route that discards a URI by its address', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.corex.append_branch_uri('sip:bob@1.2.3.4'); KSR.tm.t_on_branch('op3'); if (KSR.tm.t_relay() < 0) KSR.sl.sl_send_reply(500, 'relaying failed')`,
        `function op3() { if (/1\\.2\\.3\\.4/.test(KSR.pv.get('$ru'))) KSR.x.drop() }`,
      ),
    )
    call.invite()
    expect(call.bob.requests('INVITE')).toHaveLength(1)
    expect(call.world.sent(call.scripted.address, '1.2.3.4:5060')).toEqual([])
  })

  it('failure_route that sends to the voice mail', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.tm.t_on_failure('op1'); if (KSR.tm.t_relay() < 0) KSR.sl.sl_send_reply(500, 'relaying failed')`,
        `function op1() { if (KSR.is_method('INVITE')) { KSR.seturi(KSR.pv.get('$ou')); KSR.tm.t_relay_to_proxy('udp:${VOICEMAIL}') } }`,
      ),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.carol.last('INVITE').uri).toBe(`sip:bob@${BOB}`)
    expect(call.statuses).toEqual([100, 200])
  })

  it('failure_route that ends when the caller has hung up', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.tm.t_on_failure('MANAGE_FAILURE'); KSR.tm.t_relay()`,
        `function MANAGE_FAILURE() { if (KSR.tm.t_is_canceled() > 0) KSR.x.exit(); say('never') }`,
      ),
    )
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.cancel(call.invite())
    expect(call.said).toEqual([])
    expect(call.statuses).toEqual([100, 180, 487])
  })

  it('onreply routes: the general one, one per transaction that drops 183, one per branch', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.seturi('sip:bob@${BOB}'); KSR.corex.append_branch_uri('sip:alice@${CAROL}'); KSR.tm.t_on_reply('global'); KSR.tm.t_on_branch('one'); KSR.tm.t_relay()`,
        `function ksr_reply_route() { say('received a reply from ' + KSR.pv.get('$si')) }
         function global() { if (KSR.tm.t_check_status('1[0-9][0-9]') > 0) { KSR.setflag(1); say('provisional reply received'); if (KSR.tm.t_check_status('183') > 0) KSR.x.drop() } }
         function one() { if (KSR.pv.get('$rU') === 'alice') KSR.tm.t_on_reply('alice') }
         function alice() { say('received reply on the branch from alice') }`,
      ),
    )
    call.answer(call.bob, { invite: ['183 Progress'] })
    call.invite()
    expect(call.said).toEqual(['received a reply from 10.0.0.3', 'provisional reply received'])
    expect(call.statuses).toEqual([100])
    call.carol.reply(call.scripted.address, call.carol.last('INVITE'), '180 Ringing')
    call.run(50)
    expect(call.said.slice(2)).toEqual(['received a reply from 10.0.0.4', 'received reply on the branch from alice'])
    expect(call.statuses).toEqual([100, 180])
  })

  it('local_route: the last word on requests of our own', () => {
    const call = new ScriptedCall(
      requestRoute(
        `for (const to of ['sip:carol@${CAROL}', 'sip:x@foreign.com']) KSR.tm.t_uac_send('INVITE', to, 'sip:${CAROL}', '', 'From: <sip:us@here>\\r\\nTo: <' + to + '>', ''); KSR.sl.send_reply(200, 'OK')`,
        `function local(event) { if (KSR.is_method('INVITE') && /@foreign\\.com/.test(KSR.pv.get('$ru'))) KSR.hdr.append('P-hint: foreign request') }`,
      ),
      { params: { event_callback: 'local' } },
    )
    call.invite()
    expect(call.carol.requests('INVITE').map((invite) => invite.header('P-hint'))).toEqual(['', 'foreign request'])
  })
})
