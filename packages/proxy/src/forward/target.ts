import type { Listener } from '../transport/transport.ts'

/** A URI that a request may be forwarded to, before it becomes a branch (RFC 3261 16.5; an entry of Kamailio's destination set). */
export interface Target {
  readonly uri: string
  /** Next hop that overrides the URI ($du), '' for none. */
  readonly destinationUri: string
  /** Route set of the binding (RFC 3327 Path), '' for none: `<sip:a;lr>,<sip:b;lr>`. */
  readonly path: string
  /** Preference in thousandths, -1 unspecified. */
  readonly q: number
  readonly flags: number
  readonly listener: Listener | null
  readonly instance: string
  readonly ruid: string
}

/** Steps of serial forking still to be tried, and the spare flows of devices that registered more than once (RFC 5626). */
export interface ContactSteps {
  readonly steps: Target[][]
  readonly flows: Target[]
}
