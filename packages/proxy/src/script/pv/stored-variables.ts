import type { KsrEnvironment } from '../ksr-environment.ts'
import type { VariableStore } from '../script-services.ts'
import type { PvAccess, PvDefinition } from './pv-definition.ts'
import type { PvSpec } from './pv-spec.ts'
import type { PvValue } from './pv-value.ts'
import { xavpAccess } from './xavp-variable.ts'

/** Variables that keep what the script puts into them: $avp and $xavp with the transaction, $var and $shv with the engine. */
export function storedVariables(env: KsrEnvironment): ReadonlyMap<string, PvDefinition> {
  const shared = env.services.sharedVariables ?? new Map<string, PvValue>()
  return new Map<string, PvDefinition>([
    ['avp', (spec) => avpAccess(env, spec)],
    ['xavp', (spec) => xavpAccess(env, spec)],
    ['var', (spec) => mapAccess(env.vars, spec, 0)],
    ['shv', (spec) => mapAccess(shared, spec, null)],
    ['null', () => ({ get: () => null })],
    ['def', () => ({ get: () => null })],
    ['TS', () => ({ get: () => Math.floor(env.services.clock.wall() / 1000) })],
    ['Ts', () => ({ get: () => Math.floor(env.services.clock.wall() / 1000) })],
    ['Tf', () => ({ get: () => new Date(env.services.clock.wall()).toUTCString() })],
  ])
}

/** A $var that was never set is 0, a $shv likewise undefined. */
function mapAccess(values: VariableStore, { inner }: PvSpec, initial: PvValue): PvAccess | null {
  if (inner === '') return null
  return {
    get: () => values.get(inner) ?? initial,
    set(value) {
      if (value === null) values.delete(inner)
      else values.set(inner, value)
      return true
    },
  }
}

/** Assignment pushes, `[*]` replaces all; null takes the newest away, or with `[*]` all (script-reference 1.7). */
function avpAccess(env: KsrEnvironment, { inner, index }: PvSpec): PvAccess | null {
  const name = inner.replace(/^[si]:/, '')
  if (name === '') return null
  return {
    get() {
      env.current()
      if (index === 'all') return env.avps.all(name).join(',')
      return env.avps.get(name, index ?? 0) ?? null
    },
    set(value) {
      env.current()
      if (value === null || index === 'all') env.avps.remove(name, index === 'all')
      if (value !== null) env.avps.push(name, value)
      return true
    },
  }
}
