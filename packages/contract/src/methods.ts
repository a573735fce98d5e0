import { Type } from 'typebox'
import { cfgMethods } from './cfg-methods.ts'
import { coreMethods } from './core-methods.ts'
import { dnsMethods } from './dns-methods.ts'
import { LocationDump } from './location-dump.ts'
import { method, optional, type Method, type MethodDefinition } from './method-definition.ts'
import { signalboxMethods } from './signalbox-methods.ts'
import { statisticsMethods } from './statistics-methods.ts'
import { tmMethods } from './tm-methods.ts'
import { traceMethods } from './trace-methods.ts'
import { uacMethods } from './uac-methods.ts'

/** The methods of the engine by name. Served on the unix socket; all but the streaming ones also by POST /RPC and /api/v1/rpc. */
export const methods = {
  ...tmMethods,
  ...uacMethods,
  ...cfgMethods,
  ...coreMethods,
  ...dnsMethods,
  ...statisticsMethods,
  ...signalboxMethods,
  ...traceMethods,
  'ul.dump': method<[brief?: 'brief']>()('ul.dump', {
    parameters: [optional('brief', Type.Literal('brief'), 'Addresses of record only')],
    result: LocationDump,
    help: 'The location table: who is registered where.',
    readOnly: true,
    example: {
      params: ['brief'],
      result: {
        Domains: [{ Domain: { Domain: 'location', Size: 1024, AoRs: [{ AoR: 'alice' }], Stats: { Records: 1, 'Max-Slots': 1 } } }],
      },
    },
  }),
} as const satisfies Record<string, MethodDefinition>

export type MethodName = keyof typeof methods
type TypesOf<M> = M extends Method<infer P, infer R> ? { readonly params: P; readonly result: R } : never
/** Type of the `params` array of a method. */
export type ParamsOf<M extends MethodName> = TypesOf<(typeof methods)[M]>['params']
/** Type of the result of a method. */
export type ResultOf<M extends MethodName> = TypesOf<(typeof methods)[M]>['result']

/** The definition of a method, or null. */
export function findMethod(name: string): MethodDefinition | null {
  return Object.hasOwn(methods, name) ? methods[name as MethodName] : null
}
