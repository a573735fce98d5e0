import { describe, expect, it } from 'vitest'
import { Moment } from '../../../src/tm/callbacks.ts'
import { Scene } from './scene.ts'

const DOUBLING = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500]

type Step = (scene: Scene) => void

/** What the phone gets, by method, and the caller, by code, because of `input`. */
function react(method: string, state: Step, input: Step): { readonly phone: readonly string[]; readonly caller: readonly number[] } {
  const scene = new Scene({ params: { fr_timer: 4000, fr_inv_timer: 6000 } })
  scene.send(method)
  state(scene)
  const before = [scene.phone.received.length, scene.codes(method).length]
  input(scene)
  return { phone: scene.phone.received.slice(before[0]).map((message) => message.method), caller: scene.codes(method).slice(before[1]) }
}

describe('INVITE client transaction, RFC 3261 17.1.1, RFC 6026 7.2: what is seen from outside', () => {
  const states: Readonly<Record<string, Step>> = {
    Calling: () => undefined,
    Proceeding: (scene) => scene.answer(180),
    Accepted: (scene) => scene.answer(200),
    Completed: (scene) => scene.answer(486),
    'Completed by a timeout': (scene) => {
      scene.run(4000)
      scene.run(500)
    },
  }
  const reply =
    (code: number): Step =>
    (scene) =>
      scene.answer(code)
  const time =
    (ms: number): Step =>
    (scene) =>
      scene.run(ms)

  it.each([
    ['Calling', 'timer A', time(500), ['INVITE'], []],
    ['Calling', 'timer B', time(4000), ['INVITE', 'INVITE', 'INVITE'], [408]],
    ['Calling', '100', reply(100), [], []],
    ['Calling', '180', reply(180), [], [180]],
    ['Calling', '200', reply(200), [], [200]],
    ['Calling', '404', reply(404), ['ACK'], [404]],
    ['Calling', '603', reply(603), ['ACK'], [603]],
    ['Proceeding', '2 s pass: timer A MUST NOT run', time(2000), [], []],
    ['Proceeding', '100', reply(100), [], []],
    ['Proceeding', '183', reply(183), [], [183]],
    ['Proceeding', '200', reply(200), [], [200]],
    ['Proceeding', '404', reply(404), ['ACK'], [404]],
    ['Proceeding', 'fr_inv_timer', time(6050), ['CANCEL'], [408]],
    ['Accepted', '180', reply(180), [], []],
    ['Accepted', '200', reply(200), [], [200]],
    ['Accepted', '486: acknowledged, goes no further', reply(486), ['ACK'], []],
    ['Completed', '180', reply(180), [], []],
    ['Completed', '200', reply(200), [], [200]],
    ['Completed', '486', reply(486), ['ACK'], []],
    ['Completed', '600', reply(600), ['ACK'], []],
    ['Completed by a timeout', '180: rings after all and is cancelled, 16.8', reply(180), ['CANCEL'], []],
    ['Completed by a timeout', '200: the call was answered after all, 16.7 step 5', reply(200), [], [200]],
    ['Completed by a timeout', '404: acknowledged, goes no further', reply(404), ['ACK'], []],
  ] as const)('%s: %s', (state, _input, input, phone, caller) => {
    expect(react('INVITE', states[state], input)).toEqual({ phone, caller })
  })
})

describe('non-INVITE client transaction, RFC 3261 17.1.2: what is seen from outside', () => {
  const reply =
    (code: number): Step =>
    (scene) =>
      scene.answer(code, { method: 'MESSAGE' })
  const states: Readonly<Record<string, Step>> = {
    Trying: () => undefined,
    Proceeding: reply(180),
    Completed: reply(200),
    'Completed by a timeout': (scene) => scene.run(4100),
  }
  const time =
    (ms: number): Step =>
    (scene) =>
      scene.run(ms)

  it.each([
    ['Trying', 'timer E', time(500), ['MESSAGE'], []],
    ['Trying', 'timer F', time(4000), ['MESSAGE', 'MESSAGE', 'MESSAGE'], [408]],
    ['Trying', '100', reply(100), [], []],
    ['Trying', '180', reply(180), [], [180]],
    ['Trying', '200', reply(200), [], [200]],
    ['Trying', '404', reply(404), [], [404]],
    ['Proceeding', '180 again', reply(180), [], [180]],
    ['Proceeding', '200', reply(200), [], [200]],
    ['Proceeding', '404', reply(404), [], [404]],
    ['Proceeding', 'timer F runs on: fr_timer counts from the request', time(4000), [], [408]],
    ['Completed', '180', reply(180), [], []],
    ['Completed', '200', reply(200), [], []],
    ['Completed', '404', reply(404), [], []],
    ['Completed by a timeout', '180', reply(180), [], []],
    ['Completed by a timeout', '200', reply(200), [], []],
    ['Completed by a timeout', '404', reply(404), [], []],
  ] as const)('%s: %s', (state, _input, input, phone, caller) => {
    expect(react('MESSAGE', states[state], input)).toEqual({ phone, caller })
  })
})

describe('retransmission of requests, RFC 3261 17.1.1.2, 17.1.2.2, tm-reference 5.2', () => {
  it.each([
    ['INVITE', {}, DOUBLING],
    ['MESSAGE', {}, DOUBLING],
    ['INVITE', { retr_timer1: 100, fr_timer: 2000 }, [100, 300, 700, 1500]],
    ['MESSAGE', { retr_timer1: 100, fr_timer: 2000 }, [100, 300, 700, 1500]],
    ['INVITE', { retr_timer2: 500, fr_timer: 2200 }, [500, 1000, 1500, 2000]],
    ['MESSAGE', { retr_timer2: 700, fr_timer: 3000 }, [500, 1200, 1900, 2600]],
    ['INVITE', { retr_timer1: 0, retr_timer2: 1000, fr_timer: 100 }, null],
  ])('%s with %j (timers A and E)', (method, params, expected) => {
    const scene = new Scene({ params })
    scene.send(method)
    scene.run(31_000)
    if (expected === null) expect(scene.codes(method)).toContain(408)
    else expect(scene.gaps(scene.phone, method)).toEqual(expected)
  })

  it.each(['INVITE', 'MESSAGE'])('%s MUST NOT be retransmitted over streams', (method) => {
    const scene = new Scene({ stream: true })
    scene.send(method)
    scene.run(29_000)
    expect(scene.phone.requests(method)).toHaveLength(1)
    scene.run(2000)
    expect(scene.codes(method)).toContain(408)
  })

  it('a provisional to another method slows down to T2 (timer E in Proceeding)', () => {
    const scene = new Scene({ params: { retr_timer2: 2000, fr_timer: 9000 } })
    scene.send('MESSAGE')
    scene.answer(180, { method: 'MESSAGE' })
    scene.run(7000)
    expect(scene.gaps(scene.phone, 'MESSAGE').map((gap) => Math.round(gap / 100))).toEqual([20, 40, 60])
  })

  it.each([
    ['t_set_retr(200, 400)', [200, 600, 1000, 1400, 1800]],
    ['t_reset_retr', [500, 1500]],
  ])('%s, tm-reference 8.2', (what, expected) => {
    const scene: Scene = new Scene({
      params: { fr_timer: 2000 },
      request: (m, { transactions }) => {
        transactions.setRetr(m, 200, 400)
        if (what === 't_reset_retr') transactions.resetRetr(m)
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    scene.run(3000)
    expect(scene.gaps(scene.phone, 'INVITE')).toEqual(expected)
  })
})

/** When the caller gets its 408, in tenths of a second after the request; the phone rings at the given ms. */
function timeoutOf(scene: Scene, method: string, rings: readonly number[]): number {
  const start = scene.world.now()
  scene.send(method)
  for (const at of rings) scene.world.at(start + at, () => scene.phone.reply(scene.proxy.address, scene.phone.last(method), '180 Ringing'))
  scene.run(400_000)
  return (scene.sent(scene.caller, 'SIP/2.0 408')[0].at - start) / 100
}

describe('final-response timers, RFC 3261 16.6 step 11, 16.8, tm-reference 2.1', () => {
  it.each([
    ['INVITE', 'fr_timer default', {}, [], 30_000],
    ['INVITE', 'fr_timer', { fr_timer: 7000 }, [], 7000],
    ['MESSAGE', 'fr_timer default', {}, [], 30_000],
    ['MESSAGE', 'fr_timer', { fr_timer: 7000 }, [], 7000],
    ['MESSAGE', 'fr_timer in spite of provisionals', { fr_timer: 7000 }, [3000, 6000], 7000],
    ['INVITE', 'fr_inv_timer default', {}, [1000], 121_000],
    ['INVITE', 'fr_inv_timer', { fr_inv_timer: 9000 }, [1000], 10_000],
    ['INVITE', 'restart_fr_on_each_reply 1', { fr_inv_timer: 9000 }, [1000, 5000, 12_000], 21_000],
    ['INVITE', 'restart_fr_on_each_reply 0', { fr_inv_timer: 9000, restart_fr_on_each_reply: 0 }, [1000, 5000], 10_000],
    ['INVITE', 'max_inv_lifetime before the first reply', { max_inv_lifetime: 5000 }, [], 5000],
    ['INVITE', 'max_inv_lifetime while ringing', { max_inv_lifetime: 15_000, fr_inv_timer: 9000 }, [1000, 5000, 12_000], 15_000],
    ['INVITE', 'max_inv_lifetime default', {}, [1000, 100_000], 180_000],
    ['MESSAGE', 'max_noninv_lifetime', { max_noninv_lifetime: 4000 }, [], 4000],
    ['MESSAGE', 'max_noninv_lifetime default', { fr_timer: 100_000 }, [], 32_000],
    ['MESSAGE', 'max_inv_lifetime does not matter', { max_inv_lifetime: 1000 }, [], 30_000],
    ['INVITE', 'max_noninv_lifetime does not matter', { max_noninv_lifetime: 1000 }, [], 30_000],
  ])('%s: %s', (method, _what, params, rings, expected) => {
    expect(timeoutOf(new Scene({ params }), method, rings)).toBeCloseTo(expected / 100, 0)
  })

  it.each([
    [180, 183, true],
    [183, 180, false],
    [100, 180, true],
    [180, 180, false],
    [100, 101, false],
  ])('restart_fr_on_each_reply 0: %i then %i restarts: %s', (first, second, restarts) => {
    const scene = new Scene({ params: { fr_inv_timer: 4000, restart_fr_on_each_reply: 0 } })
    scene.invite()
    scene.answer(first)
    scene.run(3000)
    scene.answer(second)
    scene.run(2000)
    expect(scene.codes().includes(408)).toBe(!restarts)
  })

  it.each([
    ['t_set_fr before the relay', [2000, 3000], [0, 0], [], 3000],
    ['t_set_fr: only the INVITE timer', [2000, 0], [0, 0], [1000], 3000],
    ['t_set_fr: 0 keeps both', [0, 0], [0, 0], [], 6000],
    ['t_set_max_lifetime', [0, 0], [2500, 0], [], 2500],
  ])('%s, tm-reference 8.2', (_what, fr, life, rings, expected) => {
    const scene: Scene = new Scene({
      params: { fr_timer: 6000, fr_inv_timer: 6000 },
      request: (m, { transactions }) => {
        transactions.setFr(m, fr[0], fr[1])
        transactions.setMaxLifetime(m, life[0], life[1])
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    expect(timeoutOf(scene, 'INVITE', rings)).toBeCloseTo(expected / 100, 0)
  })

  it.each(['t_reset_fr', 't_reset_max_lifetime'])('%s goes back to the parameters, tm-reference 8.2', (what) => {
    const scene: Scene = new Scene({
      params: { fr_timer: 4000 },
      request: (m, { transactions }) => {
        if (what === 't_reset_fr') {
          transactions.setFr(m, 1000, 1000)
          transactions.resetFr(m)
        } else {
          transactions.setMaxLifetime(m, 1000, 1000)
          transactions.resetMaxLifetime(m)
        }
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    scene.run(3900)
    expect(scene.codes()).toEqual([100])
    scene.run(200)
    expect(scene.codes()).toContain(408)
  })

  it('t_set_fr in a reply route re-times the branch at once, tm-reference 8.2', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armReply(m, 'ring')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      reply: (_name, m, { transactions }) => transactions.setFr(m, 2000, 0) > 0,
    })
    scene.invite()
    scene.answer(180)
    scene.run(2100)
    expect(scene.codes()).toContain(408)
  })

  it('a ringing branch that times out MUST be cancelled, 16.8', () => {
    const scene = new Scene({ params: { fr_inv_timer: 3000 } })
    scene.invite()
    scene.answer(180)
    scene.run(3100)
    expect(scene.phone.requests('CANCEL').length).toBeGreaterThan(0)
  })

  it('a branch that never rang is not cancelled when it times out, 9.1', () => {
    const scene = new Scene({ params: { fr_timer: 3000 } })
    scene.invite()
    scene.run(20_000)
    expect(scene.phone.requests('CANCEL')).toHaveLength(0)
  })
})

describe('reply_408_code and reply_408_reason, tm-reference 2.3', () => {
  it.each([
    [{}, 'SIP/2.0 408 Request Timeout'],
    [{ reply_408_code: 504 }, 'SIP/2.0 504 Request Timeout'],
    [{ reply_408_reason: 'Nobody there' }, 'SIP/2.0 408 Nobody there'],
    [{ reply_408_code: 480, reply_408_reason: 'Gone' }, 'SIP/2.0 480 Gone'],
  ])('%j gives "%s"', (params, line) => {
    const scene = new Scene({ params: { fr_timer: 1000, ...params } })
    scene.invite()
    scene.run(1100)
    expect(scene.caller.last('INVITE').startLine).toBe(line)
  })
})

describe('noisy_ctimer 0, tm-reference 2.1', () => {
  const silent = (scene: Scene): readonly number[] => {
    scene.invite()
    scene.run(2000)
    return scene.codes()
  }
  const params = { noisy_ctimer: 0, fr_timer: 1000, fr_inv_timer: 1000 }

  it('an INVITE that nothing answered ends without a word', () => {
    const scene = new Scene({ params })
    expect(silent(scene)).toEqual([100])
    expect(scene.leftovers()).toEqual({})
  })

  it('1: it gets its 408', () => {
    expect(silent(new Scene({ params: { ...params, noisy_ctimer: 1 } }))).toContain(408)
  })

  it('a second branch makes it noisy', () => {
    expect(silent(new Scene({ params, phones: 2 }))).toContain(408)
  })

  it('a reply makes it noisy', () => {
    const scene = new Scene({ params })
    scene.invite()
    scene.answer(100)
    scene.run(2000)
    expect(scene.codes()).toContain(408)
  })

  it.each(['failure', 'branch failure'])('a %s route makes it noisy', (hook) => {
    const scene: Scene = new Scene({
      params,
      request: (m, { transactions }) => {
        if (hook === 'failure') transactions.armFailure(m, 'x')
        else transactions.armBranchFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    expect(silent(scene)).toContain(408)
  })

  it('a callback for failures makes it noisy', () => {
    const scene = new Scene({ params })
    scene.proxy.engine.transactions.callbacks.on(Moment.ON_FAILURE, () => undefined)
    expect(silent(scene)).toContain(408)
  })

  it('another method gets its 408', () => {
    const scene = new Scene({ params })
    scene.send('MESSAGE')
    scene.run(2000)
    expect(scene.codes('MESSAGE')).toEqual([408])
  })

  it('a late 200 still reaches the caller while the transaction waits', () => {
    const scene = new Scene({ params })
    silent(scene)
    scene.answer(200)
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('ACK to a negative reply, RFC 3261 17.1.1.3', () => {
  it.each([300, 302, 404, 486, 487, 500, 503, 600, 603, 699])(
    'a %i MUST be acknowledged, with its To, the branch and URI of the INVITE',
    (code) => {
      const scene = new Scene({ params: { remap_503_500: 0 } })
      scene.invite({ headers: ['Route: <sip:10.0.1.0:5060;lr>'] })
      scene.answer(code)
      const [invite, ack] = [scene.phone.last('INVITE'), scene.phone.last('ACK')]
      expect(ack.uri).toBe(invite.uri)
      expect(ack.all('Via')).toEqual([invite.header('Via')])
      expect(ack.toTag).toBe(`to-${scene.phone.address}`)
      for (const name of ['From', 'Call-ID', 'Route']) expect(ack.all(name)).toEqual(invite.all(name))
      expect(ack.header('CSeq')).toBe('1 ACK')
      expect(ack.header('Content-Length')).toBe('0')
    },
  )

  it.each([200, 202, 299])('a %i is not acknowledged here, 16.7', (code) => {
    const scene = new Scene()
    scene.invite()
    scene.answer(code)
    expect(scene.phone.requests('ACK')).toHaveLength(0)
  })

  it.each([
    ['', []],
    ['X-', ['X-One: 1', 'X-Two: 2']],
    ['x-t', ['X-Two: 2']],
    ['Subject', []],
  ])('ac_extra_hdrs "%s" copies %j, tm-reference 2.4', (prefix, copied) => {
    const scene = new Scene({ params: { ac_extra_hdrs: prefix } })
    scene.invite({ headers: ['X-One: 1', 'X-Two: 2', 'Require: 100rel'] })
    scene.answer(486)
    const ack = scene.phone.last('ACK')
    expect(ack.text.split('\r\n').filter((line) => line.startsWith('X-'))).toEqual(copied)
    expect(ack.header('Require')).toBe('')
  })
})
