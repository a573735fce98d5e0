/** What each refresh of a binding changes. */
export interface Lease {
  /** Unix milliseconds. */
  expiresAt: number
  callId: string
  cseq: number
  /** Unix milliseconds. */
  lastModified: number
}

/**
 * A binding of an address of record (RFC 3261 10.3), as kept in memory, in the store and in transit between the threads. A refresh
 * renews its lease in place, as most REGISTERs do and as costs the collector nothing; anything else replaces the binding.
 */
export interface Contact extends Lease {
  /** Name of the location table, `location` unless the script says otherwise. */
  readonly table: string
  readonly aor: string
  readonly uri: string
  /** Unique over restarts; identifies the binding in the store and in events. */
  readonly ruid: string
  /** Preference in thousandths, -1 unspecified. */
  readonly q: number
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
}

/** Gives a binding another lease. */
export function renew(contact: Contact, { expiresAt, callId, cseq, lastModified }: Readonly<Lease>): void {
  contact.expiresAt = expiresAt
  contact.callId = callId
  contact.cseq = cseq
  contact.lastModified = lastModified
}

export const ALL_METHODS = 0xffff_ffff
