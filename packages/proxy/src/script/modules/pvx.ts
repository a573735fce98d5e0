import type { KsrEnvironment } from '../ksr-environment.ts'
import { numberArgument, textArgument } from '../ksr-environment.ts'
import { ksrModule, type KsrFunction, type KsrModule, type KsrValue } from '../ksr-module.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'
import { scalarOf } from '../pv/xavp-variable.ts'
import { appendField, copyOf, removeField, type XavpFields, type XavpScalar, type XavpValue } from '../pv/xavps.ts'

type Functions = Readonly<Record<string, KsrFunction>>

/** KSR.pvx: XAVPs by functions of their own. Numbers are 1 or negative, undefined values null (KEMI of Kamailio 5.6). */
export function createPvx(env: KsrEnvironment, variables: PvCompiler): KsrModule {
  return ksrModule('pvx', { ...values(env), ...fields(env), ...lists(env, variables), ...copies(env, variables) })
}

function text(value: unknown, name: string): string {
  return textArgument(value, `pvx.${name}`)
}

/** The value as it is read; null while there is none. */
function valueOf(env: KsrEnvironment, name: string): KsrValue {
  env.current()
  return scalarOf(name, env.avps.xavps?.get(name))
}

/** Plain values: setting one pushes it, removing one removes the newest. */
function values(env: KsrEnvironment): Functions {
  const set = (name: string, value: XavpScalar): number => {
    env.current()
    env.avps.ownXavps().push(name, value)
    return 1
  }
  return {
    xavp_sets: (name: string, value: string) => set(text(name, 'xavp_sets'), text(value, 'xavp_sets')),
    xavp_seti: (name: string, value: number) => set(text(name, 'xavp_seti'), numberArgument(value, 'pvx.xavp_seti')),
    xavp_get: (name: string): KsrValue => valueOf(env, text(name, 'xavp_get')),
    xavp_gete: (name: string): KsrValue => valueOf(env, text(name, 'xavp_gete')) ?? '',
    xavp_getw: (name: string): KsrValue => valueOf(env, text(name, 'xavp_getw')) ?? '<null>',
    xavp_is_null: (name: string) => (valueOf(env, text(name, 'xavp_is_null')) === null ? 1 : -1),
    xavp_rm(name: string): number {
      env.current()
      env.avps.xavps?.remove(text(name, 'xavp_rm'))
      return 1
    },
  }
}

/** Fields of the newest value: setting one replaces it, or makes a value with that field. */
function fields(env: KsrEnvironment): Functions {
  const get = (name: string, field: string): KsrValue => {
    env.current()
    return scalarOf(field, env.avps.xavps?.fields(name)?.get(field)?.[0])
  }
  const set = (name: string, field: string, value: XavpScalar): number => {
    env.current()
    const known = env.avps.xavps?.fields(name)
    if (known === undefined) env.avps.ownXavps().push(name, new Map([[field, [value]]]))
    else known.set(field, [value, ...(known.get(field)?.slice(1) ?? [])])
    return 1
  }
  const both = (name: string, field: string, of: string): [string, string] => [text(name, of), text(field, of)]
  return {
    xavp_child_sets: (name: string, field: string, value: string) =>
      set(...both(name, field, 'xavp_child_sets'), text(value, 'xavp_child_sets')),
    xavp_child_seti: (name: string, field: string, value: number) =>
      set(...both(name, field, 'xavp_child_seti'), numberArgument(value, 'pvx.xavp_child_seti')),
    xavp_child_get: (name: string, field: string): KsrValue => get(...both(name, field, 'xavp_child_get')),
    xavp_child_gete: (name: string, field: string): KsrValue => get(...both(name, field, 'xavp_child_gete')) ?? '',
    xavp_child_getw: (name: string, field: string): KsrValue => get(...both(name, field, 'xavp_child_getw')) ?? '<null>',
    xavp_child_is_null: (name: string, field: string) => (get(...both(name, field, 'xavp_child_is_null')) === null ? 1 : -1),
    xavp_child_rm(name: string, field: string): number {
      env.current()
      const known = env.avps.xavps?.fields(text(name, 'xavp_child_rm'))
      if (known !== undefined) removeField(known, text(field, 'xavp_child_rm'))
      return 1
    },
  }
}

/** Texts of parameters and lists, taken apart and put together. */
function lists(env: KsrEnvironment, variables: PvCompiler): Functions {
  return {
    /** `a=1;b=two` becomes the newest value of `name`, with the fields a and b. */
    xavp_params_explode(params: string, name: string): number {
      env.current()
      const fieldsOf: XavpFields = new Map()
      for (const [field, value] of paramsIn(text(params, 'xavp_params_explode'))) appendField(fieldsOf, field, value)
      if (fieldsOf.size === 0) return -1
      env.avps.ownXavps().push(text(name, 'xavp_params_explode'), fieldsOf)
      return 1
    },
    /** The other way round, into the variable `pv`. */
    xavp_params_implode(name: string, pv: string): number {
      env.current()
      const known = env.avps.xavps?.fields(text(name, 'xavp_params_implode'))
      if (known === undefined) return -1
      return variables.reference(text(pv, 'xavp_params_implode')).set(paramsText(known)) ? 1 : -1
    },
    /** Items become the values of the field `v`; mode `t` trims them. */
    xavp_slist_explode(...[list, separator, mode, name]: [list: string, separator: string, mode: string, name: string]): number {
      env.current()
      const parts = text(list, 'xavp_slist_explode').split(text(separator, 'xavp_slist_explode'))
      const items = (text(mode, 'xavp_slist_explode').includes('t') ? parts.map((part) => part.trim()) : parts).filter(
        (item) => item !== '',
      )
      if (items.length === 0) return -1
      env.avps.ownXavps().push(text(name, 'xavp_slist_explode'), new Map([['v', items]]))
      return 1
    },
  }
}

function paramsIn(params: string): readonly (readonly [name: string, value: string])[] {
  const written = params.match(/(?:"(?:\\.|[^"\\])*"|[^;])+/g) ?? []
  return written
    .map((one) => {
      const equal = one.indexOf('=')
      const value = equal < 0 ? '' : one.slice(equal + 1).trim()
      return [(equal < 0 ? one : one.slice(0, equal)).trim(), value.replace(/^"(.*)"$/s, '$1')] as const
    })
    .filter(([name]) => name !== '')
}

function paramsText(known: XavpFields): string {
  let result = ''
  for (const [field, all] of known) for (const value of all) result += value === '' ? `${field};` : `${field}=${scalarOf(field, value)};`
  return result
}

function copies(env: KsrEnvironment, variables: PvCompiler): Functions {
  const source = (name: string, index: number): XavpValue | undefined => {
    env.current()
    const value = env.avps.xavps?.get(name, index)
    return value === undefined ? undefined : copyOf(value)
  }
  return {
    /** The copy becomes the oldest value of `to`. */
    xavp_copy(from: string, index: number, to: string): number {
      const value = source(text(from, 'xavp_copy'), numberArgument(index, 'pvx.xavp_copy'))
      if (value === undefined) return -1
      env.avps.ownXavps().append(text(to, 'xavp_copy'), value)
      return 1
    },
    /** The copy replaces the value at `at`, where there is one. */
    xavp_copy_dst(...[from, index, to, at]: [from: string, index: number, to: string, at: number]): number {
      const value = source(text(from, 'xavp_copy_dst'), numberArgument(index, 'pvx.xavp_copy_dst'))
      if (value === undefined) return -1
      const xavps = env.avps.ownXavps()
      const name = text(to, 'xavp_copy_dst')
      if (!xavps.replace(name, numberArgument(at, 'pvx.xavp_copy_dst'), value)) xavps.append(name, value)
      return 1
    },
    /** `$var(name)` becomes a field of a new value of `to`. */
    pv_var_to_xavp(name: string, to: string): number {
      env.current()
      const field = text(name, 'pv_var_to_xavp')
      const value = env.vars.get(field) ?? null
      if (value === null) return -1
      env.avps.ownXavps().push(text(to, 'pv_var_to_xavp'), new Map([[field, [value]]]))
      return 1
    },
    /** The fields of the newest value become `$var`s. */
    pv_xavp_to_var(name: string): number {
      env.current()
      const known = env.avps.xavps?.fields(text(name, 'pv_xavp_to_var'))
      if (known === undefined) return -1
      for (const [field, [value]] of known) variables.reference(`$var(${field})`).set(scalarOf(field, value))
      return 1
    },
    pv_xavp_print(): number {
      env.current()
      const { xavps } = env.avps
      for (const name of xavps?.names() ?? []) env.services.log.info(`$xavp(${name}) has ${xavps?.all(name).length} values`)
      return 1
    },
  }
}
