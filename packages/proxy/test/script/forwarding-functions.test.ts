import { describe, expect, it } from 'vitest'
import { BOB, CAROL, PROXY, requestRoute, ScriptedCall } from './scripted-call.ts'

const [CAROL_HOST] = CAROL.split(':')

/** A call that a request route of this body relays; returns it after 50 ms. */
function relayed(body: string, options: ConstructorParameters<typeof ScriptedCall>[1] = {}): ScriptedCall {
  const call = new ScriptedCall(requestRoute(body), options)
  call.answer(call.bob, { invite: ['180 Ringing'] })
  call.answer(call.carol, { invite: ['180 Ringing'] })
  call.answer(call.bobOverTcp, { invite: ['180 Ringing'] })
  call.invite()
  return call
}

/** The native script's form. */
function native(name: string, ...args: readonly (string | number)[]): string {
  return `KSR.x.modf(${[name, ...args].map((arg) => JSON.stringify(arg)).join(', ')})`
}

describe('tm-reference 8.1: t_relay', () => {
  it('t_relay(): creates the transaction, relays to the Request-URI, 1', () => {
    const call = relayed(`say(KSR.tm.t_exists(), KSR.tm.t_relay(), KSR.tm.t_exists())`)
    expect(call.said).toEqual(['-1 1 1'])
    expect(call.bob.last('INVITE').uri).toBe(`sip:bob@${BOB}`)
    expect(call.statuses).toEqual([100, 180])
  })

  it('t_relay(host, port): to that host, over the protocol that the request came with', () => {
    const call = relayed(`say(${native('t_relay', CAROL_HOST, '5060')})`)
    expect(call.said).toEqual(['1'])
    expect(call.carol.last('INVITE').uri).toBe(`sip:bob@${BOB}`)
    expect(call.bob.received).toEqual([])
  })

  it('t_relay(): an ACK to a 2xx is forwarded statelessly, 1', () => {
    const call = new ScriptedCall(requestRoute(`say(KSR.tm.t_relay())`))
    call.request({ method: 'ACK', uri: `sip:bob@${BOB}` })
    expect(call.said).toEqual(['1'])
    expect(call.bob.requests('ACK')).toHaveLength(1)
    expect(call.current).toBe(0)
  })

  it('t_relay(): a CANCEL is handled as 6.3', () => {
    const call = new ScriptedCall(`function ksr_request_route() { say(KSR.pv.get('$rm'), KSR.tm.t_relay()) }`)
    call.answer(call.bob, { invite: ['180 Ringing'] })
    call.cancel(call.invite())
    expect(call.said).toEqual(['INVITE 1', 'CANCEL 1'])
    expect(call.last('CANCEL')).toBe('200 canceling')
    expect(call.last()).toBe('487 Request Terminated')
  })

  it('t_relay(): a retransmission is absorbed before the script', () => {
    const call = relayed(`say(KSR.tm.t_relay())`)
    call.alice.again(
      PROXY,
      call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, branch: `z9hG4bK-${call.alice.address}-1` }),
    )
    call.run(50)
    expect(call.said).toEqual(['1'])
    expect(call.statuses).toEqual([100, 180, 180])
  })

  it('t_relay(): < 0 on error, and TM answers when the script ends, 8.3', () => {
    const call = new ScriptedCall(requestRoute(`say(KSR.tm.t_relay())`))
    call.scripted.proxy.unsendable.add(BOB)
    call.invite()
    expect(call.said).toEqual(['-477'])
    expect(call.last()).toBe('477 Unfortunately error on sending to next hop occurred (477/TM)')
  })

  it('t_relay_to_udp, t_relay_to_tcp without arguments: the Request-URI over that protocol', () => {
    const udp = relayed(`say(${native('t_relay_to_udp')})`)
    expect(udp.bob.requests('INVITE')).toHaveLength(1)
    const tcp = relayed(`say(${native('t_relay_to_tcp')})`)
    expect(tcp.said).toEqual(['1'])
    expect(tcp.bobOverTcp.last('INVITE').header('Via')).toContain('SIP/2.0/TCP')
    expect(tcp.bob.received).toEqual([])
  })

  it('t_relay_to_udp(ip, port): there', () => {
    const call = relayed(`say(${native('t_relay_to_udp', CAROL_HOST, '5060')})`)
    expect(call.carol.requests('INVITE')).toHaveLength(1)
  })

  it('t_relay_to_tls, t_relay_to_sctp: an error where nothing listens for them', () => {
    const call = relayed(`say(${native('t_relay_to_tls')} < 0, ${native('t_relay_to_sctp', CAROL_HOST, '5060')} < 0)`)
    expect(call.said).toEqual(['true true'])
  })

  it('t_relay_to(proxy, flags), t_relay_to(flags): 1 no 100, 2 no internal reply', () => {
    const quiet = relayed(`say(${native('t_relay_to', `udp:${CAROL}`, '0x01')})`)
    expect(quiet.carol.requests('INVITE')).toHaveLength(1)
    expect(quiet.statuses).toEqual([180])
    const flags = relayed(`say(${native('t_relay_to', '1')})`)
    expect(flags.statuses).toEqual([180])
    const proxy = relayed(`say(${native('t_relay_to', CAROL)})`)
    expect(proxy.carol.requests('INVITE')).toHaveLength(1)
  })

  it('t_relay_to_flags(2): no internal reply; the error is kept for t_reply_error', () => {
    const call = new ScriptedCall(requestRoute(`say(KSR.tm.t_relay_to_flags(2)); KSR.tm.t_reply_error()`))
    call.scripted.proxy.unsendable.add(BOB)
    call.invite()
    expect(call.last()).toBe('477 Unfortunately error on sending to next hop occurred (477/TM)')
  })

  it('t_relay_to_proxy(proxy), t_relay_to_proxy(proxy, flags), t_relay_to_proxy_flags', () => {
    expect(relayed(`say(KSR.tm.t_relay_to_proxy('udp:${CAROL}'))`).carol.requests('INVITE')).toHaveLength(1)
    expect(relayed(`say(${native('t_relay_to_proxy', CAROL, 1)})`).statuses).toEqual([180])
    expect(relayed(`say(KSR.tm.t_relay_to_proxy_flags('${CAROL}', 1))`).statuses).toEqual([180])
  })

  it('t_relay_to_proto, t_relay_to_proto_addr', () => {
    expect(relayed(`say(KSR.tm.t_relay_to_proto('tcp'))`).bobOverTcp.requests('INVITE')).toHaveLength(1)
    expect(relayed(`say(KSR.tm.t_relay_to_proto_addr('udp', '${CAROL_HOST}', 5060))`).carol.requests('INVITE')).toHaveLength(1)
  })

  it('t_relay_to_avp(proto, avp): the destination from a variable; -1 when it is empty', () => {
    const call = relayed(
      `say(${native('t_relay_to_avp', 'udp', '$avp(to)')}); KSR.pv.sets('$avp(to)', '${CAROL}'); say(${native('t_relay_to_avp', 'udp', '$avp(to)')})`,
    )
    expect(call.said).toEqual(['-1', '1'])
    expect(call.carol.requests('INVITE')).toHaveLength(1)
  })
})

describe('tm-reference 8.1: t_forward_nonack', () => {
  it('t_forward_nonack(host, port): only within a transaction that t_newtran has made', () => {
    const call = relayed(
      `say(${native('t_forward_nonack', CAROL_HOST, '5060')}, KSR.tm.t_newtran(), ${native('t_forward_nonack', CAROL_HOST, '5060')})`,
    )
    expect(call.said).toEqual(['-1 1 1'])
    expect(call.carol.requests('INVITE')).toHaveLength(1)
  })

  it.each([
    ['t_forward_nonack_udp', [CAROL_HOST, '5060'], 'carol'],
    ['t_forward_nonack_tcp', [BOB.split(':')[0], '5060'], 'bobOverTcp'],
    ['t_forward_nonack_uri', [], 'bob'],
    ['t_forward_nonack_to', ['udp', CAROL], 'carol'],
  ] as const)('%s', (name, args, who) => {
    const call = relayed(`KSR.tm.t_newtran(); say(${native(name, ...args)})`)
    expect(call.said).toEqual(['1'])
    expect(call[who].requests('INVITE')).toHaveLength(1)
  })

  it('t_forward_nonack_tls, t_forward_nonack_sctp: an error where nothing listens for them', () => {
    const call = relayed(
      `KSR.tm.t_newtran(); say(${native('t_forward_nonack_tls', CAROL_HOST, '5061')} < 0, ${native('t_forward_nonack_sctp', CAROL_HOST, '5060')} < 0)`,
    )
    expect(call.said).toEqual(['true true'])
  })
})

describe('tm-reference 8.1: t_replicate', () => {
  it.each([
    ["KSR.tm.t_replicate('udp:10.0.0.4:5060')", 'carol'],
    ["KSR.tm.t_replicate('sip:10.0.0.4')", 'carol'],
    ["KSR.tm.t_replicate('sip:10.0.0.3:5060;transport=tcp')", 'bobOverTcp'],
    [native('t_replicate', 'sip:10.0.0.4:5060'), 'carol'],
    [native('t_replicate', CAROL_HOST, '5060'), 'carol'],
    [native('t_replicate'), 'bob'],
    [native('t_replicate_udp', CAROL_HOST, '5060'), 'carol'],
    [native('t_replicate_tcp', BOB.split(':')[0], '5060'), 'bobOverTcp'],
    [native('t_replicate_to', 'udp', CAROL), 'carol'],
  ] as const)('%s: replies go nowhere', (code, who) => {
    const call = new ScriptedCall(requestRoute(`say(${code})`))
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}` })
    expect(call.said).toEqual(['1'])
    expect(call[who].requests('MESSAGE')).toHaveLength(1)
    expect(call.alice.received).toEqual([])
    call.run(10_000)
    expect(call.current).toBe(0)
  })

  it('t_replicate_tls, t_replicate_sctp: an error where nothing listens for them', () => {
    const call = new ScriptedCall(
      requestRoute(`say(${native('t_replicate_tls', CAROL_HOST, '5061')} < 0, ${native('t_replicate_sctp', CAROL_HOST, '5060')} < 0)`),
    )
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}` })
    expect(call.said).toEqual(['true true'])
  })
})

describe('tm-reference 8.1: t_relay_cancel', () => {
  it('0: the INVITE is cancelled; 1: there is none', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() { if (KSR.is_CANCEL()) say(KSR.tm.t_relay_cancel()); else KSR.tm.t_relay() }`,
    )
    call.answer(call.bob, { invite: ['180 Ringing'] })
    const invite = call.invite()
    call.cancel(invite)
    expect(call.said).toEqual(['0'])
    call.alice.cancel(PROXY, call.alice.request('10.9.9.9:1', { method: 'INVITE', uri: `sip:bob@${BOB}`, callId: 'other' }))
    call.run(50)
    expect(call.said).toEqual(['0', '1'])
  })
})

describe('tm-reference 9: contacts', () => {
  const script = (body: string, failure = ''): string =>
    requestRoute(
      `KSR.seturi('sip:a@${BOB}'); KSR.corex.append_branch_uri_q('sip:b@${BOB}', '0.5'); KSR.corex.append_branch_uri_q('sip:c@${BOB}', '0.5'); KSR.corex.append_branch_uri_q('sip:d@${BOB}', '1.0'); ${body}`,
      failure,
    )

  it('t_load_contacts, t_next_contacts: one step after the other, -2 at the end', () => {
    const call = new ScriptedCall(
      script(
        `say(KSR.tm.t_load_contacts(), KSR.tm.t_next_contacts()); KSR.tm.t_on_failure('serial'); KSR.tm.t_relay()`,
        `function serial() { const next = KSR.tm.t_next_contacts(); say(next); if (next < 0) return; KSR.tm.t_on_failure('serial'); KSR.tm.t_relay() }`,
      ),
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    call.run(200)
    expect(call.said).toEqual(['1 1', '1', '1', '-2'])
    expect(call.bob.requests('INVITE').map((invite) => invite.uri[4])).toEqual(['d', 'b', 'c', 'a'])
    expect(call.statuses).toEqual([100, 486])
  })

  it('t_load_contacts(1), ki_t_load_contacts_mode(1): every contact by itself', () => {
    for (const load of [native('t_load_contacts', 1), 'KSR.tm.ki_t_load_contacts_mode(1)']) {
      const call = new ScriptedCall(script(`say(${load}, KSR.tm.t_next_contacts()); KSR.tm.t_relay()`))
      call.answer(call.bob, { invite: ['180 Ringing'] })
      call.invite()
      expect(call.said).toEqual(['1 1'])
      expect(call.bob.requests('INVITE')).toHaveLength(1)
    }
  })

  it('t_load_contacts with one contact: 1, and nothing to take', () => {
    const call = new ScriptedCall(requestRoute(`say(KSR.tm.t_load_contacts(), KSR.tm.t_next_contacts()); KSR.tm.t_relay()`))
    call.invite()
    expect(call.said).toEqual(['1 -2'])
    expect(call.bob.requests('INVITE')).toHaveLength(1)
  })

  it('t_next_contact_flow: -2 where the failed branch has no instance', () => {
    const call = new ScriptedCall(
      requestRoute(`KSR.tm.t_on_branch_failure('flow'); KSR.tm.t_relay()`, `function flow() { say(KSR.tm.t_next_contact_flow()) }`),
    )
    call.answer(call.bob, { invite: ['430 Flow Failed'] })
    call.invite()
    expect(call.said).toEqual(['-2'])
  })
})

describe('tm-reference 1 and 8.3: max_branches', () => {
  const again = `KSR.seturi('sip:bob@${BOB}'); KSR.tm.t_on_failure('again')`

  it('append_branch refuses what is more than max_branches with the Request-URI', () => {
    const append = (user: string): string => `KSR.corex.append_branch_uri('sip:${user}@${CAROL}')`
    const call = relayed(`say(${append('one')}, ${append('two')}, ${append('three')}, KSR.tm.t_relay())`, { params: { max_branches: 3 } })
    expect(call.said).toEqual(['1 1 -1 1'])
    expect(call.carol.requests('INVITE')).toHaveLength(2)
  })

  it('a further branch is refused with -12, and t_reply_error says why', () => {
    const call = new ScriptedCall(
      requestRoute(
        `${again}; KSR.tm.t_relay()`,
        `function again() { ${again}; const code = KSR.tm.t_relay(); if (code < 0) { say(code); KSR.tm.t_reply_error() } }`,
      ),
      { params: { max_branches: 2 } },
    )
    call.answer(call.bob, { invite: ['486 Busy Here'] })
    call.invite()
    expect(call.said).toEqual(['-12'])
    expect(call.last()).toBe('500 Forking capacity exceeded (12/TM)')
  })
})
