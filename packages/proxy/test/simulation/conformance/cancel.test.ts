import { Method } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import type { ScriptServices } from '../../../src/engine.ts'
import type { RoutedMessage } from '../../../src/forward/routed-message.ts'
import { TransactionFlag } from '../../../src/tm/transaction-flag.ts'
import { Agent } from '../agent.ts'
import type { TextMessage } from '../text-message.ts'
import { Scene } from './scene.ts'

const METHODS = [0, 1, 2] as const

/** The phone's branch when the CANCEL comes. */
const branchStates = {
  silent: () => undefined,
  trying: (scene: Scene) => scene.answer('100 Trying'),
  ringing: (scene: Scene) => scene.answer(180),
  answered: (scene: Scene) => scene.answer(200),
  busy: (scene: Scene) => scene.answer(486),
} as const

type BranchState = keyof typeof branchStates

function cancelled(state: BranchState, method: number): { readonly scene: Scene; readonly invite: TextMessage } {
  const scene = new Scene({ params: { cancel_b_method: method, fr_timer: 4000 } })
  const invite = scene.invite()
  branchStates[state](scene)
  scene.cancel(invite)
  return { scene, invite }
}

describe('CANCEL by state of the branch and cancel_b_method, RFC 3261 9.1, 16.10, tm-reference 2.4, 6.3', () => {
  /** CANCELs that the phone has then, and what the caller has for its INVITE after the 100. */
  it.each([
    ['silent', 0, 0, [487]],
    ['silent', 1, 0, []],
    ['silent', 2, 1, []],
    ['trying', 0, 1, []],
    ['trying', 1, 1, []],
    ['trying', 2, 1, []],
    ['ringing', 0, 1, [180]],
    ['ringing', 1, 1, [180]],
    ['ringing', 2, 1, [180]],
    ['answered', 0, 0, [200]],
    ['answered', 1, 0, [200]],
    ['answered', 2, 0, [200]],
    ['busy', 0, 0, [486]],
    ['busy', 1, 0, [486]],
    ['busy', 2, 0, [486]],
  ] as const)('%s branch, method %i: %i CANCEL at once', (state, method, cancels, codes) => {
    const { scene } = cancelled(state, method)
    expect(scene.phone.requests('CANCEL')).toHaveLength(cancels)
    expect(scene.codes().slice(1)).toEqual(codes)
  })

  it.each([
    ['silent', '200 canceling'],
    ['trying', '200 canceling'],
    ['ringing', '200 canceling'],
    ['answered', '200 ok -- no more pending branches'],
    ['busy', '200 ok -- no more pending branches'],
  ] as const)('%s branch: the CANCEL MUST be answered "%s", RFC 3261 9.2', (state, line) => {
    expect(cancelled(state, 1).scene.caller.last('CANCEL').startLine).toBe(`SIP/2.0 ${line}`)
  })

  it.each(METHODS.flatMap((method) => [487, 486, 200, 404, 503, 600].map((code) => [method, code] as const)))(
    'method %i, ringing: %i ends the call after the CANCEL, RFC 3261 9.1',
    (method, code) => {
      const { scene } = cancelled('ringing', method)
      scene.answer('200 OK', { method: 'CANCEL' })
      scene.answer(code)
      expect(scene.codes().at(-1)).toBe(code === 503 ? 500 : code)
      expect(scene.leftovers()).toEqual({})
    },
  )

  it.each(METHODS.flatMap((method) => (['silent', 'ringing'] as const).map((state) => [method, state] as const)))(
    'method %i, %s: a phone that says nothing more: the caller still gets 487, RFC 3261 9.1',
    (method, state) => {
      const { scene } = cancelled(state, method)
      expect(scene.leftovers()).toEqual({})
      expect(scene.codes()).toContain(487)
      expect(scene.codes()).not.toContain(408)
    },
  )

  it('method 1: the INVITE goes on being retransmitted, its first provisional is answered with CANCEL', () => {
    const { scene } = cancelled('silent', 1)
    scene.run(600)
    expect(scene.phone.requests('INVITE')).toHaveLength(2)
    scene.answer('100 Trying')
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    scene.run(400)
    expect(scene.phone.requests('INVITE')).toHaveLength(2)
  })

  it.each([0, 2])('method %i: the INVITE is not retransmitted any more', (method) => {
    const { scene } = cancelled('silent', method)
    scene.run(3000)
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
  })

  it.each(METHODS)('method %i: provisionals after the CANCEL do not reach the caller, tm-reference 6 step 5', (method) => {
    const { scene } = cancelled('ringing', method)
    scene.answer(183)
    expect(scene.codes()).toEqual([100, 180])
  })

  it('is retransmitted like any request until it is answered, RFC 3261 9.1, 17.1.2.2', () => {
    const { scene } = cancelled('ringing', 1)
    scene.run(3000)
    expect(scene.gaps(scene.phone, 'CANCEL')).toEqual([500, 1500])
    scene.answer('200 OK', { method: 'CANCEL' })
    scene.run(900)
    expect(scene.gaps(scene.phone, 'CANCEL')).toEqual([500, 1500])
  })

  it('is not retransmitted over streams', () => {
    const scene = new Scene({ stream: true })
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite)
    scene.run(5000)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
  })

  it('a repeated CANCEL is absorbed and answered again', () => {
    const { scene, invite } = cancelled('ringing', 1)
    scene.cancel(invite)
    expect(scene.codes('CANCEL')).toEqual([200, 200])
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    expect(scene.proxy.stat('tmCreated')).toBe(2)
  })

  it.each([481, 500, 405])('a %i to our CANCEL ends its retransmission, nothing else', (code) => {
    const { scene } = cancelled('ringing', 1)
    scene.answer(code, { method: 'CANCEL' })
    scene.run(1500)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    expect(scene.codes()).toEqual([100, 180])
  })

  it('a reply to a CANCEL that was never sent does not match, tm-reference 3.2', () => {
    const scene = new Scene()
    scene.invite()
    const reply = scene.phone.last('INVITE').text.replace('CSeq: 1 INVITE', 'CSeq: 1 CANCEL')
    scene.phone.reply(scene.proxy.address, new (scene.phone.last('INVITE').constructor as typeof TextMessage)(reply), '200 OK')
    scene.run()
    expect(scene.proxy.stat('tmRplReceived')).toBe(0)
    expect(scene.proxy.stat('strayReplies')).toBe(1)
  })
})

describe('CANCEL of a fork, RFC 3261 16.10', () => {
  it('reaches every branch that rings and waits for those that do not', () => {
    const scene = new Scene({ phones: 3 })
    const invite = scene.invite()
    scene.answer(180, { from: 0 })
    scene.answer(486, { from: 1 })
    scene.cancel(invite)
    expect(scene.phones.map((phone) => phone.requests('CANCEL').length)).toEqual([1, 0, 0])
    scene.answer(180, { from: 2 })
    expect(scene.phones.map((phone) => phone.requests('CANCEL').length)).toEqual([1, 0, 1])
    scene.answer(487, { from: 0 })
    scene.answer(487, { from: 2 })
    // 486 is the lowest 4xx that was received.
    expect(scene.codes().at(-1)).toBe(486)
    expect(scene.leftovers()).toEqual({})
  })

  it('a 200 of another branch wins over the CANCEL', () => {
    const scene = new Scene({ phones: 2 })
    const invite = scene.invite()
    scene.answer(180, { from: 0 })
    scene.answer(180, { from: 1 })
    scene.cancel(invite)
    scene.answer(487, { from: 0 })
    scene.answer(200, { from: 1 })
    expect(scene.codes().at(-1)).toBe(200)
    expect(scene.leftovers()).toEqual({})
  })

  it('no new branch is made afterwards, tm-reference 5.1', () => {
    const results: number[] = []
    const scene: Scene = new Scene({
      phones: 2,
      request: (m, { transactions }) => {
        if (m.message.text(m.message.methodStart, m.message.methodEnd) === 'INVITE') {
          transactions.armFailure(m, 'again')
          scene.proxy.fork(m, scene.proxy.targets.slice(0, 1))
        }
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets.slice(1))
        results.push(transactions.relay(m, 0, ''), transactions.isCanceled(m))
      },
    })
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite)
    scene.answer(487)
    expect(results).toEqual([-487, 1])
    expect(scene.phones[1].received).toHaveLength(0)
    expect(scene.codes().at(-1)).toBe(487)
  })
})

describe('Reason, RFC 3326, tm-reference 2.4', () => {
  const REASON = 'Reason: SIP;cause=200;text="Call completed elsewhere"'

  it.each([
    [1, [REASON.slice(8)]],
    [0, []],
  ])('e2e_cancel_reason %i', (copy, reasons) => {
    const scene = new Scene({ params: { e2e_cancel_reason: copy } })
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite, [REASON])
    expect(scene.phone.last('CANCEL').all('Reason')).toEqual(reasons)
  })

  it('every Reason of the CANCEL is copied', () => {
    const scene = new Scene()
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite, ['Reason: SIP;cause=487', 'Reason: Q.850;cause=16'])
    expect(scene.phone.last('CANCEL').all('Reason')).toEqual(['SIP;cause=487', 'Q.850;cause=16'])
  })

  it('waits with a CANCEL that has to wait', () => {
    const scene = new Scene()
    const invite = scene.invite()
    scene.cancel(invite, ['Reason: SIP;cause=487'])
    scene.answer(180)
    expect(scene.phone.last('CANCEL').all('Reason')).toEqual(['SIP;cause=487'])
  })

  it('t_set_no_e2e_cancel_reason', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.setFlag(m, TransactionFlag.NO_E2E_CANCEL_REASON, true)
        if (m.message.cseq === 1 && m.targets.length === 0) scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite, [REASON])
    expect(scene.phone.last('CANCEL').all('Reason')).toEqual([])
  })

  it.each([
    [200, 1, ['SIP;cause=200;text="Call completed elsewhere"']],
    [202, 1, ['SIP;cause=200;text="Call completed elsewhere"']],
    [603, 1, ['SIP;cause=603']],
    [600, 1, ['SIP;cause=600']],
    [200, 0, []],
    [603, 0, []],
  ])('local_cancel_reason: %i elsewhere, %i', (code, local, reasons) => {
    const scene = new Scene({ phones: 2, params: { local_cancel_reason: local } })
    scene.invite()
    scene.answer(180, { from: 1 })
    scene.answer(code, { from: 0 })
    expect(scene.phones[1].last('CANCEL').all('Reason')).toEqual(reasons)
  })
})

describe('CANCEL as it is sent, RFC 3261 9.1', () => {
  it('MUST have one Via: that of the INVITE, and its Request-URI, Call-ID, To, From, CSeq number and Route', () => {
    const scene = new Scene()
    const invite = scene.invite({ headers: ['Route: <sip:10.0.1.0:5060;lr>', 'Require: 100rel', 'Proxy-Require: x'] })
    scene.answer(180)
    scene.cancel(invite)
    const [sent, cancel] = [scene.phone.last('INVITE'), scene.phone.last('CANCEL')]
    expect(cancel.uri).toBe(sent.uri)
    expect(cancel.all('Via')).toEqual([sent.all('Via')[0]])
    for (const name of ['From', 'To', 'Call-ID', 'Route']) expect(cancel.all(name)).toEqual(sent.all(name))
    expect(cancel.header('CSeq')).toBe('1 CANCEL')
    expect(cancel.header('Content-Length')).toBe('0')
    expect([cancel.header('Require'), cancel.header('Proxy-Require')]).toEqual(['', ''])
  })

  it('ac_extra_hdrs are in it too, tm-reference 2.4', () => {
    const scene = new Scene({ params: { ac_extra_hdrs: 'X-' } })
    const invite = scene.invite({ headers: ['X-Extra: yes'] })
    scene.answer(180)
    scene.cancel(invite)
    expect(scene.phone.last('CANCEL').header('X-Extra')).toBe('yes')
  })

  it('carries the Max-Forwards of the INVITE', () => {
    const scene = new Scene()
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite)
    expect(scene.phone.last('CANCEL').header('Max-Forwards')).toBe('70')
  })
})

describe('CANCEL without its INVITE, RFC 3261 16.10, tm-reference 2.4', () => {
  function stray(params: Record<string, number>): Scene {
    const scene: Scene = new Scene({
      params,
      request: (m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    const other = new Agent(scene.world, '10.9.9.9:5060')
    scene.cancel(other.request('10.9.9.8:5060', { method: 'INVITE', uri: 'sip:bob@10.0.0.1', callId: 'never-seen' }))
    return scene
  }

  it.each([
    [0, 1, 1],
    [1, 1, 0],
    [2, 0, 0],
  ])('unmatched_cancel %i: %i forwarded, %i transactions', (mode, forwarded, transactions) => {
    const scene = stray({ unmatched_cancel: mode })
    expect(scene.phone.requests('CANCEL')).toHaveLength(forwarded)
    expect(scene.proxy.stat('tmCreated')).toBe(transactions)
  })

  it('forwarded statefully, its answer goes back', () => {
    const scene = stray({ unmatched_cancel: 0 })
    scene.answer('481 Never heard of it', { method: 'CANCEL' })
    scene.run()
    const back = scene.world.wire.filter(({ from, text }) => from === scene.proxy.address && text.startsWith('SIP/2.0 481'))
    expect(back).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('forwarded statelessly, its answer goes back', () => {
    const scene = stray({ unmatched_cancel: 1 })
    scene.answer('481 Never heard of it', { method: 'CANCEL' })
    scene.run()
    const back = scene.world.wire.filter(({ from, text }) => from === scene.proxy.address && text.startsWith('SIP/2.0 481'))
    expect(back).toHaveLength(1)
  })

  it('t_relay_cancel says 1 and leaves it to the script, tm-reference 8.1', () => {
    const results: number[] = []
    const scene = new Scene({ request: (m, { transactions }) => void results.push(transactions.relayCancel(m)) })
    const request = new Agent(scene.world, '10.9.9.9:5060').request('10.9.9.8:5060', { method: 'INVITE', uri: 'sip:b@10.0.0.1' })
    scene.cancel(request)
    scene.invite()
    expect(results).toEqual([1, -1])
  })
})

describe('CANCEL before its INVITE, tm-reference 3.1', () => {
  it('the INVITE that comes late is refused with 487', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    const elsewhere = scene.caller.request('10.9.9.8:5060', { method: 'INVITE', uri: 'sip:bob@10.0.0.1' })
    scene.cancel(elsewhere)
    scene.again(elsewhere)
    expect(scene.phone.requests('INVITE')).toHaveLength(0)
    expect(scene.codes().at(-1)).toBe(487)
  })
})

describe('CANCEL of something else than INVITE, RFC 3261 9.1', () => {
  it('changes nothing', () => {
    const scene = new Scene()
    const message = scene.send('MESSAGE')
    scene.caller.cancel(scene.proxy.address, message)
    scene.run()
    expect(scene.phone.requests('CANCEL')).toHaveLength(0)
    scene.answer(200, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200])
  })

  it('has no effect on where the request is tried next, RFC 3261 9.2', () => {
    const next = (m: RoutedMessage, { transactions }: ScriptServices): void => {
      if (m.message.method === Method.MESSAGE) scene.proxy.fork(m, [`sip:bob@${scene.phone.address}`])
      transactions.armFailure(m, 'next')
      transactions.relay(m, 0, '')
    }
    const scene: Scene = new Scene({ request: next, failure: (_name, m, services) => next(m, services) })
    scene.caller.cancel(scene.proxy.address, scene.send('MESSAGE'))
    scene.run()
    scene.answer(480, { method: 'MESSAGE' })
    expect(scene.phone.requests('MESSAGE')).toHaveLength(2)
    scene.answer(200, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200])
  })
})
