import { HeaderId, Method, parseUri, SipParseError, Uri, type SipMessage } from '@signalbox/sip'
import type { RoutedMessage, TransactionHandle } from '../forward/routed-message.ts'
import { headerUris } from './header-uris.ts'

/*
 * A request as programs read it that t_write_req and t_write_unix write to (tm-reference 8.2): twenty lines in a fixed order, of
 * which the last two have several lines. A dot stands for nothing.
 */

/** What the script adds. */
export interface WrittenRequest {
  readonly action: string
  /** `label: value` (tw_append). */
  readonly lines: readonly string[]
  /** The body is written for INVITE and INFO in any case. */
  readonly withBody: boolean
}

const VERSION = '0.3'
const NOTHING = '.'
const SIP_PORT = 5060

const encoder = new TextEncoder()

export function requestLines(m: RoutedMessage, { index, label }: TransactionHandle, written: WrittenRequest): string {
  const { message } = m
  const { user, host } = userAndHost(m.currentUri())
  const { address, port } = m.source.listener
  const { uri, routes, nextHop } = dialogOf(message)
  const lines = [
    VERSION,
    `sip_request.${written.action}`,
    message.text(message.methodStart, message.methodEnd),
    user,
    host,
    address,
    port === SIP_PORT ? NOTHING : String(port),
    message.text(message.uriStart, message.uriEnd),
    uri,
    value(message, HeaderId.FROM),
    value(message, HeaderId.TO),
    message.text(message.callIdStart, message.callIdEnd),
    part(message, message.from.tagStart, message.from.tagEnd),
    part(message, message.to.tagStart, message.to.tagEnd),
    String(message.cseq),
    `${index}:${label}`,
    routes.length === 0 ? NOTHING : routes.map((route) => `<${route}>`).join(','),
    nextHop,
    [`P-MsgFlags: ${reversedHex(m.flags)}`, ...written.lines, NOTHING].join('\n'),
    bodyOf(message, written.withBody),
  ]
  return `${lines.join('\n')}\n`
}

/** Where further requests of the dialog go: Request-URI, route set, and the first hop unless the Request-URI says it (RFC 3261 12.2.1.1). */
function dialogOf(message: SipMessage): { readonly uri: string; readonly routes: readonly string[]; readonly nextHop: string } {
  const target = headerUris(message, HeaderId.CONTACT)[0] ?? part(message, message.from.uriStart, message.from.uriEnd)
  const routes = headerUris(message, HeaderId.RECORD_ROUTE)
  if (routes.length === 0) return { uri: target, routes, nextHop: NOTHING }
  const [first, ...others] = routes
  if (/;lr(?:[=;]|$)/i.test(first)) return { uri: target, routes, nextHop: first }
  return { uri: first, routes: [...others, target], nextHop: NOTHING }
}

function userAndHost(text: string): { readonly user: string; readonly host: string } {
  const bytes = encoder.encode(text)
  const uri = new Uri()
  try {
    parseUri(uri, bytes, 0, bytes.length)
  } catch (error) {
    if (!(error instanceof SipParseError)) throw error
    return { user: '', host: '' }
  }
  const decoder = new TextDecoder()
  const piece = (start: number, end: number): string => (start < 0 ? '' : decoder.decode(bytes.subarray(start, end)))
  return { user: piece(uri.userStart, uri.userEnd), host: piece(uri.hostStart, uri.hostEnd) }
}

/** Of the first line, as one line. */
function value(message: SipMessage, id: number): string {
  const line = message.first(id)
  return line < 0 ? '' : message.text(message.valueStart[line], message.valueEnd[line]).replaceAll(/\r?\n/g, '')
}

function part(message: SipMessage, start: number, end: number): string {
  return start < 0 ? '' : message.text(start, end)
}

function bodyOf(message: SipMessage, wanted: boolean): string {
  if (!wanted && message.method !== Method.INVITE && message.method !== Method.INFO) return NOTHING
  return message.text(message.bodyStart, message.end)
}

/** Least significant digit first, at least two of them. */
function reversedHex(flags: number): string {
  return [...(flags >>> 0).toString(16).padStart(2, '0')].toReversed().join('')
}
