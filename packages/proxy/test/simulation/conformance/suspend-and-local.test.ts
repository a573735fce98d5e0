import { Method } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import type { ScriptServices } from '../../../src/engine.ts'
import type { RoutedMessage } from '../../../src/forward/routed-message.ts'
import { Counter } from '../../../src/metrics/counter-layout.ts'
import type { LocalRequest } from '../../../src/tm/local-request.ts'
import { Agent } from '../agent.ts'
import type { TextMessage } from '../text-message.ts'
import { Scene, type SceneOptions } from './scene.ts'

describe('suspended transactions, tm-reference 10', () => {
  /** Every INVITE is suspended; `resume` goes on with it. */
  function suspending(options: SceneOptions & { readonly failureArmed?: boolean } = {}): {
    readonly scene: Scene
    readonly resume: () => number
    readonly runs: string[]
  } {
    const runs: string[] = []
    let tx = { index: 0, label: 0 }
    const scene: Scene = new Scene({
      params: { fr_inv_timer: 4000, fr_timer: 3000 },
      request: (m, { transactions }) => {
        if (m.message.method === Method.CANCEL) return void transactions.relayCancel(m)
        if (options.failureArmed === true) transactions.armFailure(m, 'failed')
        scene.proxy.fork(m, scene.proxy.targets)
        if (transactions.suspend(m) > 0 && m.cell !== null) tx = { index: m.cell.index, label: m.cell.label }
      },
      failure: (name, m, { transactions }) => {
        runs.push(name)
        if (name === 'resumed') transactions.relay(m, 0, '')
      },
      ...options,
    })
    const resume = (): number => {
      const result = scene.proxy.engine.transactions.resume(tx.index, tx.label, 'resumed')
      scene.proxy.wake()
      scene.run()
      return result
    }
    return { scene, resume, runs }
  }

  it.each([
    ['INVITE', 4000, 408],
    ['MESSAGE', 3000, 408],
  ])('%s: fr timers run on; %i ms later the caller gets %i', (method, ms, code) => {
    const { scene } = suspending()
    scene.send(method)
    scene.run(ms - 100)
    expect(scene.codes(method).includes(code)).toBe(false)
    scene.run(200)
    expect(scene.codes(method).includes(code)).toBe(true)
    expect(scene.leftovers()).toEqual({})
  })

  it('with a failure route armed, when its time is over: the route runs, the caller gets its reply', () => {
    const { scene, runs } = suspending({ failureArmed: true })
    scene.invite()
    scene.run(4100)
    expect(runs).toEqual(['failed'])
    expect(scene.codes()).toContain(408)
    expect(scene.leftovers()).toEqual({})
  })

  /** The failure route of an INVITE whose wait has timed out does `onFailure`. */
  function timedOut(
    onFailure: (m: RoutedMessage, transactions: ScriptServices['transactions']) => void,
    options: SceneOptions = {},
  ): ReturnType<typeof suspending> {
    const world = suspending({
      failureArmed: true,
      failure: (name, m, { transactions }) => {
        world.runs.push(name)
        if (name === 'failed') onFailure(m, transactions)
        else transactions.relay(m, 0, '')
      },
      ...options,
    })
    world.scene.invite()
    world.scene.run(4100)
    return world
  }

  function toVoicemail(m: RoutedMessage, transactions: ScriptServices['transactions']): void {
    m.requestUri = 'sip:voicemail@10.0.1.0:5060'
    m.requestUriConsumed = false
    transactions.relay(m, 0, '')
  }

  it('its time is over and the failure route relays: going on later is refused with 1, and nothing is sent twice', () => {
    const { scene, resume, runs } = timedOut(toVoicemail)
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
    expect(scene.proxy.counters[Counter.suspended]).toBe(0)
    expect([resume(), resume()]).toEqual([1, 1])
    expect(runs).toEqual(['failed'])
    scene.answer(200)
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('its time is over and the failure route waits in turn: going on leads to a relay, and else to the first 408', () => {
    const results: number[] = []
    const { scene, resume, runs } = timedOut((m, transactions) => void results.push(transactions.suspend(m)))
    expect(results).toEqual([1])
    expect(resume()).toBe(0)
    expect(runs).toEqual(['failed', 'resumed'])
    expect(scene.codes().at(-1)).toBe(408)
    expect(scene.leftovers()).toEqual({})
  })

  it('that wait, too, ends with the final-response timer', () => {
    const { scene, resume } = timedOut((m, transactions) => void transactions.suspend(m))
    scene.run(4100)
    expect(scene.codes().at(-1)).toBe(408)
    expect(resume()).toBe(1)
    expect(scene.proxy.counters[Counter.suspended]).toBe(0)
    expect(scene.leftovers()).toEqual({})
  })

  it('its time is over without a word (noisy_ctimer 0): going on later is refused with 1', () => {
    const { scene, resume, runs } = suspending({ params: { fr_inv_timer: 4000, noisy_ctimer: 0 } })
    scene.invite()
    scene.run(4100)
    expect(resume()).toBe(1)
    expect([runs, scene.phone.received]).toEqual([[], []])
    expect(scene.leftovers()).toEqual({})
  })

  it('when it is cancelled no branch is active: 487 at once, whatever is armed, tm-reference 6.3', () => {
    const { scene, runs } = suspending({ failureArmed: true })
    scene.cancel(scene.invite())
    expect(runs).toEqual([])
    expect(scene.codes()).toContain(487)
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['a CANCEL of its caller', (scene: Scene, message: TextMessage) => scene.cancel(message)],
    ['t_cancel_callid', (scene: Scene) => void scene.proxy.engine.transactions.cancelCallId('call-1', 1, { flag: 0, status: 0 })],
  ])('%s changes nothing for a MESSAGE, RFC 3261 9.2', (_what, cancel) => {
    const { scene, resume } = suspending()
    cancel(scene, scene.send('MESSAGE'))
    expect(resume()).toBe(0)
    scene.answer(200, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200])
    expect(scene.leftovers()).toEqual({})
  })

  it('when it goes on, the real branches decide', () => {
    const { scene, resume } = suspending({ phones: 2 })
    scene.invite()
    scene.run(3000)
    expect(resume()).toBe(0)
    scene.answer(486, { from: 0 })
    scene.answer(404, { from: 1 })
    expect(scene.codes().at(-1)).toBe(404)
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['twice', -2],
    ['after the reply', -2],
  ])('going on %s is refused with %i', (_what, code) => {
    const { scene, resume } = suspending()
    scene.invite()
    resume()
    if (_what === 'after the reply') scene.answer(180)
    expect(resume()).toBe(code)
  })

  it('a transaction with a final reply cannot be suspended: -3', () => {
    const results: number[] = []
    const scene = new Scene({
      request: (m, { transactions }) => void results.push(transactions.sendReply(m, 404, ''), transactions.suspend(m)),
    })
    scene.invite()
    expect(results).toEqual([1, -3])
  })

  it('retransmissions are absorbed meanwhile', () => {
    const { scene, runs } = suspending()
    const invite = scene.invite()
    for (let i = 0; i < 5; i++) scene.again(invite)
    expect([scene.proxy.stat('tmCreated'), runs]).toEqual([1, []])
  })
})

describe('local requests, RFC 3261 8.1, 17.1, tm-reference 11, 12', () => {
  function local(scene: Scene, request: Partial<LocalRequest> = {}): number[] {
    const outcomes: number[] = []
    const defaults: LocalRequest = {
      method: 'OPTIONS',
      uri: `sip:bob@${scene.phone.address}`,
      nextHop: '',
      listener: null,
      headers: 'From: <sip:monitor@here>\r\nTo: <sip:bob@there>\r\n',
      body: '',
      noAck: false,
      frTimer: 0,
      frInvTimer: 0,
    }
    const result = scene.proxy.engine.transactions.startLocal({ ...defaults, ...request }, ({ status }) => void outcomes.push(status))
    if (result < 0) outcomes.push(result)
    scene.proxy.wake()
    scene.run()
    return outcomes
  }

  it.each([200, 202, 302, 404, 486, 500, 503, 603])('a %i ends it, as it came', (code) => {
    const scene = new Scene()
    const outcomes = local(scene)
    scene.answer(code, { method: 'OPTIONS' })
    scene.answer(code, { method: 'OPTIONS' })
    expect(outcomes).toEqual([code])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    [0, [200]],
    [1, [180, 183, 200]],
  ])('pass_provisional_replies %i: %j, tm-reference 2.3', (pass, expected) => {
    const scene = new Scene({ params: { pass_provisional_replies: pass } })
    const outcomes = local(scene, { method: 'INVITE' })
    for (const code of [180, 183, 200]) scene.answer(code)
    expect(outcomes).toEqual(expected)
  })

  it.each([
    [0, 0, 4000],
    [1500, 0, 1500],
    [0, 1500, 4000],
  ])('frTimer %i and frInvTimer %i: nobody answers, 408 after %i ms', (frTimer, frInvTimer, ms) => {
    const scene = new Scene({ params: { fr_timer: 4000 } })
    const outcomes = local(scene, { method: 'INVITE', frTimer, frInvTimer })
    scene.run(ms - 100)
    expect(outcomes).toEqual([])
    scene.run(200)
    expect(outcomes).toEqual([408])
  })

  it('a ringing INVITE that takes too long is cancelled, RFC 3261 9.1', () => {
    const scene = new Scene({ params: { fr_inv_timer: 2000 } })
    const outcomes = local(scene, { method: 'INVITE' })
    scene.answer(180)
    scene.run(2100)
    expect(scene.phone.requests('CANCEL').length).toBeGreaterThan(0)
    scene.answer(487)
    expect(outcomes).toEqual([408])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    [0, '10.0.3.3:5060'],
    [1, '10.0.1.0:5060'],
    [2, '10.0.4.4:5060'],
  ])('local_ack_mode %i: the ACK goes to %s, tm-reference 2.4', (mode, place) => {
    const scene = new Scene({ params: { local_ack_mode: mode } })
    const contact = new Agent(scene.world, '10.0.3.3:5060')
    const source = new Agent(scene.world, '10.0.4.4:5060')
    local(scene, { method: 'INVITE' })
    const invite = scene.phone.last('INVITE')
    scene.phone.reply('10.9.9.9:1', invite, '200 OK')
    const text = scene.world.wire.at(-1)?.text.replace(/Contact: [^\r]*/, 'Contact: <sip:callee@10.0.3.3:5060>') ?? ''
    source.send(scene.proxy.address, text)
    scene.run()
    const got = [scene.phone, contact, source].filter((agent) => agent.requests('ACK').length > 0)
    expect(got.map(({ address }) => address)).toEqual([place])
  })

  it.each([
    ['a name with an address', 'callee.example', '10.0.3.3:5060'],
    ['a name without one, so where the INVITE went', 'nowhere.example', '10.0.1.0:5060'],
  ])('the ACK of a 2xx whose Contact is %s, RFC 3261 12.2.1.1, tm-reference 2.4', (_what, name, place) => {
    const scene = new Scene({ names: { 'callee.example': '10.0.3.3' } })
    const contact = new Agent(scene.world, '10.0.3.3:5060')
    local(scene, { method: 'INVITE' })
    scene.phone.reply('10.9.9.9:1', scene.phone.last('INVITE'), '200 OK')
    const text = scene.world.wire.at(-1)?.text.replace(/Contact: [^\r]*/, `Contact: <sip:callee@${name}>`) ?? ''
    scene.phone.send(scene.proxy.address, text)
    scene.run(6000)
    const got = [scene.phone, contact].filter((agent) => agent.requests('ACK').length > 0)
    expect(got.map(({ address }) => address)).toEqual([place])
    expect(got[0].last('ACK').uri).toBe(`sip:callee@${name}`)
    expect(scene.leftovers()).toEqual({})
  })

  it('the ACK of a 2xx goes along its Record-Route, last first, RFC 3261 12.1.2', () => {
    const scene = new Scene()
    local(scene, { method: 'INVITE' })
    scene.answer(200, { headers: ['Record-Route: <sip:10.0.8.8;lr>', 'Record-Route: <sip:10.0.1.0:5060;lr>'] })
    expect(scene.phone.last('ACK').all('Route')).toEqual(['<sip:10.0.1.0:5060;lr>', '<sip:10.0.8.8;lr>'])
  })

  it.each([
    ['an unsendable address', -477],
    ['no address at all', 478],
  ])('%s: %i', (what, code) => {
    const scene = new Scene()
    scene.proxy.unsendable.add(scene.phone.address)
    expect(local(scene, what === 'no address at all' ? { uri: 'sip:b@nowhere.example' } : {})).toEqual([code])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['text', 'Gr\u00fc\u00dfe', 7],
    ['bytes', new Uint8Array([0, 255, 13, 10]), 4],
  ])('a body of %s has its length in octets', (_what, body, length) => {
    const scene = new Scene()
    local(scene, { method: 'MESSAGE', body })
    expect(scene.phone.last('MESSAGE').header('Content-Length')).toBe(String(length))
  })
})

describe('agreement of answers with questions, RFC 3261 17.1', () => {
  it('two local requests at a time do not disturb each other', () => {
    const scene = new Scene({ phones: 2 })
    const ends: number[] = []
    for (const phone of scene.phones)
      scene.proxy.engine.transactions.startLocal(
        {
          method: 'OPTIONS',
          uri: `sip:x@${phone.address}`,
          nextHop: '',
          listener: null,
          headers: 'From: <sip:a@b>\r\nTo: <sip:c@d>\r\n',
          body: '',
          noAck: false,
          frTimer: 0,
          frInvTimer: 0,
        },
        ({ status }) => void ends.push(status),
      )
    scene.proxy.wake()
    scene.run()
    scene.answer(404, { from: 1, method: 'OPTIONS' })
    scene.answer(200, { from: 0, method: 'OPTIONS' })
    expect(ends).toEqual([404, 200])
  })
})
