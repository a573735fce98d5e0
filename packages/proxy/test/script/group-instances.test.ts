import { describe, expect, it } from 'vitest'
import { BOB, requestRoute, ScriptedCall } from './scripted-call.ts'

describe('cfg_select and cfg_reset, script-reference 1.5', () => {
  /** Bob is silent. The instance 1 of tm gives up after a second. */
  function calling(body: string, others = ''): ScriptedCall {
    const call = new ScriptedCall(requestRoute(`${body} KSR.tm.t_relay()`, others), { params: { fr_timer: 4000 } })
    call.scripted.settings.setInstance(1, { fr_timer: 1000 })
    call.bob.onMessage = () => undefined
    return call
  }

  function timeOut(call: ScriptedCall, callId: string): readonly [number, number] {
    const before = call.alice.statuses('MESSAGE').length
    call.request({ method: 'MESSAGE', uri: `sip:bob@${BOB}`, callId })
    call.run(1100)
    const early = call.alice.statuses('MESSAGE').length - before
    call.run(3500)
    return [early, call.alice.statuses('MESSAGE').length - before]
  }

  it('the values of an instance hold for the message that selects it, and for no other', () => {
    const call = calling(`if (KSR.pv.get('$ci') === 'short') say(KSR.x.modf('cfg_select', 'tm', 1));`)
    expect(timeOut(call, 'short')).toEqual([1, 1])
    expect(timeOut(call, 'long')).toEqual([0, 1])
    expect(call.said).toEqual(['1'])
  })

  it('cfg_reset goes back at once; unknown ones are -1', () => {
    const call = calling(
      `say(KSR.x.modf('cfg_select', 'tm', '1'), KSR.x.modf('cfg_reset', 'tm'), KSR.x.modf('cfg_select', 'tm', 9), KSR.x.modf('cfg_select', 'no', 1), KSR.x.modf('cfg_reset', 'no'));`,
    )
    expect(timeOut(call, 'long')).toEqual([0, 1])
    expect(call.said).toEqual(['1 1 -1 -1 -1'])
  })

  it('a route that waits is over as far as its selection goes', () => {
    const call = new ScriptedCall(
      `async function ksr_request_route() {
         if (KSR.pv.get('$ci') === 'short') KSR.x.modf('cfg_select', 'tm', 1)
         await KSR.signalbox.sleep(10)
         if (KSR.pv.get('$ci') === 'later') KSR.x.modf('cfg_select', 'tm', 1)
         KSR.tm.t_relay()
       }`,
      { params: { fr_timer: 4000 } },
    )
    call.scripted.settings.setInstance(1, { fr_timer: 1000 })
    call.bob.onMessage = () => undefined
    // A transaction keeps the timers that it was made with, and a route that waits makes it at its first await.
    expect(timeOut(call, 'short')).toEqual([1, 1])
    expect(timeOut(call, 'later')).toEqual([0, 1])
    expect(timeOut(call, 'long')).toEqual([0, 1])
    expect([call.scripted.settings.isSelected, call.scripted.settings.values.fr_timer]).toEqual([false, 4000])
  })
})
