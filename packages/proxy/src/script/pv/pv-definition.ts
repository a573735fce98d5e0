import type { PvSpec } from './pv-spec.ts'
import type { PvValue } from './pv-value.ts'

/** How a variable of some name is read and written. `inner` and `index` are those of the spec. */
export interface PvAccess {
  readonly get: () => PvValue
  readonly set?: (value: PvValue) => boolean
}

/** Makes the access for a spec; null when the text in parentheses makes no sense for it. */
export type PvDefinition = (spec: PvSpec) => PvAccess | null
