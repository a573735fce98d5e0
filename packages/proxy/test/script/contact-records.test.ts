import { describe, expect, it } from 'vitest'
import type { Contact } from '../../src/usrloc/contact.ts'
import { sampleContact } from '../usrloc/sample-contact.ts'
import { BOB, CAROL, DAVE, requestRoute, ScriptedCall } from './scripted-call.ts'

const PARAMS = { contacts_avp: 'tm_contacts', contact_flows_avp: 'tm_flows' }
const REGISTERED = 2_000_000_000_000

/** The article's script (tm-reference 9), which also shows what is left before each step. */
const STEPS = `
function left() {
  const uris = []
  for (let i = 0; KSR.pv.get('$xavp(tm_contacts[' + i + ']=>uri)') !== null; i++) {
    const [uri, border] = ['uri', 'q_flag'].map((field) => KSR.pv.get('$xavp(tm_contacts[' + i + ']=>' + field + ')'))
    uris.push(uri.slice(4, uri.indexOf('@')) + (border === 1 ? '|' : ''))
  }
  return uris.join(' ')
}
function next() {
  say('left', left())
  const result = KSR.tm.t_next_contacts()
  if (result < 0) return say(result)
  KSR.tm.t_on_failure('next')
  KSR.tm.t_relay()
}
`

/** Bob, Carol and Dave are phones of one user. */
function user(name: string, address: string, more: Partial<Contact> = {}): Contact {
  return { ...sampleContact('alice', 1, REGISTERED), ruid: `r-${name}`, uri: `sip:${name}@${address}`, ...more }
}

function calling(body: string, contacts: readonly Contact[], params: Readonly<Record<string, string>> = PARAMS): ScriptedCall {
  const call = new ScriptedCall(requestRoute(`KSR.registrar.lookup_uri('location', 'sip:alice@x'); ${body}`, STEPS), { params })
  call.scripted.location.load(contacts)
  for (const phone of [call.bob, call.carol, call.dave]) call.answer(phone, { invite: ['486 Busy Here'] })
  return call
}

const THREE = [
  user('a', BOB),
  user('b', CAROL, { q: 500 }),
  user('c', CAROL, { q: 500, path: `<sip:${CAROL};lr>`, lastModified: 1 }),
  user('d', DAVE, { q: 1000, userAgent: 'desk/1.0', instance: '<urn:uuid:4>', branchFlags: 4 }),
]

describe('contacts_avp, tm-reference 2.6 and 9', () => {
  it('holds a record for each contact, the next one first, borders of steps marked', () => {
    const fields = ['uri', 'dst_uri', 'path', 'sock', 'flags', 'q_flag', 'instance', 'ruid', 'ua']
    const call = calling(
      `say(KSR.tm.t_load_contacts()); for (const i of [0, 1])
         say(${JSON.stringify(fields)}.map((field) => KSR.pv.get('$xavp(tm_contacts[' + i + ']=>' + field + ')')).join())`,
      THREE,
    )
    call.invite()
    expect(call.said).toEqual([
      '1',
      `sip:d@${DAVE},,,,4,1,<urn:uuid:4>,r-d,desk/1.0`,
      `sip:c@${CAROL},sip:${CAROL};lr,<sip:${CAROL};lr>,,0,0,,r-c,sample`,
    ])
  })

  it('t_next_contacts takes a step at a time out of it, and -2 when nothing is left', () => {
    const call = calling(`KSR.tm.t_load_contacts(); next()`, THREE)
    call.invite()
    call.run(300)
    expect(call.said).toEqual(['left d| c b| a', 'left c b| a', 'left a', 'left ', '-2'])
    expect([call.dave, call.carol, call.bob].map((phone) => phone.requests('INVITE').length)).toEqual([1, 2, 1])
    expect(call.statuses).toEqual([100, 486])
  })

  it('the script may take contacts out and change them', () => {
    const call = calling(
      `KSR.tm.t_load_contacts(); KSR.pv.unset('$xavp(tm_contacts[1])'); KSR.pv.sets('$xavp(tm_contacts[0]=>uri[0])', 'sip:x@${DAVE}'); next()`,
      THREE,
    )
    call.invite()
    expect(call.said[0]).toBe('left x| b| a')
    expect(call.dave.last('INVITE').uri).toBe(`sip:x@${DAVE}`)
  })

  it('with one contact there is nothing to load; another value is -3', () => {
    const one = calling(`say(KSR.tm.t_load_contacts(), KSR.pv.get('$xavp(tm_contacts)'), KSR.tm.t_next_contacts())`, THREE.slice(0, 1))
    one.invite()
    expect(one.said).toEqual(['1 null -2'])
    const wrong = calling(`KSR.tm.t_load_contacts(); KSR.pv.sets('$xavp(tm_contacts)', 'text'); say(KSR.tm.t_next_contacts())`, THREE)
    wrong.invite()
    expect(wrong.said).toEqual(['-3'])
  })

  it('mode 1: every contact is a step of its own', () => {
    const call = calling(`KSR.tm.ki_t_load_contacts_mode(1); say(left())`, THREE)
    call.invite()
    expect(call.said[0].match(/\|/g)).toHaveLength(3)
    expect(call.said[0].endsWith(' a')).toBe(true)
  })

  it('without it the transaction keeps the contacts, and the script does not see them', () => {
    const call = calling(`KSR.tm.t_load_contacts(); next()`, THREE, {})
    call.invite()
    call.run(300)
    expect(call.said).toEqual(['left ', 'left ', 'left ', 'left ', '-2'])
    expect(call.statuses).toEqual([100, 486])
  })
})

describe('contact_flows_avp, tm-reference 2.6 and 9', () => {
  const INSTANCE = '<urn:uuid:1>'
  const flows = [
    user('first', BOB, { q: 500, instance: INSTANCE, lastModified: REGISTERED }),
    user('second', CAROL, { q: 500, instance: INSTANCE }),
    user('other', DAVE),
  ]

  it('holds the spare flows of a device, which t_next_contact_flow tries when the first one fails', () => {
    const call = calling(
      `KSR.tm.t_load_contacts(); KSR.tm.t_next_contacts();
       say(KSR.pv.get('$xavp(tm_flows=>uri)'), KSR.pv.get('$xavp(tm_flows=>instance)'));
       KSR.tm.t_on_branch_failure('flow'); KSR.tm.t_relay() }
       function flow() { say(KSR.tm.t_next_contact_flow(), KSR.pv.get('$xavp(tm_flows)')); KSR.tm.t_relay()`,
      flows,
    )
    call.answer(call.bob, { invite: ['430 Flow Failed'] })
    call.answer(call.carol, { invite: ['200 OK'] })
    call.invite()
    expect(call.said).toEqual([`sip:second@${CAROL} ${INSTANCE}`, '1 null'])
    expect(call.statuses).toEqual([100, 200])
    expect(call.dave.requests('INVITE')).toEqual([])
  })
})

describe('xavp_contact, tm-reference 2.6', () => {
  const PARAMS_WITH_ATTRIBUTES = { ...PARAMS, xavp_contact: 'ulattrs' }
  const SHOW = `function show() { return [0, 1, 2].map((i) => KSR.pv.get('$xavp(ulattrs[' + i + ']=>tier)')).join() }`

  it('save() keeps its fields with the contact, lookup() brings them back', () => {
    const call = new ScriptedCall(
      `${SHOW}
       function ksr_request_route() {
         if (KSR.is_method('REGISTER')) {
           KSR.pv.sets('$xavp(ulattrs=>tier)', KSR.pv.get('$ci')); KSR.pv.seti('$xavp(ulattrs[0]=>n)', 7)
           return KSR.registrar.save('location', 0)
         }
         say(KSR.registrar.lookup('location'), show(), KSR.pv.get('$xavp(ulattrs=>n)'), KSR.pv.get('$xavp(ulattrs=>ruid)') === KSR.pv.get('$ruid'))
         KSR.tm.t_relay()
       }`,
      { params: PARAMS_WITH_ATTRIBUTES },
    )
    for (const [tier, address] of [['gold', BOB] as const, ['iron', CAROL] as const]) {
      const headers = [`Contact: <sip:alice@${address}>;q=${tier === 'gold' ? '0.9' : '0.1'}`]
      call.request({ method: 'REGISTER', uri: 'sip:alice@10.0.0.1', callId: tier, headers })
    }
    call.invite({ uri: 'sip:alice@10.0.0.1' })
    // The agent names its own address in each REGISTER, so that this contact has what the second one said.
    expect(call.said).toEqual(['1 iron,gold,iron 7 true'])
    const kept = call.scripted.journal.batches.flat().flatMap((change) => (change.type === 'put' ? [change.contact.attributes] : []))
    expect(new Set(kept)).toEqual(new Set(['{"tier":["gold"],"n":[7]}', '{"tier":["iron"],"n":[7]}']))
  })

  it('t_load_contacts puts them away, t_next_contacts brings those of its step', () => {
    const tiers = ['a', 'b', 'c', 'd']
    const contacts = THREE.map((contact, i) => ({ ...contact, attributes: JSON.stringify({ tier: [tiers[i]] }) }))
    const call = calling(
      `say(show()); KSR.tm.t_load_contacts(); say(show()); KSR.tm.t_next_contacts(); say(show()); KSR.tm.t_on_failure('more'); KSR.tm.t_relay() }
       ${SHOW}
       function more() { KSR.tm.t_next_contacts(); say(show());`,
      contacts,
      PARAMS_WITH_ATTRIBUTES,
    )
    call.invite()
    // In lookup() a contact without q counts as 1; in t_load_contacts it comes last.
    expect(call.said).toEqual(['a,d,b', ',,', 'd,,', 'c,b,d'])
  })
})

describe('$xavp and its transaction', () => {
  it('branch, reply and failure routes see what the request route has set, and what each other set', () => {
    const call = new ScriptedCall(
      requestRoute(
        `KSR.pv.sets('$xavp(call=>who)', KSR.pv.get('$ci')); KSR.tm.t_on_branch('branch'); KSR.tm.t_on_reply('reply'); KSR.tm.t_on_failure('failure'); KSR.tm.t_relay()`,
        `function branch() { KSR.pv.seti('$xavp(call[0]=>branches)', 1) }
         function reply() { say('reply', KSR.pv.get('$xavp(call=>who)'), KSR.pv.get('$xavp(call=>branches)')); KSR.pv.sets('$xavp(call[0]=>status)', String(KSR.pv.get('$rs'))) }
         function failure() { say('failure', KSR.pv.get('$xavp(call=>who)'), KSR.pv.get('$xavp(call[0]=>status[*])')) }`,
      ),
    )
    call.answer(call.bob, { invite: ['180 Ringing', '486 Busy Here'] })
    call.invite({ callId: 'one' })
    call.invite({ callId: 'two' })
    expect(call.said).toEqual([
      ...['reply one 1', 'reply one 1', 'failure one 486, 180'],
      ...['reply two 1', 'reply two 1', 'failure two 486, 180'],
    ])
  })

  it('a transaction begins without what an earlier one in the same place had, $avp likewise', () => {
    const call = new ScriptedCall(
      requestRoute(
        `say(KSR.pv.get('$avp(a)'), KSR.pv.get('$xavp(x=>y)')); KSR.tm.t_on_reply('reply'); if (KSR.pv.get('$ci') === 'one') { KSR.pv.seti('$avp(a)', 1); KSR.pv.seti('$xavp(x=>y)', 2) } KSR.tm.t_relay()`,
        `function reply() { say(KSR.pv.get('$ci'), KSR.pv.get('$avp(a)'), KSR.pv.get('$xavp(x=>y)')) }`,
      ),
      { params: { wt_timer: 100 } },
    )
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'one' })
    call.run(10_000)
    expect(call.current).toBe(0)
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'two' })
    expect(call.said).toEqual(['null null', 'one 1 2', 'null null', 'two null null'])
  })

  it('another message does not see what one without a transaction had', () => {
    const call = new ScriptedCall(
      requestRoute(
        `say(KSR.pv.get('$xavp(x=>y)')); KSR.pv.seti('$xavp(x=>y)', 2); if (KSR.pv.get('$ci') === 'less') KSR.sl.sl_send_reply(404, 'No'); else KSR.tm.t_relay()`,
      ),
    )
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'less' })
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'more' })
    expect(call.said).toEqual(['null', 'null'])
  })
})
