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
      const tooMany = [...method.example.params, ...Array.from({ length: method.parameters.length + 1 }, () => 0)]
      expect(Value.Check(method.params, tooMany)).toBe(false)
    },
  )

  it('MUST name every method of the control plane', () => {
    expect(Object.keys(methods).toSorted()).toEqual([
      'core.uptime',
      'core.version',
      'log_level',
      'reload',
      'signalbox.events.history',
      'signalbox.info',
      'signalbox.metrics',
      'signalbox.subscribe',
      'signalbox.tx.get',
      'signalbox.unsubscribe',
      'system.listMethods',
      'system.methodHelp',
      'tm.list',
      'tm.stats',
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

  it('finds methods by name and nothing else', () => {
    expect(findMethod('tm.stats')).toBe(methods['tm.stats'])
    expect(findMethod('toString')).toBeNull()
  })

  it('types parameters and results', () => {
    expectTypeOf<ParamsOf<'signalbox.tx.get'>>().toEqualTypeOf<[index: number, label: number]>()
    expectTypeOf<ResultOf<'tm.stats'>>().toEqualTypeOf<TmStats>()
  })
})
