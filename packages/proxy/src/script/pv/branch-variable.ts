import type { Target } from '../../forward/target.ts'
import type { KsrEnvironment } from '../ksr-environment.ts'
import type { PvAccess } from './pv-definition.ts'
import type { PvSpec } from './pv-spec.ts'
import type { PvValue } from './pv-value.ts'

/** `$(branch(uri)[i])`: the targets beside the Request-URI. */
export function branchAccess(env: KsrEnvironment, { inner, index }: PvSpec): PvAccess | null {
  if (inner === 'count') return { get: () => env.current().targets.length }
  const part = targetParts[inner]
  if (part === undefined) return null
  const at = typeof index === 'number' ? index : 0
  return {
    get() {
      const target = env.current().targets.at(at)
      return target === undefined ? null : part.get(target)
    },
    set(value) {
      const { targets } = env.current()
      const target = targets.at(at)
      const changed = target === undefined ? null : part.with(target, value)
      if (changed === null) return false
      targets.splice(at, 1, changed)
      return true
    },
  }
}

/** A part of a target that scripts read, and the target with another value of it; null when it cannot have that one. */
interface TargetPart {
  readonly get: (target: Target) => PvValue
  readonly with: (target: Target, value: PvValue) => Target | null
}

type TextPart = 'uri' | 'destinationUri' | 'path' | 'ruid'

function textPart(field: TextPart): TargetPart {
  return {
    get: (target) => target[field] || null,
    with: (target, value) =>
      typeof value === 'number' || (field === 'uri' && value === null) ? null : { ...target, [field]: value ?? '' },
  }
}

function numberPart(field: 'flags' | 'q'): TargetPart {
  return {
    get: (target) => target[field],
    with: (target, value) => (typeof value === 'number' ? { ...target, [field]: value } : null),
  }
}

const targetParts: Readonly<Record<string, TargetPart>> = {
  uri: textPart('uri'),
  dst_uri: textPart('destinationUri'),
  path: textPart('path'),
  ruid: textPart('ruid'),
  flags: numberPart('flags'),
  q: numberPart('q'),
}
