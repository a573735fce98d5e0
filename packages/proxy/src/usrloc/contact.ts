/** A binding of an address of record (RFC 3261 10.3), as kept in memory, in the store and in transit between the threads. Never changed, only replaced. */
export interface Contact {
  /** Name of the location table, `location` unless the script says otherwise. */
  readonly table: string
  readonly aor: string
  readonly uri: string
  /** Unique over restarts; identifies the binding in the store and in events. */
  readonly ruid: string
  /** Unix milliseconds. */
  readonly expiresAt: number
  /** Preference in thousandths, -1 unspecified. */
  readonly q: number
  readonly callId: string
  readonly cseq: number
  readonly userAgent: string
  /** SIP URI of the address that the REGISTER came from, '' when the contact URI is good enough. */
  readonly received: string
  /** RFC 3327: `<sip:a;lr>,<sip:b;lr>`, '' none. */
  readonly path: string
  /** Listener that got the REGISTER: `udp:127.0.0.1:5060`. */
  readonly socket: string
  /** Address that the REGISTER came from: `udp:127.0.0.1:40000`. */
  readonly source: string
  readonly flags: number
  /** Branch flags that lookup restores ($bf). */
  readonly branchFlags: number
  /** Methods accepted, as Method bits; ALL_METHODS when the phone did not say. */
  readonly methods: number
  /** `+sip.instance` without its quotes, '' none. */
  readonly instance: string
  /** RFC 5626 reg-id, 0 none. */
  readonly regId: number
  /** What the script gave it, fields as JSON (xavp_contact), '' nothing. */
  readonly attributes: string
  /** Unix milliseconds. */
  readonly lastModified: number
}

export const ALL_METHODS = 0xffff_ffff
