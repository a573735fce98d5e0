import { describe, expect, it } from 'vitest'
import { BOB, ScriptedCall } from './scripted-call.ts'

/** Header lines that fit into no message. */
const LONG = `KSR.hdr.append_to_reply('X-Long: ' + 'x'.repeat(70000));`

describe('a reply that is too long, RFC 3261 21.5.7', () => {
  it.each([
    ['stateless', `KSR.sl.send_reply(403, 'No')`],
    ['of a transaction', `KSR.tm.t_newtran(); KSR.tm.t_reply(403, 'No')`],
    ['made by a relay', 'KSR.tm.t_relay()'],
  ])('%s: 513 without what was to be added', (_what, body) => {
    const call = new ScriptedCall(`function ksr_request_route() { ${LONG} ${body} }`)
    call.invite()
    expect(call.last()).toMatch(/^513 /)
    expect(call.alice.last('INVITE').all('X-Long')).toEqual([])
    call.run(60_000)
    expect(call.current).toBe(0)
  })

  it('leaves nothing to the next message: AVPs belong to one', () => {
    const call = new ScriptedCall(
      `function ksr_request_route() {
         say(KSR.pv.get('$avp(left)'))
         KSR.pv.sets('$avp(left)', 'over')
         if (KSR.is_INVITE()) { ${LONG} KSR.tm.t_relay() }
         else KSR.sl.send_reply(200, 'OK')
       }`,
    )
    call.invite()
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId: 'next' })
    expect(call.said).toEqual(['null', 'null'])
  })
})
