/** Bounds that keep one message from costing more than a message may cost. */
export interface Limits {
  /** Longest message in octets, body included; the largest UDP payload is just below it. */
  readonly messageBytes: number
  /** Most header lines of one message. A deep Record-Route spiral stays far below. */
  readonly headerLines: number
}

export const defaultLimits: Limits = {
  messageBytes: 65_535,
  headerLines: 256,
}
