import { Method } from '@signalbox/sip'
import { describe, expect, it } from 'vitest'
import type { RoutedMessage } from '../../../src/forward/routed-message.ts'
import type { ScriptServices } from '../../../src/engine.ts'
import { TransactionFlag } from '../../../src/tm/transaction-flag.ts'
import { Scene, type SceneOptions } from './scene.ts'

/**
 * Forks in steps: step n goes to the phones steps[n]. The failure route of step n runs `between` before it starts the next.
 * Returns the codes that the caller has in the end; phone n answers finals[n].
 */
interface Plan {
  readonly steps: readonly (readonly number[])[]
  readonly finals: readonly number[]
  readonly drop?: string
  readonly params?: Record<string, number>
}

function stepScene(plan: Plan): Scene {
  let step = 0
  const fork = (m: RoutedMessage, { transactions }: ScriptServices): void => {
    const phones = plan.steps[step++]
    if (phones === undefined) return
    transactions.armFailure(m, 'next')
    scene.proxy.fork(
      m,
      phones.map((phone) => `sip:bob@${scene.phones[phone].address}`),
    )
    transactions.relay(m, 0, '')
  }
  const scene: Scene = new Scene({
    phones: plan.finals.length,
    params: { remap_503_500: 0, ...plan.params },
    request: fork,
    failure: (_name, m, services) => {
      if (plan.drop !== undefined && step === plan.steps.length) services.transactions.dropReplies(m, plan.drop)
      fork(m, services)
    },
  })
  return scene
}

function final(plan: Plan): number {
  const scene = stepScene(plan)
  scene.invite()
  for (const phones of plan.steps) for (const phone of phones) scene.answer(plan.finals[phone], { from: phone })
  return scene.codes().at(-1) ?? 0
}

describe('failure_reply_mode, tm-reference 2.3, 6.2', () => {
  /** Three steps; the best reply of each is 404, 403, 486. */
  const steps = [[0, 1], [2], [3]] as const
  it.each([
    [0, [404, 480, 403, 486], 403],
    [0, [302, 480, 403, 486], 302],
    [0, [486, 480, 404, 403], 403],
    [1, [404, 480, 403, 486], 500],
    [2, [404, 480, 403, 486], 500],
    [3, [404, 480, 403, 486], 486],
    [1, [302, 480, 403, 486], 500],
    [2, [302, 480, 403, 486], 500],
    [3, [302, 480, 403, 486], 486],
    [3, [603, 480, 403, 486], 486],
  ])('%i: of %j in three steps, the last route adding nothing, %i wins', (mode, finals, expected) => {
    expect(final({ steps, finals, params: { failure_reply_mode: mode, disable_6xx_block: 1 } })).toBe(expected)
  })

  it.each([0, 2, 3])('%i: a failure route that adds nothing keeps the replies', (mode) => {
    const codes = final({ steps: [[0, 1]], finals: [404, 486], params: { failure_reply_mode: mode } })
    expect(codes).toBe(mode === 2 ? 500 : 404)
  })

  it('1: a failure route that adds nothing leaves nothing but 500, tm-reference 6.2', () => {
    expect(final({ steps: [[0, 1]], finals: [404, 486], params: { failure_reply_mode: 1 } })).toBe(500)
  })
})

describe('t_drop_replies, tm-reference 8.2', () => {
  const steps = [[0], [1]] as const
  it.each([
    ['a', 0, 500],
    ['', 0, 500],
    ['l', 0, 404],
    ['n', 0, 404],
    ['a', 3, 500],
    ['l', 3, 500],
    ['n', 3, 486],
  ])("('%s') at the end, failure_reply_mode %i: 404 then 486 gives %i", (drop, mode, expected) => {
    expect(final({ steps, finals: [404, 486], drop, params: { failure_reply_mode: mode } })).toBe(expected)
  })

  it('is -1 outside of a transaction', () => {
    const results: number[] = []
    new Scene({ request: (m, { transactions }) => void results.push(transactions.dropReplies(m, 'a')) }).invite()
    expect(results).toEqual([-1])
  })
})

describe('6xx, RFC 3261 16.7 step 5, tm-reference 2.3, 6', () => {
  const ringing = (options: SceneOptions = {}): Scene => {
    const scene = new Scene({ phones: 3, ...options })
    scene.invite()
    scene.answer(180, { from: 1 })
    return scene
  }

  it.each([600, 603, 604, 606, 699])('a %i cancels what rings, and waits', (code) => {
    const scene = ringing()
    scene.answer(code, { from: 0 })
    expect(scene.phones.map((phone) => phone.requests('CANCEL').length)).toEqual([0, 1, 0])
    expect(scene.codes()).toEqual([100, 180])
    scene.answer(487, { from: 1 })
    scene.answer(180, { from: 2 })
    expect(scene.phones[2].requests('CANCEL')).toHaveLength(1)
    scene.answer(487, { from: 2 })
    expect(scene.codes().at(-1)).toBe(code)
    expect(scene.leftovers()).toEqual({})
  })

  it.each([200, 202])('a %i that comes after all wins', (code) => {
    const scene = ringing()
    scene.answer(603, { from: 0 })
    scene.answer(code, { from: 1 })
    expect(scene.codes().at(-1)).toBe(code)
    expect(scene.leftovers()).toEqual({})
  })

  it('a 6xx after a 200 is absorbed', () => {
    const scene = ringing()
    scene.answer(200, { from: 1 })
    scene.answer(603, { from: 0 })
    expect(scene.codes().at(-1)).toBe(200)
  })

  it.each([
    ['disable_6xx_block 1', { params: { disable_6xx_block: 1 } }],
    [
      't_set_disable_6xx',
      {
        request: (m: RoutedMessage, { transactions }: ScriptServices) => {
          transactions.setFlag(m, TransactionFlag.DISABLE_6XX, true)
          m.requestUri = 'sip:bob@10.0.1.0:5060'
          m.targets.push({
            uri: 'sip:bob@10.0.1.1:5060',
            destinationUri: '',
            path: '',
            q: -1,
            flags: 0,
            listener: null,
            instance: '',
            ruid: '',
          })
          transactions.relay(m, 0, '')
        },
      },
    ],
  ])('%s: it is like any other failure', (_what, options) => {
    const scene = new Scene({ phones: 2, ...options })
    scene.invite()
    scene.answer(180, { from: 1 })
    scene.answer(603, { from: 0 })
    expect(scene.phones[1].requests('CANCEL')).toHaveLength(0)
    scene.answer(486, { from: 1 })
    expect(scene.codes().at(-1)).toBe(603)
  })

  it('a branch-failure route adds no branch after it', () => {
    const results: number[] = []
    const scene: Scene = new Scene({
      phones: 3,
      request: (m, { transactions }) => {
        transactions.armBranchFailure(m, 'one')
        scene.proxy.fork(m, scene.proxy.targets.slice(0, 2))
        transactions.relay(m, 0, '')
      },
      branchFailure: (_name, m, { transactions }) => {
        scene.proxy.fork(m, scene.proxy.targets.slice(2))
        results.push(transactions.relay(m, 0, ''))
      },
    })
    scene.invite()
    scene.answer(180, { from: 1 })
    scene.answer(603, { from: 0 })
    scene.answer(487, { from: 1 })
    expect(results.every((result) => result < 0)).toBe(true)
    expect(scene.phones[2].requests('INVITE')).toHaveLength(0)
    expect(scene.codes().at(-1)).toBe(603)
  })

  it('the failure route may try others, RFC 3261 16.7 step 5 notwithstanding', () => {
    expect(final({ steps: [[0], [1]], finals: [603, 486] })).toBe(486)
  })

  it('a request that is no INVITE has nothing to cancel', () => {
    const scene = new Scene({ phones: 2 })
    scene.send('MESSAGE')
    scene.answer(603, { from: 0, method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([])
    scene.answer(404, { from: 1, method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([603])
  })
})

describe('failure route, tm-reference 6.2, 7', () => {
  it.each([300, 302, 401, 404, 408, 486, 487, 500, 503, 603])('runs for %i, once, and sees it', (code) => {
    const seen: number[] = []
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => void seen.push(transactions.statusCode(m), transactions.isSet(m, 'failure_route')),
    })
    scene.invite()
    scene.answer(code)
    expect(seen).toEqual([code, -1])
    expect(scene.codes().at(-1)).toBe(code === 503 ? 500 : code)
  })

  it.each([180, 200, 202])('does not run for %i', (code) => {
    let runs = 0
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: () => void runs++,
    })
    scene.invite()
    scene.answer(code)
    expect(runs).toBe(0)
  })

  it('runs when nobody answers, and knows it', () => {
    const seen: number[] = []
    const scene: Scene = new Scene({
      phones: 2,
      params: { fr_timer: 1000 },
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions: t }) =>
        void seen.push(
          t.branchTimeout(m),
          t.branchReplied(m),
          t.anyTimeout(m),
          t.anyReplied(m),
          t.grepStatus(m, 486),
          t.grepStatus(m, 404),
        ),
    })
    scene.invite()
    scene.answer(486, { from: 1 })
    scene.run(1100)
    // The winner is the timeout of branch 0 (408 before 486).
    expect(seen).toEqual([1, -1, 1, 1, 1, -1])
  })

  it('a relay without a new target has nothing to send', () => {
    const results: number[] = []
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => void results.push(transactions.relay(m, 0, '')),
    })
    scene.invite()
    scene.answer(486)
    expect(results[0]).toBeLessThan(0)
    expect(scene.codes().at(-1)).toBe(486)
  })

  it('t_reply sends its own and cancels nothing that is over', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => void transactions.reply(m, 480, 'Later'),
    })
    scene.invite()
    scene.answer(486)
    expect(scene.caller.last('INVITE').startLine).toBe('SIP/2.0 480 Later')
    expect(scene.leftovers()).toEqual({})
  })

  it.each(['0', ''])('t_on_failure("%s") disarms', (name) => {
    let runs = 0
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        transactions.armFailure(m, name)
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: () => void runs++,
    })
    scene.invite()
    scene.answer(486)
    expect(runs).toBe(0)
  })

  it('a failure route that adds branches nobody can be reached by goes on to the best reply', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.armFailure(m, 'x')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      failure: (_name, m, { transactions }) => {
        scene.proxy.fork(m, ['sip:bob@10.0.7.7:5060'])
        transactions.relay(m, 0, '')
      },
    })
    scene.proxy.unsendable.add('10.0.7.7:5060')
    scene.invite()
    scene.answer(486)
    expect(scene.codes().at(-1)).toBe(486)
    expect(scene.leftovers()).toEqual({})
  })
})

describe('branch route, tm-reference 5.1, 7', () => {
  function branching(branch: NonNullable<SceneOptions['branch']>, again = false): Scene {
    const scene: Scene = new Scene({
      phones: 2,
      request: (m, { transactions }) => {
        transactions.armBranch(m, 'b')
        transactions.armFailure(m, 'f')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      branch,
      failure: (_name, m, { transactions }) => {
        if (!again) return
        scene.proxy.fork(m, [scene.proxy.targets[0]])
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    return scene
  }

  it('runs for every branch, before it is sent, with its number', () => {
    const seen: number[] = []
    branching((_name, m, { transactions }) => seen.push(transactions.branchIndex(m)) > 0)
    expect(seen).toEqual([0, 1])
  })

  it('drop skips the branch', () => {
    const scene = branching((_name, m) => m.requestUri.includes('10.0.1.1'))
    expect(scene.phones.map((phone) => phone.requests('INVITE').length)).toEqual([0, 1])
  })

  it('drop of all: nothing was sent, the caller gets 500', () => {
    const scene = branching(() => false)
    expect(scene.codes().at(-1)).toBe(500)
    expect(scene.leftovers()).toEqual({})
  })

  it('changes are of that branch alone', () => {
    const scene = branching((_name, m) => {
      if (m.branch === 0) m.edits.insert(m.message.headersEnd, 'X-Branch: 0\r\n')
      else m.requestUri = 'sip:changed@10.0.1.1:5060'
      return true
    })
    expect(scene.phones.map((phone) => [phone.last('INVITE').header('X-Branch'), phone.last('INVITE').uri])).toEqual([
      ['0', 'sip:bob@10.0.1.0:5060'],
      ['', 'sip:changed@10.0.1.1:5060'],
    ])
  })

  it('is armed for one step', () => {
    let runs = 0
    const scene = branching(() => ++runs > 0, true)
    scene.answer(486, { from: 0 })
    scene.answer(486, { from: 1 })
    expect(scene.phone.requests('INVITE')).toHaveLength(2)
    expect(runs).toBe(2)
  })
})

describe('reply route, tm-reference 6 step 6', () => {
  function listening(keep: (status: number) => boolean): { readonly scene: Scene; readonly seen: number[] } {
    const seen: number[] = []
    const scene: Scene = new Scene({
      phones: 2,
      request: (m, { transactions }) => {
        transactions.armReply(m, 'r')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
      reply: (_name, m, { transactions }) => {
        seen.push(transactions.statusCode(m))
        m.edits.insert(m.message.headersEnd, `X-Route: ${m.branch}\r\n`)
        return keep(m.message.status)
      },
    })
    scene.invite()
    return { scene, seen }
  }

  it('runs for provisional and final replies; its changes go upstream', () => {
    const { scene, seen } = listening(() => true)
    scene.answer(180, { from: 0 })
    expect(scene.caller.last('INVITE').header('X-Route')).toBe('0')
    scene.answer(404, { from: 0 })
    scene.answer(403, { from: 1 })
    expect(scene.caller.last('INVITE').header('X-Route')).toBe('1')
    expect(seen).toEqual([180, 404, 403])
  })

  it.each([
    [180, [100]],
    [183, [100]],
    [200, [100, 200]],
    [603, [100, 603]],
  ])('drop of a %i leaves the caller with %j', (code, codes) => {
    const { scene } = listening(() => false)
    scene.answer(code, { from: 0 })
    if (code === 603) scene.answer(404, { from: 1 })
    if (code === 603) scene.run(100)
    expect(scene.codes()).toEqual(codes)
  })

  it('does not run for retransmissions that are absorbed', () => {
    const { scene, seen } = listening(() => true)
    scene.answer(404, { from: 0 })
    scene.answer(404, { from: 0 })
    expect(seen).toEqual([404])
  })
})

describe('branch-failure route, tm-reference 6, 7', () => {
  it('runs for each negative final reply and may add a branch at once', () => {
    const seen: [number, number][] = []
    const scene: Scene = new Scene({
      phones: 3,
      request: (m, { transactions }) => {
        transactions.armBranchFailure(m, 'one')
        scene.proxy.fork(m, scene.proxy.targets.slice(0, 2))
        transactions.relay(m, 0, '')
      },
      branchFailure: (_name, m, { transactions }) => {
        seen.push([m.branch, transactions.statusCode(m)])
        if (seen.length > 1) return
        scene.proxy.fork(m, scene.proxy.targets.slice(2))
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    scene.answer(486, { from: 0 })
    expect(scene.phones[2].requests('INVITE')).toHaveLength(1)
    scene.answer(404, { from: 1 })
    scene.answer(200, { from: 2 })
    expect(seen).toEqual([
      [0, 486],
      [1, 404],
    ])
    expect(scene.codes()).toEqual([100, 200])
  })
})

describe('t_replicate, tm-reference 8.1', () => {
  const replicating = (reply: boolean): Scene =>
    new Scene({
      request: (m, { transactions }) => {
        m.requestUri = 'sip:copy@10.0.1.0:5060'
        transactions.replicate(m, '')
        if (reply) transactions.reply(m, 200, 'Here')
      },
    })

  it.each([180, 200, 404, 603])('a %i of the copy does not reach the caller', (code) => {
    const scene = replicating(false)
    scene.send('MESSAGE')
    scene.answer(code, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([])
    expect(scene.leftovers()).toEqual({})
  })

  it('the reply of the script does', () => {
    const scene = replicating(true)
    scene.send('MESSAGE')
    scene.answer(404, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([200])
    expect(scene.leftovers()).toEqual({})
  })

  it('an INVITE: no 100 is sent, its negative reply is acknowledged', () => {
    const scene = replicating(false)
    scene.invite()
    scene.answer(486)
    expect(scene.codes()).toEqual([])
    expect(scene.phone.requests('ACK')).toHaveLength(1)
    expect(scene.leftovers()).toEqual({})
  })

  /** A copy to the first phone, then `rest`. */
  function copying(rest: (m: RoutedMessage, services: ScriptServices, scene: Scene) => void, options: SceneOptions = {}): Scene {
    const scene: Scene = new Scene({
      phones: 2,
      request: (m, services) => {
        if (m.message.method === Method.CANCEL) return void services.transactions.relayCancel(m)
        scene.proxy.fork(m, ['sip:copy@10.0.1.0:5060'])
        services.transactions.replicate(m, '')
        rest(m, services, scene)
      },
      ...options,
    })
    return scene
  }

  it.each([100, 180])(
    'MUST answer 487 to an INVITE of which only a copy went out and that is cancelled (the copy: %i), RFC 3261 9.2',
    (code) => {
      const scene = copying(() => undefined)
      const invite = scene.invite()
      scene.answer(code)
      scene.cancel(invite)
      expect(scene.codes('CANCEL')).toEqual([200])
      expect(scene.codes()).toEqual([487])
      expect(scene.phone.requests('CANCEL')).toHaveLength(1)
      scene.answer(200, { method: 'CANCEL' })
      scene.answer(487)
      expect(scene.codes()).toEqual([487])
      expect(scene.leftovers()).toEqual({})
    },
  )

  const alsoRelaying = (options: SceneOptions = {}): Scene =>
    copying((m, { transactions }, scene) => {
      scene.proxy.fork(m, ['sip:bob@10.0.1.1:5060'])
      transactions.relay(m, 0, '')
    }, options)

  it.each(['INVITE', 'MESSAGE'])(
    '%s: what was relayed as well fails while its copy is open: the caller gets the reply at once',
    (method) => {
      const scene = alsoRelaying()
      scene.send(method)
      scene.answer(486, { from: 1, method })
      expect(scene.codes(method).at(-1)).toBe(486)
      scene.answer(404, { from: 0, method })
      expect(scene.codes(method).at(-1)).toBe(486)
      expect(scene.leftovers()).toEqual({})
    },
  )

  it('what was relayed as well cannot be sent: the caller gets that error while the copy is open', () => {
    const scene = alsoRelaying()
    scene.proxy.unsendable.add('10.0.1.1:5060')
    scene.send('MESSAGE')
    expect(scene.phones[0].requests('MESSAGE')).toHaveLength(1)
    expect(scene.codes('MESSAGE')).toEqual([477])
    expect(scene.leftovers()).toEqual({})
  })

  it('a failure route may go on while the copy is open', () => {
    const scene = copying(
      (m, { transactions }, { proxy }) => {
        proxy.fork(m, ['sip:bob@10.0.1.1:5060'])
        transactions.armFailure(m, 'next')
        transactions.relay(m, 0, '')
      },
      {
        failure: (_name, m, { transactions }) => {
          m.requestUri = 'sip:carol@10.0.1.1:5060'
          m.requestUriConsumed = false
          transactions.relay(m, 0, '')
        },
      },
    )
    scene.invite()
    scene.answer(486, { from: 1 })
    expect(scene.phones[1].last('INVITE').uri).toBe('sip:carol@10.0.1.1:5060')
    scene.answer(404, { from: 1 })
    expect(scene.codes()).toEqual([100, 404])
    expect(scene.leftovers()).toEqual({})
  })

  /** A copy to a name that is known to have no address, then `rest`. */
  function copyingToNobody(rest: (m: RoutedMessage, services: ScriptServices, scene: Scene) => void): Scene {
    const scene: Scene = new Scene({
      request: (m, services) => {
        scene.proxy.fork(m, ['sip:copy@nowhere.example'])
        services.transactions.replicate(m, '')
        rest(m, services, scene)
      },
    })
    // The first request asks for the name; its answer is kept.
    scene.send('MESSAGE', { callId: 'first' })
    return scene
  }

  it('a copy that fails at once leaves the answer to the script', () => {
    const scene = copyingToNobody((m, { transactions }) => void transactions.reply(m, 200, 'Here'))
    scene.send('MESSAGE', { callId: 'second' })
    expect(scene.codes('MESSAGE')).toEqual([200, 200])
    expect(scene.leftovers()).toEqual({})
  })

  it('a copy that fails at once does not stop the relay', () => {
    const scene = copyingToNobody((m, { transactions }, { proxy }) => {
      proxy.fork(m, ['sip:bob@10.0.1.0:5060'])
      transactions.relay(m, 0, '')
    })
    scene.send('MESSAGE', { callId: 'second' })
    scene.answer(202, { method: 'MESSAGE' })
    expect(scene.codes('MESSAGE')).toEqual([202])
    expect(scene.leftovers()).toEqual({})
  })

  it('a copy that fails at once, and nothing else: no reply, as when it fails later', () => {
    const scene = copyingToNobody(() => undefined)
    scene.send('MESSAGE', { callId: 'second' })
    expect(scene.codes('MESSAGE')).toEqual([])
    expect(scene.leftovers()).toEqual({})
  })

  it('a copy that is never answered leaves nothing behind', () => {
    const scene = replicating(false)
    scene.send('MESSAGE')
    expect(scene.leftovers()).toEqual({})
    expect(scene.codes('MESSAGE')).toEqual([])
  })
})
