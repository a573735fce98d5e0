import type { SipMessage } from '@signalbox/sip'

/** What became of a request of ours. */
export interface LocalOutcome {
  readonly status: number
  readonly reason: string
  /** Null when nobody answered. Valid during the call only. */
  readonly reply: SipMessage | null
  readonly uri: string
}

/** Told once for the final reply, and before for provisional ones if asked for (pass_provisional_replies). */
export type LocalCompleted = (outcome: LocalOutcome) => void
