import { nearestName } from '../nearest-name.ts'

/** An XVAL of KEMI: string, number, or null for undefined (script-reference 3.1). */
export type KsrValue = string | number | null

/**
 * Returns as in KEMI: INT a number, BOOL a boolean, XVAL a KsrValue. Arguments come from script code, so the functions check
 * their types themselves; `never` lets each declare its own.
 */
export type KsrFunction = (...args: never[]) => unknown

export type KsrModule = Readonly<Record<string, KsrFunction>>

/** The global KSR of routing scripts: core functions and one object per module. */
export type KsrObject = Readonly<Record<string, KsrModule | KsrFunction>>

/**
 * A module of functions that scripts call as `KSR.name.function`. A function that does not exist is an error of its own
 * that names its nearest neighbour: the check sits behind the object, where only misses come by, so hits cost nothing.
 */
export function ksrModule<T extends KsrModule>(name: string, functions: T): T {
  const path = name === '' ? 'KSR' : `KSR.${name}`
  const missing = new Proxy(
    {},
    {
      get(_, key) {
        if (typeof key === 'symbol') return undefined
        throw new TypeError(unknownFunction(path, key, Object.keys(functions)))
      },
      has: () => false,
    },
  )
  return Object.freeze(Object.setPrototypeOf({ ...functions }, missing) as T)
}

/** The sentence about a function that does not exist. */
export function unknownFunction(path: string, name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known)
  const hint = nearest === null ? '' : `; did you mean ${path}.${nearest}?`
  return `${path}.${name} does not exist${hint}`
}
