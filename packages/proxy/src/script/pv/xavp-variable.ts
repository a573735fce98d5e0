import type { KsrEnvironment } from '../ksr-environment.ts'
import type { PvAccess } from './pv-definition.ts'
import type { PvSpec } from './pv-spec.ts'
import type { PvValue } from './pv-value.ts'
import { pushField, removeField, replaceField, type XavpFields, type XavpScalar, type XavpValue, type Xavps } from './xavps.ts'

type Index = number | 'all' | null

/** One side of `name[index]=>field[index]`. */
interface Part {
  readonly name: string
  readonly index: Index
}

/** `$xavp(name)`, `$xavp(name[n])`, `$xavp(name=>field)`, `$xavp(name[n]=>field[m])`; null when it is none of them. */
export function xavpAccess(env: KsrEnvironment, { inner }: PvSpec): PvAccess | null {
  const arrow = inner.indexOf('=>')
  const root = partOf(arrow < 0 ? inner : inner.slice(0, arrow))
  const field = arrow < 0 ? null : partOf(inner.slice(arrow + 2))
  if (root === null || (arrow >= 0 && field === null)) return null
  return field === null ? rootAccess(env, root) : fieldAccess(env, root, field)
}

function partOf(text: string): Part | null {
  const found = /^\s*([\w.-]+)\s*(?:\[\s*(\*|-?\d+)\s*\])?\s*$/.exec(text)
  if (found === null) return null
  const [, name, index] = found
  return { name, index: index === undefined ? null : index === '*' ? 'all' : Number(index) }
}

/** `[*]` reads as the newest. */
function at(index: Index): number {
  return typeof index === 'number' ? index : 0
}

/** A value with fields has no text of its own: it shows that it is there. */
export function scalarOf(name: string, value: XavpValue | undefined): PvValue {
  if (value === undefined) return null
  return value instanceof Map ? `<<xavp:${name}>>` : value
}

/** Assignment pushes, with an index it replaces; null removes one, with `[*]` all. */
function rootAccess(env: KsrEnvironment, { name, index }: Part): PvAccess {
  return {
    get() {
      env.current()
      return scalarOf(name, env.avps.xavps?.get(name, at(index)))
    },
    set(value) {
      env.current()
      if (value === null) removeRoot(env.avps.xavps, name, index)
      else if (index === null) env.avps.ownXavps().push(name, value)
      else return index !== 'all' && env.avps.xavps?.replace(name, index, value) === true
      return true
    },
  }
}

function removeRoot(xavps: Xavps | null, name: string, index: Index): void {
  if (index === 'all') xavps?.removeAll(name)
  else xavps?.remove(name, at(index))
}

/** Without an index of the name, assignment makes a new value with this one field; with one, it adds to the fields that are there. */
function fieldAccess(env: KsrEnvironment, root: Part, field: Part): PvAccess {
  const fields = (): XavpFields | undefined => env.avps.xavps?.fields(root.name, at(root.index))
  return {
    get() {
      env.current()
      const values = fields()?.get(field.name)
      if (values === undefined) return null
      if (field.index === 'all') return values.map((value) => scalarOf(field.name, value)).join(', ')
      return scalarOf(field.name, values.at(at(field.index)))
    },
    set(value) {
      env.current()
      if (value === null) removeFrom(fields(), field)
      else if (root.index === null) env.avps.ownXavps().push(root.name, new Map([[field.name, [value]]]))
      else return writeInto(fields(), field, value)
      return true
    },
  }
}

function removeFrom(fields: XavpFields | undefined, { name, index }: Part): void {
  if (index === 'all') fields?.delete(name)
  else if (fields !== undefined) removeField(fields, name, at(index))
}

function writeInto(fields: XavpFields | undefined, { name, index }: Part, value: XavpScalar): boolean {
  if (fields === undefined || index === 'all') return false
  if (index !== null) return replaceField(fields, name, index, value)
  pushField(fields, name, value)
  return true
}
