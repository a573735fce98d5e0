import { describe, expect, it } from 'vitest'
import { Agent } from '../agent.ts'
import { TextMessage } from '../text-message.ts'
import { seededRandom } from '../world.ts'
import { Scene, type SceneOptions } from './scene.ts'

describe('a stop that has begun, RFC 3261 21.5.4', () => {
  function draining(): Scene {
    const scene = new Scene()
    scene.proxy.engine.receiver.draining = true
    return scene
  }

  it.each(['INVITE', 'MESSAGE', 'REGISTER', 'OPTIONS', 'BYE'])('a new %s gets 503 with Retry-After and no transaction', (method) => {
    const scene = draining()
    scene.send(method)
    expect(scene.codes(method)).toEqual([503])
    expect(scene.caller.last(method).header('Retry-After')).toBe('5')
    expect(scene.proxy.stat('tmCreated')).toBe(0)
  })

  it('what runs is finished: replies, retransmissions, ACK and CANCEL', () => {
    const scene = new Scene()
    const invite = scene.invite()
    scene.answer(180)
    scene.proxy.engine.receiver.draining = true
    scene.again(invite)
    scene.cancel(invite)
    scene.answer(487)
    scene.ack(invite)
    expect(scene.codes()).toEqual([100, 180, 180, 487])
    expect(scene.codes('CANCEL')).toEqual([200])
    expect(scene.leftovers()).toEqual({})
  })

  it('an ACK is not answered', () => {
    const scene = draining()
    scene.send('ACK')
    expect(scene.caller.received).toHaveLength(0)
  })
})

describe('defects cost their call and nothing else', () => {
  /** Everything that `hook` does throws for the call 'bad'. */
  function broken(hook: 'request' | 'branch' | 'reply' | 'failure' | 'branchFailure'): {
    readonly scene: Scene
    readonly defects: unknown[]
  } {
    const defects: unknown[] = []
    const check = (name: typeof hook, callId: string): void => {
      if (name === hook && callId === 'bad') throw new Error(`broken ${name}`)
    }
    const idOf = (m: Parameters<NonNullable<SceneOptions['request']>>[0]): string =>
      m.message.text(m.message.callIdStart, m.message.callIdEnd)
    const scene: Scene = new Scene({
      defect: (error) => void defects.push(error),
      request: (m, { transactions }) => {
        check('request', idOf(m))
        transactions.armBranch(m, 'b')
        transactions.armReply(m, 'r')
        transactions.armFailure(m, 'f')
        transactions.armBranchFailure(m, 'bf')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      branch: (_name, m) => {
        check('branch', idOf(m))
        return true
      },
      reply: (_name, m) => {
        check('reply', idOf(m))
        return true
      },
      failure: (_name, m) => check('failure', idOf(m)),
      branchFailure: (_name, m) => check('branchFailure', idOf(m)),
    })
    return { scene, defects }
  }

  it.each(['request', 'branch', 'reply', 'failure', 'branchFailure'] as const)('a throwing %s hook', (hook) => {
    const { scene, defects } = broken(hook)
    scene.invite({ callId: 'good' })
    const good = scene.phone.last('INVITE')
    scene.invite({ callId: 'bad' })
    const bad = scene.phone.last('INVITE')
    if (bad !== good) scene.phone.reply(scene.proxy.address, bad, '486 Busy Here')
    scene.run()
    scene.phone.reply(scene.proxy.address, good, '200 OK')
    scene.run()
    expect(defects.length).toBeGreaterThan(0)
    expect(scene.caller.received.filter(({ status, text }) => status === 200 && text.includes('good'))).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('a hook that throws when a message could not be sent', () => {
    const { scene, defects } = broken('failure')
    scene.invite({ callId: 'bad' })
    const [sent] = scene.sent(scene.phone, 'INVITE')
    const listener = scene.proxy.listeners[0]
    const bytes = Buffer.from(sent.text, 'latin1')
    const to = { transport: listener.transport, listener, remote: scene.proxy.endpoint('10.0.1.0', 5060), connection: 0 }
    scene.proxy.act(({ receiver }) => receiver.sendFailed(to, bytes, 0, bytes.length))
    expect(defects).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('a hook that throws in a timer', () => {
    const { scene, defects } = broken('failure')
    scene.invite({ callId: 'bad' })
    expect(scene.leftovers()).toEqual({})
    expect(defects.length).toBeGreaterThan(0)
  })
})

describe('hostile replies, RFC 3261 26.1, 17.1.3', () => {
  const relayed = (): { readonly scene: Scene; readonly invite: TextMessage } => {
    const scene = new Scene()
    scene.invite()
    return { scene, invite: scene.phone.last('INVITE') }
  }

  it('a made-up branch of our form matches nothing', () => {
    const { scene, invite } = relayed()
    const random = seededRandom(1)
    const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('')
    const stranger = new Agent(scene.world, '10.6.6.6:5060')
    for (let i = 0; i < 500; i++) {
      const branch = `z9hG4bK${digits(4)}.${digits(32)}.${digits(1)}`
      stranger.reply(scene.proxy.address, new TextMessage(invite.text.replace(invite.branch, branch)), '200 OK')
    }
    scene.run(100)
    expect(scene.proxy.stat('tmRplReceived')).toBe(0)
  })

  it('our branch with one digit changed matches nothing', () => {
    const { scene, invite } = relayed()
    const dot = invite.branch.indexOf('.')
    for (let at = dot + 1; at < dot + 33; at++) {
      const digit = invite.branch[at] === '0' ? '1' : '0'
      const branch = invite.branch.slice(0, at) + digit + invite.branch.slice(at + 1)
      scene.phone.reply(scene.proxy.address, new TextMessage(invite.text.replace(invite.branch, branch)), '180 Ringing')
    }
    scene.run(100)
    // The worker number is for the thread that receives it to see to.
    expect(scene.proxy.stat('tmRplReceived')).toBeLessThanOrEqual(2)
  })

  it.each([
    ['an empty branch', ''],
    ['a branch of 10,000 characters', `z9hG4bK${'a'.repeat(10_000)}`],
    ['a branch of dots', `z9hG4bK${'.'.repeat(60)}`],
    ['a branch of percent signs', `z9hG4bK${'%'.repeat(36)}`],
  ])('%s: a stray reply, forwarded without state', (_what, branch) => {
    const { scene, invite } = relayed()
    scene.phone.reply(scene.proxy.address, new TextMessage(invite.text.replace(invite.branch, branch)), '180 Ringing')
    scene.run()
    expect([scene.proxy.stat('tmRplReceived'), scene.proxy.stat('strayReplies')]).toEqual([0, 1])
  })

  it.each([0, 99, 700, 999, 1000])('a status code of %i reaches nobody', (code) => {
    const { scene } = relayed()
    scene.phone.reply('10.9.9.9:1', scene.phone.last('INVITE'), '180 X')
    const line = scene.world.wire.at(-1)?.text ?? ''
    scene.phone.send(scene.proxy.address, line.replace('SIP/2.0 180', `SIP/2.0 ${code}`))
    scene.run()
    expect(scene.codes()).toEqual([100])
  })
})

describe('hostile requests', () => {
  it.each([1000, 10_000, 30_000])('a Via branch of %i characters is relayed like any other', (length) => {
    const scene = new Scene()
    const invite = scene.invite({ branch: `z9hG4bK${'b'.repeat(length)}` })
    scene.answer(486)
    scene.ack(invite)
    expect(scene.codes()).toEqual([100, 486])
    expect(scene.leftovers()).toEqual({})
  })

  it.each([
    ['Call-ID', { callId: 'c'.repeat(8000) }],
    ['Request-URI', { uri: `sip:${'u'.repeat(8000)}@10.0.0.1` }],
    ['header', { headers: [`X-Long: ${'x'.repeat(40_000)}`] }],
  ])('a %s of many characters', (_what, options) => {
    const scene = new Scene()
    scene.invite(options)
    scene.answer(200)
    expect(scene.codes()).toEqual([100, 200])
    expect(scene.leftovers()).toEqual({})
  })

  it('a thousand retransmissions of an INVITE are absorbed by one transaction', () => {
    const scene = new Scene()
    const invite = scene.invite()
    for (let i = 0; i < 1000; i++) scene.caller.again(scene.proxy.address, invite)
    scene.run(100)
    expect(scene.phone.requests('INVITE')).toHaveLength(1)
    expect(scene.proxy.stat('requestsAbsorbed')).toBe(1000)
    expect(scene.codes()).toHaveLength(1001)
  })

  it.each([
    [180, 1001],
    [486, 1],
    [200, 1000],
  ])('a thousand times a %i', (code, received) => {
    const scene = new Scene()
    scene.invite()
    for (let i = 0; i < 1000; i++) scene.phone.reply(scene.proxy.address, scene.phone.last('INVITE'), `${code} Again`)
    scene.run(100)
    expect(scene.codes().filter((status) => status === code).length).toBe(code === 180 ? received - 1 : received)
    expect(scene.proxy.stat('tmCreated')).toBe(1)
    expect(scene.leftovers()).toEqual({})
  })

  it('a thousand CANCELs', () => {
    const scene = new Scene()
    const invite = scene.invite()
    scene.answer(180)
    for (let i = 0; i < 1000; i++) scene.caller.cancel(scene.proxy.address, invite)
    scene.run(100)
    expect(scene.phone.requests('CANCEL')).toHaveLength(1)
    expect(scene.proxy.stat('tmCreated')).toBe(2)
  })

  it('a thousand calls in one bucket: the same Call-ID and CSeq, other branches', () => {
    const scene = new Scene({ params: { fr_timer: 1000 } })
    for (let i = 0; i < 1000; i++) scene.caller.request(scene.proxy.address, { method: 'MESSAGE', uri: 'sip:b@10.0.0.1' })
    scene.run(100)
    expect(scene.proxy.current).toBe(1000)
    expect(scene.leftovers()).toEqual({})
  })

  it('any bytes: no exception, no transaction left', () => {
    const scene = new Scene()
    const random = seededRandom(7)
    const good = scene.caller.request('10.9.9.9:1', { method: 'INVITE', uri: 'sip:b@10.0.0.1' }).text
    for (let i = 0; i < 300; i++) {
      const at = Math.floor(random() * good.length)
      const cut = Math.floor(random() * 8)
      const noise = Array.from({ length: Math.floor(random() * 8) }, () => String.fromCodePoint(Math.floor(random() * 256))).join('')
      scene.caller.send(scene.proxy.address, good.slice(0, at) + noise + good.slice(at + cut))
    }
    scene.run(100)
    expect(scene.leftovers()).toEqual({})
  })
})

describe('a proxy that comes late', () => {
  it.each([600, 3000, 20_000])('after %i ms of standstill no timer is lost and nothing goes out twice at once', (ms) => {
    const scene = new Scene({ params: { fr_timer: 10_000 } })
    scene.invite()
    scene.proxy.stall(ms)
    scene.run(ms)
    const before = scene.phone.requests('INVITE').length
    scene.run(2)
    expect(scene.phone.requests('INVITE').length - before).toBeLessThanOrEqual(1)
    expect(scene.leftovers()).toEqual({})
    expect(scene.codes()).toContain(408)
  })

  it('a reply that waited is seen, though its timer is due as well', () => {
    const scene = new Scene({ params: { fr_timer: 1000, fr_inv_timer: 60_000 } })
    scene.invite()
    scene.proxy.stall(5000)
    scene.phone.reply(scene.proxy.address, scene.phone.last('INVITE'), '200 OK')
    scene.run(6000)
    expect(scene.codes()).toContain(200)
    expect(scene.leftovers()).toEqual({})
  })
})

describe('many things at once', () => {
  it('every slot is given back: 3,000 calls in waves use no more cells than one wave', () => {
    const scene = new Scene({ params: { wt_timer: 100 } })
    for (let wave = 0; wave < 30; wave++) {
      for (let call = 0; call < 100; call++)
        scene.caller.request(scene.proxy.address, { method: 'MESSAGE', uri: 'sip:b@10.0.0.1', callId: `${wave}-${call}` })
      scene.run(2)
      for (const request of scene.phone.requests('MESSAGE').slice(-100)) scene.phone.reply(scene.proxy.address, request, '200 OK')
      scene.run(200)
    }
    expect(scene.codes('MESSAGE')).toHaveLength(3000)
    expect(scene.proxy.stat('tmFreed')).toBe(3000)
    expect(scene.leftovers()).toEqual({})
  })
})
