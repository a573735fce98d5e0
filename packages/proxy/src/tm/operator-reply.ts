import { headerLines, headerName, wrongHeaderLine } from './header-lines.ts'
import type { LocalReply } from './uas.ts'

/** A reply that an operator wants sent (tm.reply, tm-reference 12). */
export interface OperatorReply {
  readonly status: number
  /** '' for the standard phrase. */
  readonly reason: string
  /** '' for ours. */
  readonly toTag: string
  /** Header lines, '' for none. */
  readonly headers: string
  readonly body: string
}

/** Header fields that every reply takes from its request or from its body (RFC 3261 8.2.6.2). */
const COPIED: ReadonlySet<string> = new Set(['via', 'v', 'from', 'f', 'to', 't', 'call-id', 'i', 'cseq'])
const LENGTH: ReadonlySet<string> = new Set(['content-length', 'l'])
const TYPE: ReadonlySet<string> = new Set(['content-type', 'c'])

/** The reply to send, or what is wrong with it. */
export function localReplyOf({ status, reason, toTag, headers, body }: OperatorReply): LocalReply | string {
  if (/[\r\n]/.test(reason)) return 'Invalid reason: it must be one line'
  if (toTag !== '' && !/^[\w\-.!%*+`'~]+$/.test(toTag)) return 'Invalid to_tag'
  const lines = headerLines(headers)
  const wrong = wrongHeaderLine(lines)
  if (wrong !== null) return wrong
  const copied = lines.find((line) => COPIED.has(headerName(line)))
  if (copied !== undefined) return `Invalid headers: ${copied.slice(0, copied.indexOf(':'))} comes from the request`
  const type = lines.find((line) => TYPE.has(headerName(line)))
  if (body !== '' && type === undefined) return 'Invalid headers: a body needs its Content-Type'
  const kept = lines.filter((line) => !LENGTH.has(headerName(line)) && !TYPE.has(headerName(line)))
  return {
    status,
    reason,
    toTag,
    headers: kept.map((line) => `${line}\r\n`).join(''),
    body,
    contentType: type === undefined ? '' : type.slice(type.indexOf(':') + 1).trim(),
  }
}
