import { describe, expect, it } from 'vitest'
import { Counter, Direction, requestCounter, responseCounter, slReplyCounter } from '../metrics/counter-layout.ts'
import { fakeEngine } from '../../test/rpc/fake-engine.ts'

function setup() {
  const engine = fakeEngine()
  const { cells } = engine
  cells[Counter.tmTotal] = 9
  cells[Counter.tmDeleted] = 4
  cells[Counter.tmWaiting] = 2
  cells[Counter.tmRplReceived] = 20
  cells[Counter.tmRplGenerated] = 6
  cells[Counter.tmRplSent] = 18
  cells[requestCounter(Direction.RECEIVED, 1, 1)] = 5
  cells[requestCounter(Direction.SENT, 1, 1)] = 50
  cells[responseCounter(Direction.RECEIVED, 1, 180)] = 3
  cells[responseCounter(Direction.RECEIVED, 2, 486)] = 1
  cells[slReplyCounter(404)] = 2
  cells[slReplyCounter(405)] = 1
  cells[slReplyCounter(200)] = 7
  cells[slReplyCounter(603)] = 4
  return engine
}

describe('stats.*, control-reference 2.2', () => {
  it('get_statistics writes group:name = value', async () => {
    const { call } = setup()
    const lines = (await call('stats.get_statistics', 'tmx:')) as string[]
    expect(lines).toEqual([
      'tmx:UAS_transactions = 9',
      'tmx:UAC_transactions = 0',
      'tmx:2xx_transactions = 0',
      'tmx:3xx_transactions = 0',
      'tmx:4xx_transactions = 0',
      'tmx:5xx_transactions = 0',
      'tmx:6xx_transactions = 0',
      'tmx:inuse_transactions = 5',
      'tmx:active_transactions = 3',
      'tmx:rpl_received = 20',
      'tmx:rpl_relayed = 12',
      'tmx:rpl_absorbed = 8',
      'tmx:rpl_generated = 6',
      'tmx:rpl_sent = 18',
    ])
  })

  it('takes all, groups, names, and several of them; what does not exist is left out', async () => {
    const { call } = setup()
    expect(await call('stats.get_statistics', 'rcv_requests', 'core:rcv_requests_invite', 'usrloc.registered_users')).toEqual([
      'core:rcv_requests = 5',
      'core:rcv_requests_invite = 5',
      'usrloc:registered_users = 3',
    ])
    expect(await call('stats.get_statistics', 'nothere:', 'nothere')).toEqual([])
    expect(await call('stats.get_statistics')).toMatchObject({ code: 400 })
    const all = (await call('stats.get_statistics', 'all')) as string[]
    expect(new Set(all.map((line) => line.split(':')[0]))).toEqual(new Set(['core', 'dns', 'registrar', 'sl', 'tcp', 'tmx', 'usrloc']))
    for (const line of all) expect(line).toMatch(/^[a-z]+:[\w-]+ = \d+$/)
  })

  it('fetch gives texts, fetchn numbers', async () => {
    const { call } = setup()
    expect(await call('stats.fetch', 'usrloc:')).toEqual({
      'usrloc.registered_users': '3',
      'usrloc.location-users': '3',
      'usrloc.location-contacts': '5',
    })
    expect(await call('stats.fetchn', 'registrar:')).toEqual({
      'registrar.accepted_regs': 0,
      'registrar.rejected_regs': 0,
      'registrar.default_expire': 3600,
    })
  })

  it('core tells replies by class and code', async () => {
    const { call } = setup()
    expect(await call('cnt.grp_get_all', 'core')).toMatchObject({
      rcv_requests: 5,
      rcv_replies: 4,
      rcv_replies_18x: 3,
      rcv_replies_1xx: 3,
      rcv_replies_4xx: 1,
      rcv_replies_486: 1,
      rcv_replies_404: 0,
    })
  })
})

describe('cnt.* and sl.stats, control-reference 2.2', () => {
  it('cnt.get reads one counter, 400 non-existent counter', async () => {
    const { call } = setup()
    expect(await call('cnt.get', 'tmx', 'inuse_transactions')).toBe(5)
    expect(await call('cnt.get', 'tmx', 'nothere')).toEqual({ code: 400, message: 'non-existent counter tmx.nothere' })
    expect(await call('cnt.get', 'tmx')).toMatchObject({ code: 400 })
  })

  it('cnt.grps_list, cnt.var_list and cnt.grp_get_all', async () => {
    const { call } = setup()
    expect(await call('cnt.grps_list')).toEqual(['core', 'dns', 'registrar', 'sl', 'tcp', 'tmx', 'usrloc'])
    expect(await call('cnt.var_list', 'usrloc')).toEqual(['registered_users', 'location-users', 'location-contacts'])
    expect(await call('cnt.var_list', 'nothere')).toEqual([])
    expect(await call('cnt.grp_get_all', 'tcp')).toEqual({ current_opened_connections: 4 })
    expect(await call('cnt.var_list')).toMatchObject({ code: 400 })
    expect(await call('cnt.grp_get_all')).toMatchObject({ code: 400 })
  })

  it('sl.stats counts a code in its class only where it has no key of its own', async () => {
    const { call } = setup()
    const stats = (await call('sl.stats')) as Record<string, number>
    expect(stats).toMatchObject({ '200': 7, '2xx': 0, '404': 2, '4xx': 1, '6xx': 4, xxx: 0 })
    expect(Object.keys(stats).toSorted()).toEqual(
      [
        '200',
        '202',
        '2xx',
        '300',
        '301',
        '302',
        '3xx',
        '400',
        '401',
        '403',
        '404',
        '407',
        '408',
        '483',
        '4xx',
        '500',
        '5xx',
        '6xx',
        'xxx',
      ].toSorted(),
    )
    expect(await call('cnt.grp_get_all', 'sl')).toMatchObject({ '404_replies': 2, xxx_replies: 0, sent_replies: 14 })
  })
})

describe('core.* and corex.*, control-reference 2', () => {
  it('core.info and core.runinfo', async () => {
    const { call } = setup()
    expect(await call('core.info')).toEqual({ version: 'signalbox 0.1.0', id: '', compiler: 'node v26.10.0', compiled: '', flags: 'dgram' })
    const run = (await call('core.runinfo')) as Record<string, unknown>
    expect(Object.keys(run)).toEqual('name version sourceid compiler compiled time_now time_started uptime_secs utime_days'.split(' '))
    expect(run['utime_days']).toMatch(/^\d+d \d+h \d+m \d+s$/)
  })

  it('core.ps is flat, core.psx has an object a thread', async () => {
    const { call } = setup()
    expect(await call('core.ps')).toEqual([4711, 'control thread', 4711, 'SIP thread 0'])
    expect(await call('core.psx')).toEqual([
      { IDX: 0, PID: 4711, DSC: 'control thread' },
      { IDX: 1, PID: 4711, DSC: 'SIP thread 0' },
    ])
  })

  it('core.sockets_list and corex.list_sockets', async () => {
    const { call } = setup()
    const no = { mcast: 'no', mhomed: 'no', virtual: 'no' }
    expect(await call('core.sockets_list')).toEqual([
      { socket: { proto: 'udp', address: '127.0.0.1', ipaddress: '127.0.0.1', port: '5060', ...no } },
      { socket: { proto: 'tcp', address: '127.0.0.1', ipaddress: '127.0.0.1', port: '5060', ...no } },
    ])
    const [first] = (await call('corex.list_sockets')) as Record<string, unknown>[]
    expect(Object.keys(first)).toEqual('PROTO NAME ADDRLIST PORT MCAST MHOMED VIRTUAL SOCKNAME ADVERTISE'.split(' '))
    expect(first['ADDRLIST']).toEqual({ ADDR: '127.0.0.1' })
  })

  it('core.tcp_info adds the threads up; the limit is one for all', async () => {
    expect(await setup().call('core.tcp_info')).toEqual({
      readers: 1,
      max_connections: 4096,
      max_tls_connections: 0,
      opened_connections: 4,
      opened_tls_connections: 0,
      write_queued_bytes: 20,
    })
  })

  it('core.echo answers with texts, also of numbers', async () => {
    const { call } = setup()
    expect(await call('core.echo', 'a', 1, 1.5)).toEqual(['a', '1', '1.5'])
    expect(await call('core.echo')).toEqual([])
  })

  it('core.modules names tm last, as the one that was loaded first', async () => {
    const modules = (await setup().call('core.modules')) as string[]
    expect(modules.at(-1)).toBe('tm')
    expect(modules).toContain('usrloc')
  })
})
