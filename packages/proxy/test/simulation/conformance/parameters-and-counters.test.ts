import { describe, expect, it } from 'vitest'
import type { Counter } from '../../../src/metrics/counter-layout.ts'
import { parameterAlias } from '../../../src/tm/parameter-aliases.ts'
import { ParameterError, parameterValue, tmParameters, tmParametersFrom } from '../../../src/tm/parameters.ts'
import { TransactionFlag } from '../../../src/tm/transaction-flag.ts'
import { Scene, type SceneOptions } from './scene.ts'

describe('parameters, tm-reference 2', () => {
  it.each(tmParameters.map((spec) => [spec.name, spec] as const))('%s takes its default and its bounds, nothing beyond', (name, spec) => {
    expect(parameterValue(name, spec.initial)).toBe(spec.initial)
    if (spec.kind === 'string') return
    for (const value of [spec.min, spec.max]) if (value !== undefined) expect(parameterValue(name, String(value))).toBe(value)
    for (const value of [(spec.min ?? 0) - 1, (spec.max ?? 0) + 1, 0.5, 'many'])
      expect(() => parameterValue(name, value)).toThrowError(ParameterError)
  })

  it.each([
    ['fr_timer', 30_000],
    ['fr_inv_timer', 120_000],
    ['restart_fr_on_each_reply', 1],
    ['max_inv_lifetime', 180_000],
    ['max_noninv_lifetime', 32_000],
    ['wt_timer', 5000],
    ['retr_timer1', 500],
    ['retr_timer2', 4000],
    ['noisy_ctimer', 1],
    ['ruri_matching', 1],
    ['via1_matching', 1],
    ['callid_matching', 0],
    ['auto_inv_100', 1],
    ['auto_inv_100_reason', 'trying -- your call is important to us'],
    ['default_code', 500],
    ['default_reason', 'Server Internal Error'],
    ['aggregate_challenges', 1],
    ['disable_6xx_block', 0],
    ['remap_503_500', 1],
    ['failure_reply_mode', 3],
    ['faked_reply_prio', 0],
    ['relay_100', 0],
    ['reply_408_code', 408],
    ['reply_408_reason', 'Request Timeout'],
    ['cancel_b_method', 1],
    ['unmatched_cancel', 0],
    ['local_ack_mode', 0],
    ['pass_provisional_replies', 0],
    ['ac_extra_hdrs', ''],
    ['local_cancel_reason', 1],
    ['e2e_cancel_reason', 1],
    ['max_branches', 12],
    ['blst_503', 0],
    ['blst_methods_add', 1],
    ['blst_methods_lookup', 4_294_967_287],
    ['reparse_on_dns_failover', 1],
    ['dns_reuse_rcv_socket', 0],
    ['fr_inv_timer_next', 30_000],
    ['exec_time_check', 5000],
    ['callid_cseq_matching', 0],
    ['reply_matching', 1],
    ['reply_relay_mode', 1],
    ['failure_exec_mode', 0],
    ['rich_redirect', 0],
    ['delayed_reply', 1],
    ['local_ack_branch_mode', 0],
    ['enable_uac_fr', 0],
    ['reparse_invite', 1],
    ['e2e_cancel_hop_by_hop', 1],
    ['headers_mode', 0],
    ['unix_tx_timeout', 500],
    ['tw_append', ''],
  ])('%s is %s by default', (name, value) => {
    expect((tmParametersFrom({}) as unknown as Record<string, unknown>)[name]).toBe(value)
  })

  it.each([
    ['fr_timre', 'fr_timer'],
    ['cancel_method', 'cancel_b_method'],
    ['wt_timers', 'wt_timer'],
  ])('%s: the error names %s', (wrong, nearest) => {
    expect(() => tmParametersFrom({ [wrong]: 1 })).toThrowError(`'${nearest}'`)
  })
})

/** The table of tm-reference 2: those with an R, and the others. */
const AT_RUN_TIME =
  `fr_timer fr_inv_timer fr_inv_timer_next restart_fr_on_each_reply max_inv_lifetime max_noninv_lifetime wt_timer retr_timer1
retr_timer2 noisy_ctimer unix_tx_timeout ruri_matching via1_matching callid_matching callid_cseq_matching auto_inv_100 auto_inv_100_reason
default_code default_reason aggregate_challenges disable_6xx_block relay_100 pass_provisional_replies enable_uac_fr cancel_b_method
unmatched_cancel reparse_invite ac_extra_hdrs local_cancel_reason e2e_cancel_reason local_ack_mode reparse_on_dns_failover blst_503
blst_503_def_timeout blst_503_min_timeout blst_503_max_timeout blst_methods_add blst_methods_lookup`.split(/\s+/)
const AT_THE_START = `exec_time_check reply_matching remap_503_500 failure_reply_mode faked_reply_prio reply_relay_mode reply_408_code
reply_408_reason failure_exec_mode rich_redirect delayed_reply e2e_cancel_hop_by_hop headers_mode local_ack_branch_mode
dns_reuse_rcv_socket failover_reply_codes on_sl_reply contacts_avp contact_flows_avp xavp_contact event_callback
event_callback_lres_sent evcb_local_ack_sent evlreq_mode tw_append`.split(/\s+/)
/** Of the core and of tmx. */
const ELSEWHERE = ['max_branches', 'onsend_route_reply', 'precheck_trans']

describe('the parameters that there are, tm-reference 2', () => {
  it('are those of the reference, set while running where it says so', () => {
    const names = (runtime: boolean): readonly string[] => tmParameters.filter((spec) => spec.runtime === runtime).map(({ name }) => name)
    expect(names(true).toSorted()).toEqual(AT_RUN_TIME.toSorted())
    expect(names(false).toSorted()).toEqual([...AT_THE_START, ...ELSEWHERE].toSorted())
  })

  it.each(['delete_timer', 'fr_timer_avp', 'fr_inv_timer_avp'])('%s is accepted with a warning', (name) => {
    expect(parameterAlias(name)).toHaveProperty('warning')
  })

  it.each([
    'fr_timeout',
    'fr_inv_timeout',
    'wt_timer',
    'delete_timer',
    'T1_timer',
    'T2_timer',
    'ruri_matching',
    'via1_matching',
    'unix_tx_timeout',
    'restart_fr_on_each_reply',
    'tw_append',
    'pass_provisional_replies',
    'syn_branch',
    'onreply_avp_mode',
    'disable_6xx_block',
    'enable_stats',
    'minor_branch_flag',
    'timer_partitions',
    'auto_100trying',
    'tm_replication_cluster',
    'cluster_param',
    'cluster_auto_cancel',
    'local_request_route',
    'local_reply_route',
    'disable_503_translation',
  ])('%s of OpenSIPS is understood, tm-reference 2.7', (name) => {
    expect(parameterAlias(name) ?? tmParameters.find((spec) => spec.name === name)).toBeDefined()
  })
})

describe('automatic 100, RFC 3261 16.2, tm-reference 2.3', () => {
  const codesOf = (options: SceneOptions, method = 'INVITE'): readonly number[] => {
    const scene = new Scene(options)
    scene.send(method)
    return scene.codes(method)
  }

  it.each([
    ['auto_inv_100 1', { params: { auto_inv_100: 1 } }, 'INVITE', [100]],
    ['auto_inv_100 0', { params: { auto_inv_100: 0 } }, 'INVITE', []],
    ['never for another method, RFC 4320 4.1', {}, 'MESSAGE', []],
  ])('%s', (_what, options, method, codes) => {
    expect(codesOf(options, method)).toEqual(codes)
  })

  it.each([
    ['t_set_auto_inv_100(0)', 1, false, 0, []],
    ['t_set_auto_inv_100(1)', 0, true, 0, [100]],
    ['t_relay_to flag 1', 1, null, 1, []],
  ] as const)('%s', (_what, parameter, set, flags, codes) => {
    const scene: Scene = new Scene({
      params: { auto_inv_100: parameter },
      request: (m, { transactions }) => {
        if (set !== null) transactions.setAutoInv100(m, set)
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, flags, '')
      },
    })
    scene.invite()
    expect(scene.codes()).toEqual(codes)
  })

  it.each(['Moment', 'trying -- your call is important to us', 'Gr\u00fc\u00dfe'])('auto_inv_100_reason "%s"', (reason) => {
    const scene = new Scene({ params: { auto_inv_100_reason: reason } })
    scene.invite()
    expect(Buffer.from(scene.caller.last('INVITE').startLine, 'latin1').toString()).toBe(`SIP/2.0 100 ${reason}`)
  })

  it('is not sent when the script has said something already', () => {
    const scene: Scene = new Scene({
      request: (m, { transactions }) => {
        transactions.sendReply(m, 183, 'Wait')
        scene.proxy.fork(m, scene.proxy.targets)
        transactions.relay(m, 0, '')
      },
    })
    scene.invite()
    expect(scene.codes()).toEqual([183])
  })

  it('t_newtran alone sends none', () => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.newTransaction(m) })
    scene.invite()
    expect(scene.codes()).toEqual([])
  })
})

describe('max_branches, tm-reference 1', () => {
  it.each([
    [1, 3],
    [2, 3],
    [12, 12],
    [31, 31],
    [31, 40],
  ])('%i of %i targets', (limit, targets) => {
    const scene = new Scene({ phones: 40, params: { max_branches: limit, fr_timer: 1000 } })
    scene.proxy.targets = scene.proxy.targets.slice(0, targets)
    scene.invite()
    expect(scene.phones.filter((phone) => phone.received.length > 0)).toHaveLength(Math.min(limit, targets))
    expect(scene.leftovers()).toEqual({})
  })

  it('31 branches: the last one is matched as well as the first', () => {
    const scene = new Scene({ phones: 31, params: { max_branches: 31 } })
    scene.invite()
    for (let from = 0; from < 30; from++) scene.answer(486, { from })
    scene.answer(404, { from: 30 })
    expect(scene.codes()).toEqual([100, 404])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('wt_timer, tm-reference 2.1, 4', () => {
  it.each([0, 100, 5000, 20_000])('%i ms after the final reply the transaction is gone, not before', (ms) => {
    const scene = new Scene({ params: { wt_timer: ms } })
    scene.send('MESSAGE')
    scene.answer(200, { method: 'MESSAGE' })
    if (ms > 20) {
      scene.run(ms - 20)
      expect(scene.proxy.current).toBe(1)
    }
    scene.run(30)
    expect(scene.proxy.current).toBe(0)
  })
})

type Name = keyof typeof Counter

const watched = {
  total: 'tmTotal',
  local: 'tmTotalLocal',
  waiting: 'tmWaiting',
  created: 'tmCreated',
  freed: 'tmFreed',
  received: 'tmRplReceived',
  generated: 'tmRplGenerated',
  sent: 'tmRplSent',
  '2xx': 'tm2xx',
  '3xx': 'tm3xx',
  '4xx': 'tm4xx',
  '5xx': 'tm5xx',
  '6xx': 'tm6xx',
} as const satisfies Record<string, Name>

/** What `work` changes in tm.stats, without zeros. */
function changes(scene: Scene, work: () => void): Readonly<Record<string, number>> {
  const read = (): readonly (readonly [string, number])[] =>
    Object.entries(watched).map(([name, counter]) => [name, scene.proxy.stat(counter)])
  const before = Object.fromEntries(read())
  work()
  return Object.fromEntries(
    read()
      .map(([name, value]) => [name, value - before[name]] as const)
      .filter(([, value]) => value !== 0),
  )
}

describe('tm.stats, tm-reference 11', () => {
  const NEW = { total: 1, created: 1 }
  const END = { waiting: 1 }

  it.each<readonly [string, (scene: Scene) => void, (scene: Scene) => void, Readonly<Record<string, number>>]>([
    ['INVITE relayed', () => undefined, (scene) => scene.invite(), { ...NEW, generated: 1, sent: 1 }],
    ['MESSAGE relayed', () => undefined, (scene) => scene.send('MESSAGE'), NEW],
    ['100 received', (scene) => scene.invite(), (scene) => scene.answer(100), { received: 1 }],
    ['180 received', (scene) => scene.invite(), (scene) => scene.answer(180), { received: 1, sent: 1 }],
    ['200 received', (scene) => scene.invite(), (scene) => scene.answer(200), { received: 1, sent: 1, '2xx': 1, ...END }],
    ['302 received', (scene) => scene.invite(), (scene) => scene.answer(302), { received: 1, sent: 1, '3xx': 1, ...END }],
    ['404 received', (scene) => scene.invite(), (scene) => scene.answer(404), { received: 1, sent: 1, '4xx': 1, ...END }],
    ['500 received', (scene) => scene.invite(), (scene) => scene.answer(500), { received: 1, sent: 1, '5xx': 1, ...END }],
    [
      '503 received and remapped',
      (scene) => scene.invite(),
      (scene) => scene.answer(503),
      { received: 1, generated: 1, sent: 1, '5xx': 1, ...END },
    ],
    ['603 received', (scene) => scene.invite(), (scene) => scene.answer(603), { received: 1, sent: 1, '6xx': 1, ...END }],
    [
      'a repeated 200',
      (scene) => {
        scene.invite()
        scene.answer(200)
      },
      (scene) => scene.answer(200),
      { received: 1, sent: 1, '2xx': 1 },
    ],
    [
      'a repeated 404',
      (scene) => {
        scene.invite()
        scene.answer(404)
      },
      (scene) => scene.answer(404),
      { received: 1 },
    ],
    ['a timeout', (scene) => scene.invite(), (scene) => scene.run(4000), { generated: 1, sent: 1, '4xx': 1, ...END }],
    [
      'retransmissions of a reply',
      (scene) => {
        scene.invite()
        scene.answer(486)
      },
      (scene) => scene.run(3500),
      {},
    ],
    ['a retransmitted INVITE', (scene) => scene.invite({ branch: 'z9hG4bKr' }), (scene) => scene.invite({ branch: 'z9hG4bKr' }), {}],
    [
      'an ACK to a negative reply',
      (scene) => {
        scene.invite({ branch: 'z9hG4bKr' })
        scene.answer(486)
      },
      (scene) => scene.send('ACK', { branch: 'z9hG4bKr' }),
      {},
    ],
    [
      'a CANCEL while it rings',
      (scene) => {
        scene.invite({ branch: 'z9hG4bKr' })
        scene.answer(180)
      },
      (scene) => scene.send('CANCEL', { branch: 'z9hG4bKr' }),
      { ...NEW, generated: 1, sent: 1, '2xx': 1, ...END },
    ],
    [
      'the answers to that CANCEL',
      (scene) => {
        scene.invite({ branch: 'z9hG4bKr' })
        scene.answer(180)
        scene.send('CANCEL', { branch: 'z9hG4bKr' })
      },
      (scene) => {
        scene.answer('200 OK', { method: 'CANCEL' })
        scene.answer(487)
      },
      { received: 2, sent: 1, '4xx': 1, ...END },
    ],
    [
      'wt_timer is over',
      (scene) => {
        scene.invite()
        scene.answer(200)
      },
      (scene) => scene.run(5000),
      { waiting: -1, freed: 1 },
    ],
    ['a reply that matches nothing', () => undefined, (scene) => scene.phone.send(scene.proxy.address, 'SIP/2.0 200 OK\r\n\r\n'), {}],
  ])('%s', (_what, prepare, work, expected) => {
    const scene = new Scene({ params: { fr_timer: 4000 } })
    prepare(scene)
    expect(changes(scene, () => work(scene))).toEqual(expected)
  })

  it.each([
    [[486, 404], { received: 2, sent: 1, '4xx': 1, waiting: 1 }],
    [[486, 200], { received: 2, sent: 1, '2xx': 1, waiting: 1 }],
    [[401, 401], { received: 2, generated: 1, sent: 1, '4xx': 1, waiting: 1 }],
    [[603, 486], { received: 2, sent: 1, '6xx': 1, waiting: 1 }],
    [[200, 200], { received: 2, sent: 2, '2xx': 2, waiting: 1 }],
    [[180, 180], { received: 2, sent: 2 }],
    [[100, 100], { received: 2 }],
  ])('a fork: %j', (codes, expected) => {
    const scene = new Scene({ phones: 2 })
    scene.invite()
    const work = (): void => codes.forEach((code, from) => scene.answer(code, { from, headers: ['WWW-Authenticate: x'] }))
    expect(changes(scene, work)).toEqual(expected)
  })

  it.each([
    ['t_reply 404', 404, { ...NEW, generated: 1, sent: 1, '4xx': 1, ...END }],
    ['t_reply 180', 180, { ...NEW, generated: 1, sent: 1 }],
    ['t_reply 200', 200, { ...NEW, generated: 1, sent: 1, '2xx': 1, ...END }],
  ])('%s', (_what, code, expected) => {
    const scene = new Scene({ request: (m, { transactions }) => void transactions.sendReply(m, code, '') })
    expect(changes(scene, () => void scene.send('MESSAGE'))).toEqual(expected)
  })

  it('a send error: 477 is generated', () => {
    const scene = new Scene()
    scene.proxy.unsendable.add(scene.phone.address)
    expect(changes(scene, () => void scene.send('MESSAGE'))).toEqual({ ...NEW, generated: 1, sent: 1, '4xx': 1, ...END })
  })

  it('current is total less those that left, waiting is part of it', () => {
    const scene = new Scene()
    for (let call = 0; call < 5; call++) scene.send('MESSAGE', { callId: `c${call}` })
    expect([scene.proxy.current, scene.proxy.stat('tmWaiting')]).toEqual([5, 0])
    scene.answer(200, { method: 'MESSAGE' })
    expect([scene.proxy.current, scene.proxy.stat('tmWaiting')]).toEqual([5, 1])
    expect(scene.leftovers()).toEqual({})
  })
})

describe('flags of a transaction as tm.list prints them, tm-reference 12', () => {
  it.each([
    ['INVITE', {}, 65],
    ['INVITE', { params: { auto_inv_100: 0 } }, 1],
    ['MESSAGE', {}, 0],
  ])('%s with %j: %i', (method, options, flags) => {
    const scene = new Scene(options)
    scene.send(method)
    const [cell] = [...scene.proxy.engine.transactions.core.table.cells()]
    expect(cell.flags & 0xffff).toBe(flags)
  })

  it('8 after CANCEL', () => {
    const scene = new Scene()
    scene.cancel(scene.invite())
    const [cell] = [...scene.proxy.engine.transactions.core.table.cells()]
    expect(cell.has(TransactionFlag.CANCELLED)).toBe(true)
  })
})
