/** Value of a pseudo-variable; null is `$null`, undefined. */
export type PvValue = string | number | null

/** A pseudo-variable that has been looked up once and is read and written many times. */
export interface PvReference {
  /** As written: `$ru`, `$(hdr(Via)[1])`. */
  readonly text: string
  get(): PvValue
  /** False: it cannot be written, or not with this value. Null removes. */
  set(value: PvValue): boolean
}
