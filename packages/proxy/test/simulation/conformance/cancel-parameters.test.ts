import { Method } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import type { RoutedMessage } from '../../../src/forward/routed-message.ts'
import { Scene, type SceneOptions } from './scene.ts'

/** The script changes From, adds a header and sends the INVITE along a route. */
function rewriting(scene: () => Scene) {
  return (m: RoutedMessage, { transactions }: Parameters<NonNullable<SceneOptions['request']>>[1]): void => {
    const { message, edits } = m
    edits.replace(message.from.uriStart, message.from.uriEnd, 'sip:somebody@else')
    edits.insert(message.headersEnd, 'X-Added: yes\r\n')
    m.path = `<sip:${scene().phone.address};lr>`
    scene().proxy.fork(m, scene().proxy.targets)
    transactions.relay(m, 0, '')
  }
}

describe('reparse_invite, tm-reference 2.4', () => {
  function cancelled(value: number): Scene {
    const scene: Scene = new Scene({
      params: { reparse_invite: value, ac_extra_hdrs: 'X-' },
      request: (m, services) => rewriting(() => scene)(m, services),
    })
    const invite = scene.invite({ headers: ['X-Own: mine', 'Require: 100rel'] })
    scene.answer(180)
    scene.cancel(invite, ['Reason: SIP;cause=200'])
    scene.answer('200 OK', { method: 'CANCEL' })
    scene.answer(487)
    return scene
  }

  it.each(['CANCEL', 'ACK'])('1: the %s repeats the INVITE as sent, RFC 3261 9.1, 17.1.1.3', (method) => {
    const scene = cancelled(1)
    const [made] = scene.phone.requests(method)
    expect(made.header('From')).toContain('sip:somebody@else')
    expect([made.all('X-Added'), made.all('X-Own')]).toEqual([['yes'], ['mine']])
  })

  it.each(['CANCEL', 'ACK'])('0: the %s has the From of the INVITE as received, Max-Forwards 70, and no ac_extra_hdrs', (method) => {
    const scene = cancelled(0)
    const [made] = scene.phone.requests(method)
    expect(made.header('From')).toBe('<sip:caller@10.0.0.2:5060>;tag=from-call-1')
    expect(made.header('Max-Forwards')).toBe('70')
    expect([made.all('X-Added'), made.all('X-Own'), made.all('Require')]).toEqual([[], [], []])
  })

  it.each(['CANCEL', 'ACK'])('0: the %s still has Request-URI, Via and Route of the INVITE as sent, RFC 3261 9.1', (method) => {
    const scene = cancelled(0)
    const [invite] = scene.phone.requests('INVITE')
    const [made] = scene.phone.requests(method)
    expect([made.uri, made.all('Via'), made.all('Route')]).toEqual([invite.uri, invite.all('Via').slice(0, 1), invite.all('Route')])
  })

  it('0: the ACK has the To of the reply, the CANCEL that of the request', () => {
    const scene = cancelled(0)
    expect(scene.phone.requests('ACK')[0].toTag).toBe(`to-${scene.phone.address}`)
    expect(scene.phone.requests('CANCEL')[0].toTag).toBe('')
  })

  it('0: the Reason of the caller is copied all the same, RFC 3326 2', () => {
    expect(cancelled(0).phone.requests('CANCEL')[0].header('Reason')).toBe('SIP;cause=200')
  })

  it.each([0, 1])('%i: the call ends in order', (value) => {
    const scene = cancelled(value)
    expect(scene.codes()).toEqual([100, 180, 487])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('headers_mode, tm-reference 2.4', () => {
  function cancelHeaders(params: Readonly<Record<string, number>>): Readonly<Record<string, readonly string[]>> {
    const scene = new Scene({ params })
    const invite = scene.invite()
    scene.answer(180)
    scene.cancel(invite, ['X-Why: because', 'Reason: SIP;cause=200', 'Require: 100rel', 'Subject: s'])
    const [cancel] = scene.phone.requests('CANCEL')
    return Object.fromEntries(['X-Why', 'Reason', 'Require', 'Subject', 'Via', 'Max-Forwards'].map((name) => [name, cancel.all(name)]))
  }

  it.each([
    [0, [], []],
    [1, ['because'], ['s']],
    [2, [], []],
    [3, ['because'], ['s']],
  ])('%i: X-Why %j and Subject %j of the CANCEL go into ours', (value, why, subject) => {
    const headers = cancelHeaders({ headers_mode: value })
    expect([headers['X-Why'], headers['Subject']]).toEqual([why, subject])
  })

  it('1: what a CANCEL has from its INVITE is not doubled, Require is left out, RFC 3261 9.1', () => {
    const headers = cancelHeaders({ headers_mode: 1 })
    expect([headers['Via'].length, headers['Max-Forwards'].length, headers['Require']]).toEqual([1, 1, []])
  })

  it('1: Reason still follows e2e_cancel_reason', () => {
    expect(cancelHeaders({ headers_mode: 1, e2e_cancel_reason: 0 })['Reason']).toEqual([])
    expect(cancelHeaders({ headers_mode: 0, e2e_cancel_reason: 1 })['Reason']).toEqual(['SIP;cause=200'])
  })

  it.each([
    [0, 2],
    [1, 2],
    [2, 1],
    [3, 1],
  ])('%i: an ACK to a 2xx arrives with %i Via', (value, count) => {
    const scene = new Scene({ params: { headers_mode: value } })
    scene.invite()
    scene.answer(200)
    scene.send('ACK', { uri: `sip:bob@${scene.phone.address}`, toTag: 't' })
    const [ack] = scene.phone.requests('ACK')
    expect(ack.all('Via')).toHaveLength(count)
    expect(ack.all('Via')[0]).toContain('10.0.0.1:5060')
  })

  it.each([
    [1, 2],
    [2, 1],
  ])('%i: a CANCEL that matches nothing, with unmatched_cancel 1, arrives with %i Via', (value, count) => {
    const scene = new Scene({ params: { headers_mode: value, unmatched_cancel: 1 } })
    scene.send('CANCEL', { uri: `sip:bob@${scene.phone.address}` })
    expect(scene.phone.last('CANCEL').all('Via')).toHaveLength(count)
  })
})

describe('e2e_cancel_hop_by_hop, tm-reference 2.4', () => {
  /** Two phones, the first one rings. */
  function ringing(params: Readonly<Record<string, number>> = {}): { readonly scene: Scene; readonly cancel: () => void } {
    const scene = new Scene({ phones: 2, params: { e2e_cancel_hop_by_hop: 0, fr_timer: 4000, ...params } })
    const invite = scene.invite()
    scene.answer(180, { from: 0 })
    return { scene, cancel: () => scene.cancel(invite, ['Reason: SIP;cause=200', 'X-Why: because']) }
  }

  function cellOf(scene: Scene, method: number) {
    return [...scene.proxy.engine.transactions.core.table.cells()].find((cell) => cell.method === method)
  }

  it('0: a branch that rings gets the CANCEL with its own Via branch, RFC 3261 9.1', () => {
    const { scene, cancel } = ringing()
    cancel()
    expect(scene.codes('CANCEL')).toEqual([200])
    const [phone] = scene.phones
    expect(phone.last('CANCEL').branch).toBe(phone.requests('INVITE')[0].branch)
    expect(cellOf(scene, 2)?.outgoings).toBe(2)
  })

  it('1: the transaction of the CANCEL has no branches, tm-reference 6.3', () => {
    const { scene, cancel } = ringing({ e2e_cancel_hop_by_hop: 1 })
    cancel()
    expect([scene.codes('CANCEL'), cellOf(scene, 2)?.outgoings]).toEqual([[200], 0])
  })

  it('0: its answer ends it, the 487 of the callee ends the INVITE, and everything is over in time', () => {
    const { scene, cancel } = ringing()
    cancel()
    scene.answer('200 OK', { from: 0, method: 'CANCEL' })
    scene.answer(487, { from: 0 })
    scene.answer(180, { from: 1 })
    scene.answer('200 OK', { from: 1, method: 'CANCEL' })
    scene.answer(487, { from: 1 })
    expect(scene.phones.map((phone) => phone.requests('CANCEL').length)).toEqual([1, 1])
    expect(scene.codes()).toEqual([100, 180, 487])
    expect(scene.leftovers()).toEqual({})
  })

  it('0: without an answer it is repeated like any request, RFC 3261 17.1.2.2, and no second CANCEL is made', () => {
    const { scene, cancel } = ringing()
    cancel()
    scene.run(4100)
    expect(scene.gaps(scene.phones[0], 'CANCEL')).toEqual([500, 1500, 3500])
    expect(scene.codes().at(-1)).toBe(487)
    expect(scene.leftovers()).toEqual({})
  })

  it('0: a callee that rings on gets it again', () => {
    const { scene, cancel } = ringing()
    cancel()
    scene.answer(180, { from: 0 })
    expect(scene.phones[0].requests('CANCEL')).toHaveLength(2)
    expect(new Set(scene.phones[0].requests('CANCEL').map((one) => one.text)).size).toBe(1)
  })

  it.each([
    [0, 0],
    [1, 0],
    [2, 1],
  ])('0: a branch that has not rung follows cancel_b_method %i: %i CANCELs', (method, count) => {
    const { scene, cancel } = ringing({ cancel_b_method: method })
    cancel()
    expect(scene.phones[1].requests('CANCEL')).toHaveLength(count)
  })

  it('0 with reparse_invite 1: it is made of the INVITE as sent, with the Reason of the caller', () => {
    const { scene, cancel } = ringing()
    cancel()
    const sent = scene.phones[0].last('CANCEL')
    expect([sent.all('Via').length, sent.all('Reason'), sent.all('X-Why')]).toEqual([1, ['SIP;cause=200'], []])
  })

  it('0 with reparse_invite 0: it is the CANCEL as received, with our Via on top', () => {
    const { scene, cancel } = ringing({ reparse_invite: 0 })
    cancel()
    const sent = scene.phones[0].last('CANCEL')
    expect([sent.all('Via').length, sent.all('Reason'), sent.all('X-Why')]).toEqual([2, ['SIP;cause=200'], ['because']])
    expect([sent.uri, sent.branch]).toEqual([scene.phones[0].requests('INVITE')[0].uri, scene.phones[0].requests('INVITE')[0].branch])
    scene.answer('200 OK', { from: 0, method: 'CANCEL' })
    scene.answer(487, { from: 0 })
    expect(scene.codes('CANCEL')).toEqual([200])
    expect(scene.leftovers()).toEqual({})
  })

  it('0: a CANCEL that no branch is waiting for is answered as ever, tm-reference 6.3', () => {
    const scene = new Scene({ params: { e2e_cancel_hop_by_hop: 0 } })
    const invite = scene.invite()
    scene.answer(200)
    scene.cancel(invite)
    expect(scene.codes('CANCEL')).toEqual([200])
    expect(scene.phone.requests('CANCEL')).toEqual([])
    expect(scene.leftovers()).toEqual({})
  })

  describe('with a route that waits before it relays the CANCEL, tm-reference 10', () => {
    /** Both phones ring, the caller hangs up, and the route waits. */
    function waiting(params: Readonly<Record<string, number>> = {}): { readonly scene: Scene; readonly resume: () => void } {
      const scene: Scene = new Scene({
        phones: 2,
        params: { e2e_cancel_hop_by_hop: 0, ...params },
        request: (m, { transactions }) => {
          if (m.message.method === Method.CANCEL) return void transactions.suspend(m)
          scene.proxy.fork(m, scene.proxy.targets)
          transactions.relay(m, 0, '')
        },
        failure: (_name, m, { transactions }) => void transactions.relay(m, 0, ''),
      })
      const invite = scene.invite()
      scene.answer(180, { from: 0 })
      scene.answer(180, { from: 1 })
      scene.cancel(invite)
      const { index = 0, label = 0 } = cellOf(scene, Method.CANCEL) ?? {}
      return { scene, resume: () => scene.proxy.act(({ transactions }) => transactions.resume(index, label, 'on')) }
    }

    it('0: the answer to a CANCEL made here ends that one, and the wait ends with fr_timer', () => {
      const { scene } = waiting({ fr_timer: 6000, fr_inv_timer: 4000 })
      scene.run(4000)
      scene.answer('200 OK', { from: 0, method: 'CANCEL' })
      scene.answer('200 OK', { from: 1, method: 'CANCEL' })
      expect(scene.codes('CANCEL')).toEqual([])
      scene.run(2000)
      expect(scene.codes('CANCEL')).toEqual([408])
      expect(scene.phones.map((phone) => phone.requests('CANCEL').length)).toEqual([1, 1])
      expect(scene.leftovers()).toEqual({})
    })

    it('0: its branches have the numbers of those of the INVITE, and the answer of each ends it', () => {
      const { scene, resume } = waiting()
      resume()
      scene.run()
      scene.answer('200 OK', { from: 1, method: 'CANCEL' })
      scene.run(2000)
      expect(scene.codes('CANCEL')).toEqual([200])
      expect(scene.gaps(scene.phones[1], 'CANCEL')).toEqual([])
      expect(scene.gaps(scene.phones[0], 'CANCEL')).toEqual([500, 1500])
      scene.answer('200 OK', { from: 0, method: 'CANCEL' })
      scene.answer(487, { from: 0 })
      scene.answer(487, { from: 1 })
      expect(scene.codes().at(-1)).toBe(487)
      expect(scene.leftovers()).toEqual({})
    })
  })
})
