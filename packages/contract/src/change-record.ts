import type { Fault } from './http.ts'
import { findMethod } from './methods.ts'

const PARAMS_LENGTH = 200

/** What the log keeps of a call over HTTP that may change something. */
export interface ChangeRecord {
  readonly method: string
  /** JSON, cut off where it is long: a body may be in it. */
  readonly params: string
  /** Who called, by address. */
  readonly peer: string
  /** `done`, or the code and text of the fault. */
  readonly outcome: string
}

export const CHANGE_OVER_HTTP = 'Change over HTTP'

/** Null for a method that changes nothing and for one that does not exist. `fault` null: it was carried out. */
export function changeRecord(
  call: { readonly method: string; readonly params: readonly unknown[]; readonly peer: string },
  fault: Fault | null,
): ChangeRecord | null {
  const { method, params, peer } = call
  if (findMethod(method)?.readOnly !== false) return null
  const outcome = fault === null ? 'done' : `${fault.code} ${fault.message}`
  return { method, params: JSON.stringify(params).slice(0, PARAMS_LENGTH), peer, outcome }
}
