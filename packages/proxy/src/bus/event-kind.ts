/** What the engine tells about itself (console spec 5.1, names after the moments of tm-reference 7). */
export const EventKind = {
  created: 1,
  state: 2,
  'msg-in': 3,
  'msg-out': 4,
  retransmit: 5,
  'timer-armed': 6,
  'timer-fired': 7,
  'timer-cancelled': 8,
  'reply-candidate': 9,
  'reply-picked': 10,
  'reply-dropped': 11,
  'script-enter': 12,
  'script-exit': 13,
  destroyed: 14,
  'sl-reply': 15,
  'parse-error': 16,
  'script-error': 17,
  /** A transaction is older than its longest legal life. */
  overdue: 18,
  /** A destination is sent nothing for a while. */
  blocklisted: 19,
  /** A SIP thread is saturated and refuses new requests, or does so no longer. */
  overload: 20,
} as const

export type EventKindName = keyof typeof EventKind

/** The four machines of RFC 3261 17 and 6026. */
export const Machine = { ist: 1, nist: 2, ict: 3, nict: 4 } as const

export type MachineName = keyof typeof Machine

/** Timers by their Kamailio names; `retr_rpl` and `fr_ack` guard a negative reply to INVITE (RFC timers G and H). */
export const TimerKind = { retr: 1, fr: 2, fr_inv: 3, retr_rpl: 4, fr_ack: 5, wait: 6, cancel_retr: 7, cancel_fr: 8 } as const

export type TimerName = keyof typeof TimerKind
