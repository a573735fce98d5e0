/** One run of one scenario against one proxy that was started for it. NaN: not measured. */
export interface Measurement {
  /** Microseconds, user and system, of the whole process tree. */
  readonly cpuPerCall: number
  /** The same of the busiest thread, which sets the limit to the calls that a machine with enough cores can carry. */
  readonly busiestPerCall: number
  /** Milliseconds from request to 200. */
  readonly p50: number
  readonly p99: number
  /** Bytes. */
  readonly memory: number
  readonly bytesPerHeldCall: number
  /** Highest good rate, calls a second. */
  readonly rate: number
  /** Transactions alive in the middle of the measurement. */
  readonly live: number
  /** Milliseconds: event-loop delay of the SIP thread, 99th percentile of a second. */
  readonly loopDelay: number
  /** The same, 99.9th percentile, with many transactions alive. */
  readonly pause: number
  /** The longest of these delays. */
  readonly longestPause: number
  /** The longest collection of garbage in the SIP thread, milliseconds. */
  readonly collection: number
  /** CPU per call with consoles that look on, as a ratio to that without. */
  readonly watched: number
  /** Good calls when as many, half as many more and twice as many are offered as can be carried: share of those that can be carried. */
  readonly once: number
  readonly half: number
  readonly twice: number
  /** Seconds until everything is carried again after that. */
  readonly recovery: number
  /** Requests that the callers sent again, per 1,000 calls. */
  readonly retransmissions: number
  /** Why the run does not count; '' when it does. */
  readonly fault: string
}

export type Column = Exclude<keyof Measurement, 'fault'>

export const NOTHING: Measurement = {
  cpuPerCall: Number.NaN,
  busiestPerCall: Number.NaN,
  p50: Number.NaN,
  p99: Number.NaN,
  memory: Number.NaN,
  bytesPerHeldCall: Number.NaN,
  rate: Number.NaN,
  live: Number.NaN,
  loopDelay: Number.NaN,
  pause: Number.NaN,
  longestPause: Number.NaN,
  collection: Number.NaN,
  watched: Number.NaN,
  once: Number.NaN,
  half: Number.NaN,
  twice: Number.NaN,
  recovery: Number.NaN,
  retransmissions: Number.NaN,
  fault: '',
}
