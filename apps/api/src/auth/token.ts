import { createHash, timingSafeEqual } from 'node:crypto'
import { BEARER_PROTOCOL_PREFIX } from '@signalbox/contract'
import type { IncomingHttpHeaders } from 'node:http'

/** Whether a request carries the token, as `Authorization: Bearer` or as subprotocol `bearer.TOKEN`. */
export function carriesToken(headers: IncomingHttpHeaders, token: string): boolean {
  const given = bearer(headers.authorization) ?? bearerProtocol(headers['sec-websocket-protocol'])
  // Digests have one length: the comparison tells neither content nor length of the token by its time.
  return given !== null && timingSafeEqual(digest(given), digest(token))
}

function bearer(authorization: string | undefined): string | null {
  const found = /^bearer +(\S+) *$/i.exec(authorization ?? '')
  return found === null ? null : found[1]
}

function bearerProtocol(protocols: string | undefined): string | null {
  const offered = (protocols ?? '').split(',').map((protocol) => protocol.trim())
  const found = offered.find((protocol) => protocol.startsWith(BEARER_PROTOCOL_PREFIX))
  return found === undefined ? null : found.slice(BEARER_PROTOCOL_PREFIX.length)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
