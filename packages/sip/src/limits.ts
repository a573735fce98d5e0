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

/** Of messages that were accepted before: what was added to them since is no reason to refuse them. */
export const noLimits: Limits = { messageBytes: Infinity, headerLines: Infinity }

/** Room for the longest message that is accepted and for what a proxy adds to it, or to a reply that mirrors it, in octets. */
export const MESSAGE_ROOM = 65_536 + 4096
