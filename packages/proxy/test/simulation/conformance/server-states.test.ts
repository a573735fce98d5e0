import { describe, expect, it } from 'vitest'
import type { TextMessage } from '../text-message.ts'
import { Scene, type SceneOptions } from './scene.ts'

/** Puts the transaction into a state. */
type Step = (scene: Scene, request: TextMessage) => void

interface Reaction {
  /** Codes that the caller gets because of the input. */
  readonly caller: readonly number[]
  /** Methods that the phone gets because of it. */
  readonly phone: readonly string[]
}

function react(method: string, state: Step, input: Step, options: SceneOptions = {}): Reaction {
  const scene = new Scene(options)
  const request = scene.send(method)
  state(scene, request)
  const before = [scene.codes(method).length, scene.phone.received.length]
  input(scene, request)
  return { caller: scene.codes(method).slice(before[0]), phone: scene.phone.received.slice(before[1]).map((message) => message.method) }
}

const inviteStates: Readonly<Record<string, Step>> = {
  'Proceeding, nothing from downstream': () => undefined,
  'Proceeding after 180': (scene) => scene.answer(180),
  Accepted: (scene) => scene.answer(200),
  Completed: (scene) => scene.answer(486),
  Confirmed: (scene, invite) => {
    scene.answer(486)
    scene.ack(invite)
  },
}

const again: Step = (scene, request) => scene.again(request)
const ack: Step = (scene, request) => scene.ack(request)
const downstream =
  (code: number): Step =>
  (scene) =>
    scene.answer(code)
const cancel: Step = (scene, request) => {
  scene.cancel(request)
  scene.run(100)
}

describe('INVITE server transaction, RFC 3261 17.2.1, RFC 6026 7.1: what is seen from outside', () => {
  it.each([
    ['Proceeding, nothing from downstream', 'INVITE again', again, { caller: [100], phone: [] }],
    ['Proceeding, nothing from downstream', '100 from downstream', downstream(100), { caller: [], phone: [] }],
    ['Proceeding, nothing from downstream', '180 from downstream', downstream(180), { caller: [180], phone: [] }],
    ['Proceeding, nothing from downstream', '200 from downstream', downstream(200), { caller: [200], phone: [] }],
    ['Proceeding, nothing from downstream', '404 from downstream', downstream(404), { caller: [404], phone: ['ACK'] }],
    ['Proceeding, nothing from downstream', '603 from downstream', downstream(603), { caller: [603], phone: ['ACK'] }],
    ['Proceeding, nothing from downstream', 'CANCEL', cancel, { caller: [], phone: [] }],
    ['Proceeding after 180', 'INVITE again', again, { caller: [180], phone: [] }],
    ['Proceeding after 180', '100 from downstream', downstream(100), { caller: [], phone: [] }],
    ['Proceeding after 180', '180 from downstream', downstream(180), { caller: [180], phone: [] }],
    ['Proceeding after 180', '183 from downstream', downstream(183), { caller: [183], phone: [] }],
    ['Proceeding after 180', '200 from downstream', downstream(200), { caller: [200], phone: [] }],
    ['Proceeding after 180', '302 from downstream', downstream(302), { caller: [302], phone: ['ACK'] }],
    ['Proceeding after 180', 'CANCEL', cancel, { caller: [], phone: ['CANCEL'] }],
    ['Accepted', 'INVITE again', again, { caller: [], phone: [] }],
    ['Accepted', '180 from downstream', downstream(180), { caller: [], phone: [] }],
    ['Accepted', '200 from downstream', downstream(200), { caller: [200], phone: [] }],
    ['Accepted', '404 from downstream', downstream(404), { caller: [], phone: ['ACK'] }],
    ['Accepted', 'CANCEL', cancel, { caller: [], phone: [] }],
    ['Completed', 'INVITE again', again, { caller: [486], phone: [] }],
    ['Completed', 'ACK', ack, { caller: [], phone: [] }],
    ['Completed', '180 from downstream', downstream(180), { caller: [], phone: [] }],
    ['Completed', '200 from downstream', downstream(200), { caller: [200], phone: [] }],
    ['Completed', '486 from downstream again', downstream(486), { caller: [], phone: ['ACK'] }],
    ['Completed', '600 from downstream', downstream(600), { caller: [], phone: ['ACK'] }],
    ['Completed', 'CANCEL', cancel, { caller: [], phone: [] }],
    ['Confirmed', 'INVITE again', again, { caller: [], phone: [] }],
    ['Confirmed', 'ACK again', ack, { caller: [], phone: [] }],
    ['Confirmed', '180 from downstream', downstream(180), { caller: [], phone: [] }],
    ['Confirmed', '200 from downstream', downstream(200), { caller: [200], phone: [] }],
    ['Confirmed', '486 from downstream again', downstream(486), { caller: [], phone: ['ACK'] }],
    ['Confirmed', 'CANCEL', cancel, { caller: [], phone: [] }],
  ] as const)('%s: %s', (state, _input, input, expected) => {
    expect(react('INVITE', inviteStates[state], input)).toEqual(expected)
  })

  it.each(Object.keys(inviteStates))('%s: a CANCEL MUST be answered 200, RFC 3261 9.2', (state) => {
    const scene = new Scene()
    const invite = scene.invite()
    inviteStates[state](scene, invite)
    scene.cancel(invite)
    expect(scene.codes('CANCEL')).toEqual([200])
  })

  it.each(Object.entries(inviteStates))('%s: nothing is left in the end, tm-reference 4', (_state, state) => {
    const scene = new Scene()
    state(scene, scene.invite())
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['Accepted', 200],
    ['Completed', 486],
    ['Confirmed', 486],
  ])('%s ends after wt_timer, tm-reference 4.4 (timers I and L)', (state) => {
    const scene = new Scene({ params: { wt_timer: 3000, fr_timer: 1000 } })
    inviteStates[state](scene, scene.invite())
    scene.run(2900)
    expect(scene.proxy.current).toBe(1)
    scene.run(3200)
    expect(scene.proxy.current).toBe(0)
  })
})

const otherStates: Readonly<Record<string, Step>> = {
  Trying: () => undefined,
  Proceeding: (scene) => scene.answer(180, { method: 'MESSAGE' }),
  Completed: (scene) => scene.answer(200, { method: 'MESSAGE' }),
  'Completed by a failure': (scene) => scene.answer(404, { method: 'MESSAGE' }),
}

describe('non-INVITE server transaction, RFC 3261 17.2.2: what is seen from outside', () => {
  const reply =
    (code: number): Step =>
    (scene) =>
      scene.answer(code, { method: 'MESSAGE' })

  it.each([
    ['Trying', 'MESSAGE again', again, []],
    ['Trying', '100 from downstream', reply(100), []],
    ['Trying', '180 from downstream', reply(180), [180]],
    ['Trying', '202 from downstream', reply(202), [202]],
    ['Trying', '404 from downstream', reply(404), [404]],
    ['Trying', '600 from downstream', reply(600), [600]],
    ['Proceeding', 'MESSAGE again', again, [180]],
    ['Proceeding', '183 from downstream', reply(183), [183]],
    ['Proceeding', '200 from downstream', reply(200), [200]],
    ['Proceeding', '404 from downstream', reply(404), [404]],
    ['Completed', 'MESSAGE again', again, [200]],
    ['Completed', '180 from downstream', reply(180), []],
    ['Completed', '200 from downstream again', reply(200), []],
    ['Completed', '404 from downstream', reply(404), []],
    ['Completed by a failure', 'MESSAGE again', again, [404]],
    ['Completed by a failure', '180 from downstream', reply(180), []],
    ['Completed by a failure', '200 from downstream', reply(200), []],
    ['Completed by a failure', '404 from downstream again', reply(404), []],
  ] as const)('%s: %s', (state, _input, input, expected) => {
    expect(react('MESSAGE', otherStates[state], input)).toEqual({ caller: expected, phone: [] })
  })

  it.each(Object.entries(otherStates))('%s: nothing is left in the end, tm-reference 4', (_state, state) => {
    const scene = new Scene()
    state(scene, scene.send('MESSAGE'))
    expect(scene.leftovers()).toEqual({})
  })
})

describe('timers of the server side', () => {
  const DOUBLING = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500]

  it.each([
    ['the defaults', {}, DOUBLING],
    ['retr_timer1 200', { retr_timer1: 200, fr_timer: 3000 }, [200, 600, 1400]],
    ['retr_timer2 1000', { retr_timer2: 1000, fr_timer: 5000 }, [500, 1500, 2500, 3500, 4500]],
    ['fr_timer 2000', { fr_timer: 2000 }, [500, 1500]],
    ['fr_timer shorter than retr_timer1', { fr_timer: 400 }, []],
  ])('timer G doubles from T1 to T2 until timer H = fr_timer, RFC 3261 17.2.1, tm-reference 2.1: %s', (_what, params, expected) => {
    const scene = new Scene({ params })
    scene.invite()
    scene.answer(486)
    scene.run(60_000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 486')).toEqual(expected)
  })

  it('timer G does not run over streams, RFC 3261 17.2.1; timer H does', () => {
    const scene = new Scene({ stream: true, params: { wt_timer: 1000, fr_timer: 4000 } })
    scene.invite()
    scene.answer(486)
    scene.run(3900)
    expect(scene.gaps(scene.caller, 'SIP/2.0 486')).toEqual([])
    expect(scene.proxy.current).toBe(1)
    scene.run(1200)
    expect(scene.proxy.current).toBe(0)
  })

  it.each([
    ['datagrams', false],
    ['streams', true],
  ])('a 2xx made here is retransmitted over %s until its ACK, RFC 3261 13.3.1.4', (_what, stream) => {
    const scene = new Scene({ stream, request: (m, { transactions }) => void transactions.sendReply(m, 200, 'OK') })
    const invite = scene.invite()
    scene.run(4000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 200')).toEqual([500, 1500, 3500])
    scene.send('ACK', { toTag: scene.caller.last('INVITE').toTag })
    scene.run(20_000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 200')).toHaveLength(3)
    expect(invite.method).toBe('INVITE')
    expect(scene.leftovers()).toEqual({})
  })

  it('gives up a 2xx made here that nobody acknowledges after fr_timer, RFC 3261 13.3.1.4', () => {
    const scene = new Scene({ params: { fr_timer: 4000 }, request: (m, { transactions }) => void transactions.sendReply(m, 200, 'OK') })
    scene.invite()
    scene.run(60_000)
    expect(scene.gaps(scene.caller, 'SIP/2.0 200')).toEqual([500, 1500, 3500])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['a 3xx', 302],
    ['a 4xx', 486],
    ['a 5xx', 500],
    ['a 6xx', 603],
  ])('%s made here is retransmitted until its ACK, RFC 3261 17.2.1', (_what, code) => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, code, '') })
    const invite = scene.invite()
    scene.run(1000)
    scene.ack(invite)
    scene.run(10_000)
    expect(scene.gaps(scene.caller, `SIP/2.0 ${code}`)).toEqual([500])
  })

  it('a final reply to another method is never retransmitted by itself, RFC 3261 17.2.2 (timer J)', () => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, 404, '') })
    scene.send('MESSAGE')
    scene.run(30_000)
    expect(scene.codes('MESSAGE')).toEqual([404])
  })
})
