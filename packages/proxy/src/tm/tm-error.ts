import { SipParseError } from '@signalbox/sip'

/** Errors of TM functions as scripts see them, and the reply that TM gives for each (tm-reference 8.3). */
export const TmError = {
  UNSPECIFIED: -1,
  /** The true error is kept for t_reply_error. */
  NOT_ANSWERED: -4,
  CONFIGURATION: -6,
  NO_SOCKET: -7,
  BAD_VIA: -8,
  SCRIPT: -10,
  BAD_REQUEST: -400,
  SEND: -477,
  BAD_ADDRESS: -478,
  BAD_URI: -479,
  CANCELED: -487,
  TOO_LARGE: -513,
  TOO_MANY_BRANCHES: -12,
} as const

export interface ErrorReply {
  readonly status: number
  readonly reason: string
}

const SERVER_ERROR: ErrorReply = { status: 500, reason: "I'm terribly sorry, server error occurred (1/TM)" }

const replies: ReadonlyMap<number, ErrorReply> = new Map([
  [TmError.CONFIGURATION, { status: 500, reason: "I'm terribly sorry, server error occurred (6/TM)" }],
  [TmError.NO_SOCKET, { status: 500, reason: "I'm terribly sorry, server error occurred (7/TM)" }],
  [TmError.BAD_VIA, { status: 500, reason: "I'm terribly sorry, server error occurred (8/TM)" }],
  [TmError.SCRIPT, { status: 500, reason: "I'm terribly sorry, server error occurred (10/TM)" }],
  [TmError.BAD_REQUEST, { status: 400, reason: 'Bad Request (400/TM)' }],
  [TmError.SEND, { status: 477, reason: 'Unfortunately error on sending to next hop occurred (477/TM)' }],
  [TmError.BAD_ADDRESS, { status: 478, reason: 'Unresolvable destination (478/TM)' }],
  [TmError.BAD_URI, { status: 479, reason: 'Regretfully, we were not able to process the URI (479/TM)' }],
  [TmError.CANCELED, { status: 487, reason: 'Transaction canceled (487/TM)' }],
  [TmError.TOO_LARGE, { status: 513, reason: 'Message Too Large (513/TM)' }],
  [TmError.TOO_MANY_BRANCHES, { status: 500, reason: 'Forking capacity exceeded (12/TM)' }],
])

export function errorReply(code: number): ErrorReply {
  return replies.get(code) ?? SERVER_ERROR
}

/** Why a message could not be written: there is too much of it, or a header that it needs is broken. Other exceptions go on. */
export function errorOfWriting(error: unknown): number {
  if (!(error instanceof SipParseError)) throw error
  return error.status === 513 ? TmError.TOO_LARGE : TmError.BAD_REQUEST
}
