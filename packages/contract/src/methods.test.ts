import { Value } from 'typebox/value'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { findMethod, methods, type ParamsOf, type ResultOf } from './methods.ts'
import type { MethodDefinition } from './method-definition.ts'
import { TmStats, tmStatsKeys } from './tm-stats.ts'

const all: readonly MethodDefinition[] = Object.values(methods)

describe('method catalogue', () => {
  it.each(all.map((method) => [method.name, method] as const))('MUST show a valid example for %s', (name, method) => {
    expect([...Value.Errors(method.params, method.example.params)]).toEqual([])
    expect([...Value.Errors(method.result, method.example.result)]).toEqual([])
    expect(method.name).toBe(name)
    expect(method.help).toMatch(/^[A-Z].*\.$/)
  })

  it.each(all.map((method) => [method.name, method] as const))(
    'MUST keep optional parameters of %s last and refuse more than there are',
    (_name, method) => {
      const optionalFrom = method.parameters.findIndex((parameter) => !parameter.required)
      if (optionalFrom >= 0) expect(method.parameters.slice(optionalFrom).some((parameter) => parameter.required)).toBe(false)
      expect(method.parameters.slice(0, -1).some((parameter) => parameter.repeated === true)).toBe(false)
      if (method.parameters.at(-1)?.repeated === true) return
      const tooMany = [...method.example.params, ...Array.from({ length: method.parameters.length + 1 }, () => 0)]
      expect(Value.Check(method.params, tooMany)).toBe(false)
    },
  )

  it('MUST name every method of the control plane', () => {
    expect(Object.keys(methods).toSorted()).toEqual([
      'cfg.add_group_inst',
      'cfg.commit',
      'cfg.del',
      'cfg.del_delayed',
      'cfg.del_group_inst',
      'cfg.diff',
      'cfg.get',
      'cfg.help',
      'cfg.list',
      'cfg.reset',
      'cfg.rollback',
      'cfg.set',
      'cfg.set_delayed',
      'cfg.set_delayed_int',
      'cfg.set_delayed_string',
      'cfg.set_now_int',
      'cfg.set_now_string',
      'cfg.seti',
      'cfg.sets',
      'cnt.get',
      'cnt.grp_get_all',
      'cnt.grps_list',
      'cnt.var_list',
      'core.echo',
      'core.info',
      'core.modules',
      'core.ps',
      'core.psx',
      'core.runinfo',
      'core.sockets_list',
      'core.tcp_info',
      'core.uptime',
      'core.version',
      'corex.list_sockets',
      'dns.add_a',
      'dns.add_aaaa',
      'dns.add_srv',
      'dns.debug',
      'dns.debug_all',
      'dns.delete_a',
      'dns.delete_aaaa',
      'dns.delete_all',
      'dns.delete_all_force',
      'dns.delete_cname',
      'dns.delete_ebl',
      'dns.delete_naptr',
      'dns.delete_ptr',
      'dns.delete_srv',
      'dns.delete_txt',
      'dns.get_server_state',
      'dns.lookup',
      'dns.mem_info',
      'dns.set_server_state',
      'dns.stats_get',
      'dns.view',
      'dst_blocklist.add',
      'dst_blocklist.debug',
      'dst_blocklist.delete_all',
      'dst_blocklist.mem_info',
      'dst_blocklist.stats_get',
      'dst_blocklist.view',
      'log_level',
      'reload',
      'signalbox.events.history',
      'signalbox.info',
      'signalbox.metrics',
      'signalbox.subscribe',
      'signalbox.trace.list',
      'signalbox.trace.start',
      'signalbox.trace.stop',
      'signalbox.tx.cancel_branch',
      'signalbox.tx.get',
      'signalbox.tx.reply',
      'signalbox.unsubscribe',
      'sl.stats',
      'stats.fetch',
      'stats.fetchn',
      'stats.get_statistics',
      'system.listMethods',
      'system.methodHelp',
      'tm.cancel',
      'tm.clean',
      'tm.hash_stats',
      'tm.list',
      'tm.reply',
      'tm.reply_callid',
      'tm.retransmit_reply',
      'tm.retransmit_reply_callid',
      'tm.stats',
      'tm.t_uac_attrs',
      'tm.t_uac_start',
      'tm.t_uac_start_hex',
      'tm.t_uac_start_noack',
      'tm.t_uac_start_noack_hex',
      'tm.t_uac_wait',
      'tm.t_uac_wait_block',
      'tm.t_uac_wait_block_hex',
      'tm.t_uac_wait_block_noack',
      'tm.t_uac_wait_block_noack_hex',
      'tm.t_uac_wait_hex',
      'tm.t_uac_wait_noack',
      'tm.t_uac_wait_noack_hex',
      'ul.dump',
    ])
    expect(Object.entries(methods).every(([key, method]) => key === method.name)).toBe(true)
  })

  it('MUST keep the key order of tm.stats, tm-reference 11', () => {
    expect(Object.keys(TmStats.properties)).toEqual([...tmStatsKeys])
  })

  it('MUST refuse parameters of the wrong type', () => {
    expect(Value.Check(methods['signalbox.tx.get'].params, [1])).toBe(false)
    expect(Value.Check(methods['signalbox.tx.get'].params, ['1', '2'])).toBe(false)
    expect(Value.Check(methods.log_level.params, [5])).toBe(false)
    expect(Value.Check(methods.log_level.params, ['debug'])).toBe(true)
    expect(Value.Check(methods.log_level.params, [])).toBe(true)
  })

  it('takes any number of values for a repeated parameter, all of its type', () => {
    expect(Value.Check(methods['stats.fetch'].params, ['core:', 'sl:', 'tmx:'])).toBe(true)
    expect(Value.Check(methods['stats.fetch'].params, ['core:', 1])).toBe(false)
    expect(Value.Check(methods['stats.fetch'].params, [])).toBe(false)
    expect(Value.Check(methods['core.echo'].params, [])).toBe(true)
  })

  it('gives methods that wait for a reply their time', () => {
    expect(findMethod('tm.t_uac_wait_block')?.answersWithinMs).toBeGreaterThan(80_000)
    expect(findMethod('tm.stats')?.answersWithinMs).toBeNull()
  })

  it('finds methods by name and nothing else', () => {
    expect(findMethod('tm.stats')).toBe(methods['tm.stats'])
    expect(findMethod('toString')).toBeNull()
  })

  it('types parameters and results', () => {
    expectTypeOf<ParamsOf<'signalbox.tx.get'>>().toEqualTypeOf<[index: number, label: number]>()
    expectTypeOf<ResultOf<'tm.stats'>>().toEqualTypeOf<TmStats>()
  })
})
