import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule, type KsrValue } from '../ksr-module.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'

/** KSR.pv: pseudo-variables by their native names. Numbers come back as numbers, undefined ones as null. */
export function createPv(_env: KsrEnvironment, variables: PvCompiler): KsrModule {
  const of = (name: string) => variables.reference(textArgument(name, 'pv.get'))
  const integer = (name: string): number => {
    const value = of(name).get()
    return value === null ? 0 : Math.trunc(Number(value)) || 0
  }
  return ksrModule('pv', {
    get: (name: string): KsrValue => of(name).get(),
    getw: (name: string): KsrValue => of(name).get() ?? '<null>',
    gete: (name: string): KsrValue => of(name).get() ?? '',
    geti: integer,
    getl: integer,
    /** With a value of one's own for an undefined one. */
    getvn: (name: string, fallback: number): KsrValue => of(name).get() ?? numberArgument(fallback, 'pv.getvn'),
    getvs: (name: string, fallback: string): KsrValue => of(name).get() ?? textArgument(fallback, 'pv.getvs'),
    seti: (name: string, value: number) => of(name).set(numberArgument(value, 'pv.seti')),
    setl: (name: string, value: number) => of(name).set(numberArgument(value, 'pv.setl')),
    sets: (name: string, value: string) => of(name).set(textArgument(value, 'pv.sets')),
    unset: (name: string) => of(name).set(null),
    is_null: (name: string) => of(name).get() === null,
  })
}
