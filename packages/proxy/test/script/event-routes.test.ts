import { describe, expect, it } from 'vitest'
import { tmParametersFrom } from '../../src/tm/parameters.ts'
import { BOB, CAROL, PROXY, requestRoute, ScriptedCall } from './scripted-call.ts'

function calling(
  script: string,
  params: Readonly<Record<string, number | string>> = {},
  bob: readonly string[] = ['180 Ringing'],
): ScriptedCall {
  const call = new ScriptedCall(script, { params })
  call.answer(call.bob, { invite: bob })
  return call
}

describe('ksr_reply_route and on_sl_reply, tm-reference 2.6, 6 and 7', () => {
  it('ksr_reply_route: every reply, before TM; drop discards it', () => {
    const call = calling(
      requestRoute(
        'KSR.tm.t_relay()',
        `function ksr_reply_route() { say(KSR.pv.get('$rs')); if (KSR.pv.get('$rs') === 180) KSR.x.drop() }`,
      ),
      {},
      ['180 Ringing', '200 OK'],
    )
    call.invite()
    expect(call.said).toEqual(['180', '200'])
    expect(call.statuses).toEqual([100, 200])
  })

  /** A reply to a request that we never relayed; Alice is behind us in its Via. */
  function stray(body: string): ScriptedCall {
    const call = calling(requestRoute('KSR.tm.t_relay()', `function stray(event) { ${body} }`), { on_sl_reply: 'stray' })
    const lines = [
      'SIP/2.0 200 OK',
      `Via: SIP/2.0/UDP ${PROXY};branch=z9hG4bKother`,
      `Via: SIP/2.0/UDP ${call.alice.address};branch=z9hG4bKa`,
      'From: <sip:a@b>;tag=1',
      'To: <sip:c@d>;tag=2',
      'Call-ID: stray',
      'CSeq: 1 MESSAGE',
      'Content-Length: 0',
      '',
      '',
    ]
    call.world.send(BOB, PROXY, lines.join('\r\n'))
    call.run(50)
    return call
  }

  it('on_sl_reply: replies of no transaction; forwarded unless it returns 0 or drops', () => {
    const forwarded = stray(`say(event, KSR.pv.get('$rs'), KSR.tmx.t_is_reply_route()); return 1`)
    expect(forwarded.said).toEqual(['on_sl_reply 200 1'])
    expect(forwarded.alice.statuses('MESSAGE')).toEqual([200])
    expect(stray(`return 0`).alice.received).toEqual([])
    expect(stray(`KSR.x.drop()`).alice.received).toEqual([])
    expect(stray(``).alice.statuses('MESSAGE')).toEqual([200])
  })
})

describe('ksr_onsend_route, tm-reference 7', () => {
  it('each outgoing request, with where it goes; not retransmissions', () => {
    const call = calling(
      requestRoute(
        `KSR.setflag(4); KSR.pv.sets('$avp(a)', 'kept'); KSR.tm.t_relay()`,
        `function ksr_onsend_route() { say(KSR.pv.get('$rm'), KSR.pv.get('$ru'), KSR.pv.get('$sndto(ip)'), KSR.pv.get('$sndto(port)'), KSR.pv.get('$sndto(proto)'), KSR.pv.get('$sndfrom(ip)'), KSR.isflagset(4)) }`,
      ),
      {},
      [],
    )
    call.invite()
    call.run(700)
    expect(call.said).toEqual([`INVITE sip:bob@${BOB} 10.0.0.3 5060 udp 10.0.0.1 true`])
    expect(call.bob.requests('INVITE').length).toBeGreaterThan(1)
  })

  it('drop: the branch is not sent, which is a send error', () => {
    const call = calling(requestRoute(`say(KSR.tm.t_relay())`, `function ksr_onsend_route() { KSR.x.drop() }`))
    call.invite()
    expect(call.said).toEqual(['-477'])
    expect(call.bob.received).toEqual([])
    expect(call.statuses).toEqual([100, 477])
  })

  it('stateless requests, too', () => {
    const call = calling(
      requestRoute(
        `say(KSR.tm.t_relay())`,
        `function ksr_onsend_route() { say('onsend', KSR.pv.get('$rm'), KSR.pv.get('$sndto(ip)')); if (KSR.pv.get('$ci') === 'no') KSR.x.drop() }`,
      ),
    )
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, callId: 'yes' })
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}`, callId: 'no' })
    expect(call.bob.requests('ACK')).toHaveLength(1)
    expect(call.said).toEqual(['onsend ACK 10.0.0.3', '1', 'onsend ACK 10.0.0.3', '-477'])
  })

  it('sees the flags of a stateless request whether its next hop is an address or a name', () => {
    const call = new ScriptedCall(
      requestRoute(`KSR.setflag(4); KSR.tm.t_relay()`, `function ksr_onsend_route() { say(KSR.pv.get('$ru'), KSR.isflagset(4)) }`),
      { names: { 'bob.example': '10.0.0.3' } },
    )
    for (const host of ['10.0.0.3', 'bob.example']) call.request({ method: 'ACK', uri: `sip:bob@${host}`, toTag: 'x' })
    expect(call.said).toEqual(['sip:bob@10.0.0.3 true', 'sip:bob@bob.example true'])
  })

  it('replies only with onsend_route_reply; drop: not sent', () => {
    const script = requestRoute(
      'KSR.tm.t_relay()',
      `function ksr_onsend_route() { say(KSR.pv.get('$rs')); if (KSR.pv.get('$rs') === 180) KSR.x.drop() }`,
    )
    const off = calling(script)
    off.invite()
    expect(off.said).toEqual(['null'])
    const on = calling(script, { onsend_route_reply: 1 }, ['180 Ringing', '183 Progress'])
    on.invite()
    expect(on.said).toEqual(['100', 'null', '180', '183'])
    expect(on.statuses).toEqual([100, 183])
  })
})

describe('event_callback and its like, tm-reference 2.6 and 7', () => {
  const send = `KSR.tm.t_uac_send('INVITE', 'sip:carol@${CAROL}', '.', '.', 'From: <sip:us@here>\\r\\nTo: <sip:carol@there>\\r\\n', '.')`

  it('tm:local-request: requests of our own and the ACK to their 2xx; headers may be added', () => {
    const call = calling(
      requestRoute(
        `say(${send}); KSR.sl.send_reply(200, 'OK')`,
        `function event(name) { say(name, KSR.pv.get('$rm')); KSR.hdr.append('P-Hint: ours') }`,
      ),
      { event_callback: 'event' },
    )
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.said).toEqual(['tm:local-request INVITE', '1', 'tm:local-request ACK'])
    expect(call.carol.last('INVITE').header('P-Hint')).toBe('ours')
    expect(call.carol.last('ACK').header('P-Hint')).toBe('ours')
  })

  it('tm:local-request: drop cancels it', () => {
    const call = calling(requestRoute(`say(${send}); KSR.sl.send_reply(200, 'OK')`, `function event() { KSR.x.drop() }`), {
      event_callback: 'event',
    })
    call.invite()
    expect(call.said.at(-1)).toBe('-1')
    expect(call.carol.received).toEqual([])
    expect(call.current).toBe(0)
  })

  it('tm:local-request: nothing relays or answers there', () => {
    expect(() =>
      calling(requestRoute('', `function event() { KSR.tm.t_newtran() }\nfunction never() {}`), { event_callback: 'other' }),
    ).not.toThrow()
    const call = calling(
      requestRoute(`${send}; KSR.sl.send_reply(200, 'OK')`, `function event() { const name = 't_newtran'; KSR.tm[name]() }`),
      { event_callback: 'event' },
    )
    call.invite()
    expect(call.said[0]).toContain(
      'KSR.tm.t_newtran may not be called in a local-request route, only in a request, branch-failure or event route',
    )
  })

  it('evlreq_mode: CANCEL and ACK made here, too', () => {
    const script = requestRoute('KSR.tm.t_relay()', `function event(name) { say(name, KSR.pv.get('$rm')) }`)
    const said = (mode: number): readonly string[] => {
      const call = calling(script, { event_callback: 'event', evlreq_mode: mode })
      call.cancel(call.invite())
      return call.said
    }
    expect(said(0)).toEqual([])
    expect(said(1)).toEqual(['tm:local-request CANCEL'])
    expect(said(3)).toEqual(['tm:local-request CANCEL', 'tm:local-request ACK'])
  })

  it('tm:local-response-sent: after replies made here, not after relayed ones', () => {
    const call = calling(
      requestRoute('KSR.tm.t_relay()', `function sent(name) { say(name, KSR.pv.get('$rs'), KSR.pv.get('$rr')) }`),
      { event_callback_lres_sent: 'sent', auto_inv_100_reason: 'trying' },
      ['486 Busy Here'],
    )
    call.invite()
    expect(call.said).toEqual(['tm:local-response-sent 100 trying'])
  })

  it('tm:local-ack-sent: after the ACK to a 2xx of ours', () => {
    const call = calling(requestRoute(`${send}; KSR.sl.send_reply(200, 'OK')`, `function acked(name) { say(name, KSR.pv.get('$rm')) }`), {
      evcb_local_ack_sent: 'acked',
    })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.said).toEqual(['tm:local-ack-sent ACK'])
  })

  it('tm:branch-failure:NAME goes to event_callback where there is no function of that name', () => {
    const call = calling(
      requestRoute(
        `KSR.tm.t_on_branch_failure('lost'); KSR.tm.t_relay()`,
        `function event(name) { say(name, KSR.tm.t_get_status_code()) }`,
      ),
      { event_callback: 'event' },
      ['486 Busy Here'],
    )
    call.invite()
    expect(call.said).toEqual(['tm:branch-failure:lost 486'])
  })

  it('contacts_avp requires contact_flows_avp, tm-reference 2.6', () => {
    expect(() => tmParametersFrom({ contacts_avp: 'tm_contacts' })).toThrow("'contacts_avp' and 'contact_flows_avp' need each other")
    expect(tmParametersFrom({ contacts_avp: 'tm_contacts', contact_flows_avp: 'tm_flows' }).contacts_avp).toBe('tm_contacts')
  })

  it('a parameter that names no function is a script error, and nothing stops', () => {
    const call = calling(requestRoute('KSR.tm.t_relay()'), { event_callback_lres_sent: 'missing' })
    call.invite()
    expect(call.said[0]).toContain('there is no function missing()')
    expect(call.statuses).toEqual([100, 180])
  })
})
