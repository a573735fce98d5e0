import { SipMessage, SipParseError, parseMessage, defaultPort } from '@signalbox/sip'

const reply = new SipMessage()

/**
 * The port at which a new connection for this reply is opened once the one that brought the request is gone: that of the
 * topmost Via's sent-by (RFC 3261 18.2.2). 0 when the bytes are no reply: a request is bound to its connection.
 */
export function replyPort(bytes: Uint8Array, start: number, end: number, transport: number): number {
  try {
    parseMessage(reply, bytes, start, end, 'kept')
  } catch (error) {
    if (error instanceof SipParseError) return 0
    throw error
  }
  if (reply.isRequest) return 0
  return reply.via.port === 0 ? defaultPort(transport) : reply.via.port
}
